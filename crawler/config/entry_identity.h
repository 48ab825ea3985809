// Which server of its group a target is: what is listed is a package, URL or command *with* the
// arguments, variables, headers and query it is started with (docs/cli.md, Identity). Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "crawler/target.h"

namespace mcprisk::crawler {

// The URL behind a program that does nothing but pass on what a URL says: mcp-remote, supergateway,
// mcp-proxy and their kin. Empty for every other command.
std::optional<std::string> url_passed_on(std::span<const std::string> argv);

// Adds "#" and four hexadecimal digits to the id of a package or URL that is started in another way
// than plainly: with arguments, options of the runner, variables, headers or a query. Told apart are
// arguments, and the names of the rest; versions, secrets and values of variables and headers never
// count, and an order only among arguments. Names that a configuration gives stay as they are.
void mark_entry(Target& target);

}  // namespace mcprisk::crawler

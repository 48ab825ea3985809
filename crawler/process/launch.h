// Package runners: reading what `npx` is asked to run, and finding the file that it would run.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"

namespace mcprisk::crawler {

// "npx -y -p @a/b@1.2 tool x": package "@a/b", version "1.2", command "tool", arguments {"x"}.
struct PackageCommand {
    std::string package;  // name with scope
    std::string version;  // exact, a range or a tag; empty: what the registry calls latest
    std::string command;  // which of its programs; empty: the one npx would choose
    std::vector<std::string> arguments;
};

// For `npx`, `npm exec` and `npm x` with one package of a registry. Empty for everything else:
// other programs, packages from files or git, several packages, `npx -c`. Pure.
std::optional<PackageCommand> read_package_command(const std::vector<std::string>& argv);

// "1.2.3" and "1.2.3-beta.1", but no range and no tag.
bool is_exact_version(std::string_view version);

// The newest version of what `npm view NAME@SPEC version --json` printed: a string, or an array in
// ascending order.
Result<std::string> read_view_output(std::string_view text);

struct PackageProgram {
    std::vector<std::string> argv;  // {"node", "/…/dist/index.js"} or {"/…/bin/tool"}
    std::string version;            // as installed
    std::string chosen;  // why it is this one, where npx would have none: "program x of x, y"
};

// The program that npx would start of a package unpacked in `directory`/node_modules: the only one,
// or the one named like the package, or `command`. Where npx gives up, since there are several or
// none, the one whose name sounds most like an MCP server, or the file that the package itself is,
// if it needs a library for MCP servers. Reads the file system.
Result<PackageProgram> find_package_program(const std::string& directory,
                                            const PackageCommand& package);

// Runners that fetch what they run each time they start: they need the network for that. Empty for
// others.
bool fetches_at_start(std::string_view program);

// The path of the container engine's client that `program` means: docker, podman or nerdctl as a
// bare word, or by exactly the path that such a word leads to in `path`. A file of that name
// anywhere else is a program like any other. Neither one that lies below `project` counts, nor one
// that others could have put or changed there: it must belong to root or to the caller, in a
// directory that does, and be writable by nobody else. Empty for every other program. Reads the
// file system.
std::optional<std::string> container_runtime(std::string_view program,
                                             std::string_view path,
                                             const std::string& project);

}  // namespace mcprisk::crawler

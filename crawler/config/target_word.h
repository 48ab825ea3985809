// What a person types: the targets of `scan`, --header and --env.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "crawler/config/variables.h"
#include "crawler/target.h"
#include "model/base/result.h"

namespace mcprisk::crawler {

// An http(s) URL, npm:NAME[@V], pypi:NAME[@V] or oci:IMAGE. Empty for any other word: that is a
// file or an id of the catalogue, which the caller knows about. Fails on a word that begins like
// one of them and is none. A package becomes the command of its usual runner.
Result<std::optional<Target>> read_target_word(std::string_view word);

// A stdio server typed after `--`; `argv` is not empty.
Target target_of_command(std::span<const std::string> argv);

// "K: V". A value `$NAME`, or `Bearer $NAME`, is taken from the environment, `@FILE` from the first
// line of a file; what is missing is an error that tells the name only.
Result<std::pair<std::string, std::string>> read_header_option(std::string_view text,
                                                               const VariableScope& scope);

// "K=V"; the value may be empty.
Result<std::pair<std::string, std::string>> read_env_option(std::string_view text);

// RFC 9110: a token for a name, no control characters in the value. Messages tell the name only.
Result<bool> check_header(std::string_view name, std::string_view value);

}  // namespace mcprisk::crawler

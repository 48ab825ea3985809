// Strangers' names as literals of the languages that policies are written in. All of it stays one
// line, and nothing a terminal would obey or a reader not see stands in it unescaped.
#pragma once

#include <string>
#include <string_view>

namespace mcprisk::policy {

std::string json_literal(std::string_view text);  // also a double-quoted YAML scalar
std::string toml_literal(std::string_view text);  // a basic string
std::string toml_key(std::string_view text);      // bare where TOML allows it
std::string cedar_literal(std::string_view text);
std::string cel_literal(std::string_view text);

// `text` for a regular expression, each sign standing for itself.
std::string regex_literal(std::string_view text);

}  // namespace mcprisk::policy

// What the matches of a pattern must begin with, as far as it can be read off the pattern.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mcprisk::classifier {

// Literals in lower case, one of which begins every match of `pattern` (RE2 syntax, case ignored):
// "\\b(?:must|has to)\\b.*" gives "must" and "has to". Empty if it does not begin with literals of
// at least two characters, or with too many.
std::vector<std::string> literal_starts(std::string_view pattern);

}  // namespace mcprisk::classifier

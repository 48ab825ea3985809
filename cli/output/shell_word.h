// Untrusted words inside commands that a person may copy.
#pragma once

#include <string>
#include <string_view>

namespace mcprisk::cli {

// `word` as one word of a POSIX shell: as it is when harmless, else in single quotes, control
// characters made visible.
std::string shell_word(std::string_view word);

}  // namespace mcprisk::cli

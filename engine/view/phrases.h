// Shares and commands in words, for pages.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mcprisk::engine {

// "113 of 120, which is 0.942 (95 % interval 0.884 to 0.971)"
std::string share_in_words(std::size_t part, std::size_t all);

// `text` as one word of a shell, for commands that a reader copies.
std::string shell_word(std::string_view text);

}  // namespace mcprisk::engine

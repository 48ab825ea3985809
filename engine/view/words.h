// Numbers and times in words, the same on a terminal and on a page.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mcprisk::engine {

// "2026-11-21 04:05 UTC"
std::string format_time(std::int64_t seconds);

// "21 November 2026"
std::string format_day(std::int64_t seconds);

// "2026-11-21T04:05:06Z", RFC 3339
std::string rfc3339(std::int64_t seconds);

// "1 tool", "2 tools"
std::string count_of(std::size_t n, std::string_view noun);

// "113 of 120, which is 0.942 (95 % interval 0.884 to 0.971)"
std::string share_in_words(std::size_t part, std::size_t all);

// `text` as one word of a shell, for commands that a reader copies.
std::string shell_word(std::string_view text);

}  // namespace mcprisk::engine

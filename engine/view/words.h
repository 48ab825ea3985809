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

}  // namespace mcprisk::engine

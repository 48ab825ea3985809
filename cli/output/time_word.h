// Times as people write them on a command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mcprisk::cli {

// "2026-11-01", "2026-11-01T12:30:00Z", or an age before `now`: "7d", "12h", "30m", "45s", "2w".
std::optional<std::int64_t> parse_time_word(std::string_view word, std::int64_t now);

// Throws CommandFailure{usage} for other words.
std::int64_t time_or_fail(std::string_view word, std::int64_t now);

}  // namespace mcprisk::cli

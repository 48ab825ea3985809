#include "cli/output/time_word.h"

#include <fmt/format.h>
#include <charconv>
#include <chrono>

#include "cli/exit_code.h"

namespace mcprisk::cli {
namespace {

std::optional<int> number(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

std::optional<std::int64_t> seconds_of_unit(char unit) {
    switch (unit) {
        case 's':
            return 1;
        case 'm':
            return 60;
        case 'h':
            return 3600;
        case 'd':
            return 86400;
        case 'w':
            return 604800;
        default:
            return std::nullopt;
    }
}

// "HH:MM:SS"
std::optional<std::int64_t> parse_clock(std::string_view text) {
    if (text.size() != 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
    const auto h = number(text.substr(0, 2));
    const auto m = number(text.substr(3, 2));
    const auto s = number(text.substr(6, 2));
    if (!h || !m || !s || *h > 23 || *m > 59 || *s > 60) return std::nullopt;
    return *h * 3600 + *m * 60 + *s;
}

}  // namespace

std::optional<std::int64_t> parse_time_word(std::string_view word, std::int64_t now) {
    if (word.size() >= 2) {
        if (const auto unit = seconds_of_unit(word.back())) {
            if (const auto n = number(word.substr(0, word.size() - 1))) return now - *n * *unit;
        }
    }
    if (word.size() < 10 || word[4] != '-' || word[7] != '-') return std::nullopt;
    const auto year = number(word.substr(0, 4));
    const auto month = number(word.substr(5, 2));
    const auto day = number(word.substr(8, 2));
    if (!year || !month || !day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return std::nullopt;
    const std::int64_t midnight = std::chrono::sys_days{date}.time_since_epoch().count() * 86400;
    if (word.size() == 10) return midnight;
    if (word.size() != 20 || (word[10] != 'T' && word[10] != ' ') || word.back() != 'Z') {
        return std::nullopt;
    }
    const auto clock = parse_clock(word.substr(11, 8));
    if (!clock) return std::nullopt;
    return midnight + *clock;
}

std::int64_t time_or_fail(std::string_view word, std::int64_t now) {
    if (const auto time = parse_time_word(word, now)) return *time;
    throw CommandFailure(ExitCode::usage,
                         fmt::format("\"{}\" is no time: give a date such as 2026-11-01 or an "
                                     "age such as 7d, 12h or 30m",
                                     word));
}

}  // namespace mcprisk::cli

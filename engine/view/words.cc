#include "engine/view/words.h"

#include <fmt/format.h>
#include <array>
#include <ctime>

namespace mcprisk::engine {
namespace {

std::tm utc_of(std::int64_t seconds) {
    const std::time_t time = seconds;
    std::tm utc{};
    gmtime_r(&time, &utc);
    return utc;
}

}  // namespace

std::string format_time(std::int64_t seconds) {
    const std::tm utc = utc_of(seconds);
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02} UTC",
                       utc.tm_year + 1900,
                       utc.tm_mon + 1,
                       utc.tm_mday,
                       utc.tm_hour,
                       utc.tm_min);
}

std::string format_day(std::int64_t seconds) {
    static constexpr std::array kMonths{"January",
                                        "February",
                                        "March",
                                        "April",
                                        "May",
                                        "June",
                                        "July",
                                        "August",
                                        "September",
                                        "October",
                                        "November",
                                        "December"};
    const std::tm utc = utc_of(seconds);
    return fmt::format(
        "{} {} {}", utc.tm_mday, kMonths[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900);
}

std::string rfc3339(std::int64_t seconds) {
    const std::tm utc = utc_of(seconds);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
                       utc.tm_year + 1900,
                       utc.tm_mon + 1,
                       utc.tm_mday,
                       utc.tm_hour,
                       utc.tm_min,
                       utc.tm_sec);
}

std::string count_of(std::size_t n, std::string_view noun) {
    return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

}  // namespace mcprisk::engine

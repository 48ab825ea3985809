#include "engine/view/words.h"

#include <fmt/format.h>
#include <array>
#include <ctime>

#include "policy/decide/agreement.h"
#include "policy/decide/trial.h"

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

std::string share_in_words(std::size_t part, std::size_t all) {
    if (all == 0) return "0 of 0";
    const policy::Interval interval = policy::score_interval(part, all);
    return fmt::format("{} of {}, which is {:.3f} (95 % interval {:.3f} to {:.3f})",
                       part,
                       all,
                       static_cast<double>(part) / static_cast<double>(all),
                       interval.low,
                       interval.high);
}

std::string shell_word(std::string_view text) { return policy::shell_word(text); }

}  // namespace mcprisk::engine

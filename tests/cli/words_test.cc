#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "cli/output/shell_word.h"
#include "cli/output/time_word.h"
#include "cli/session.h"

using namespace mcprisk::cli;
namespace data = boost::unit_test::data;

namespace {
constexpr std::int64_t kNow = 1795234567;
}

BOOST_AUTO_TEST_SUITE(words)

BOOST_AUTO_TEST_CASE(times_are_dates_or_ages) {
    BOOST_TEST(parse_time_word("1970-01-02", kNow).value() == 86400);
    BOOST_TEST(parse_time_word("2026-11-21T04:05:06Z", kNow).value() == 1795233906);
    BOOST_TEST(parse_time_word("7d", kNow).value() == kNow - 7 * 86400);
    BOOST_TEST(parse_time_word("2w", kNow).value() == kNow - 14 * 86400);
    BOOST_TEST(parse_time_word("0s", kNow).value() == kNow);
}

const std::vector<std::string> kNoTimes{"",
                                        "d",
                                        "-1d",
                                        "7y",
                                        "2026-13-01",
                                        "2026-02-30",
                                        "2026-11-21T25:00:00Z",
                                        "yesterday",
                                        "2026-11-21x"};

BOOST_DATA_TEST_CASE(what_is_no_time_is_refused, data::make(kNoTimes), word) {
    BOOST_TEST(!parse_time_word(word, kNow).has_value());
}

BOOST_AUTO_TEST_CASE(times_and_counts_read_well) {
    BOOST_TEST(format_time(1795233906) == "2026-11-21 04:05 UTC");
    BOOST_TEST(count_of(1, "tool") == "1 tool");
    BOOST_TEST(count_of(0, "tool") == "0 tools");
}

BOOST_AUTO_TEST_CASE(a_copied_command_runs_nothing_that_a_stranger_wrote) {
    BOOST_TEST(shell_word("npm:@scope/name") == "npm:@scope/name");
    BOOST_TEST(shell_word("a b") == "'a b'");
    BOOST_TEST(shell_word("x'; rm -rf ~ #") == "'x'\\''; rm -rf ~ #'");
    BOOST_TEST(shell_word("$(id)\n") == "'$(id) '");
    BOOST_TEST(shell_word("-rf") == "'-rf'");
    BOOST_TEST(shell_word("") == "''");
}

BOOST_AUTO_TEST_SUITE_END()

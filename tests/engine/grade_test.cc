#include "engine/grade.h"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(grade)

using namespace mcprisk;
using namespace mcprisk::engine;

namespace {

Grade of(std::size_t low,
         std::size_t medium,
         std::size_t high,
         std::size_t critical,
         std::size_t alarming = 0) {
    return grade_of({low, medium, high, critical}, alarming);
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_worst_tool_gives_the_letter) {
    BOOST_TEST(of(0, 0, 0, 0).letter == '?');
    BOOST_TEST(of(9, 0, 0, 0).letter == 'A');
    BOOST_TEST(of(9, 1, 0, 0).letter == 'B');
    BOOST_TEST(of(9, 1, 1, 0).letter == 'C');
    BOOST_TEST(of(9, 1, 1, 1).letter == 'D');
    BOOST_TEST(of(9, 0, 0, 0, 1).letter == 'F');
}

BOOST_AUTO_TEST_CASE(a_big_harmless_server_never_outranks_a_small_deadly_one) {
    // More points are better.
    BOOST_TEST(of(100'000, 0, 0, 0).points > of(0, 1, 0, 0).points);
    BOOST_TEST(of(0, 100'000, 0, 0).points > of(0, 0, 1, 0).points);
    BOOST_TEST(of(0, 0, 100'000, 0).points > of(0, 0, 0, 1).points);
    BOOST_TEST(of(0, 0, 0, 100'000).points > of(1, 0, 0, 0, 1).points);
    // Harmless tools change nothing, dangerous ones do.
    BOOST_TEST(of(0, 0, 3, 0).points == of(5000, 400, 3, 0).points);
    BOOST_TEST(of(0, 0, 3, 0).points > of(0, 0, 4, 0).points);
    BOOST_TEST(of(0, 0, 0, 0, 1'000'000).points >= 1U);
}

BOOST_AUTO_TEST_CASE(verdicts_and_counts_agree) {
    std::vector<Verdict> verdicts(3);
    for (Verdict& verdict : verdicts) verdict.rules_version = "r";
    verdicts[1].risk = RiskLevel::high;
    BOOST_TEST(grade_text(grade_of(verdicts)) == grade_text(of(2, 0, 1, 0)));
    verdicts[0].findings = {{"concealment", RiskLevel::high, "description", "x"}};
    BOOST_TEST(grade_of(verdicts).letter == 'F');
    verdicts[0].findings = {{"unbounded-parameter", RiskLevel::high, "description", "x"}};
    BOOST_TEST(grade_of(verdicts).letter == 'C');
    verdicts.assign(2, Verdict{});  // nobody judged them
    BOOST_TEST(grade_text(grade_of(verdicts)) == "?");
}

BOOST_AUTO_TEST_SUITE_END()

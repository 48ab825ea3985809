// Grades, badges and movement.
#include "engine/view/grade.h"

#include <boost/test/unit_test.hpp>

#include "cli/movement.h"
#include "engine/view/badge.h"
#include "tests/cli/console.h"

using namespace mcprisk;
using namespace mcprisk::cli;
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

BOOST_AUTO_TEST_SUITE(grade)

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

BOOST_AUTO_TEST_CASE(badges_carry_nothing_active) {
    const std::string svg = badge_svg("a<script>&\"", "x\x1b", "#fff");
    BOOST_TEST(svg.find("<script>") == std::string::npos);
    BOOST_TEST(svg.find("&lt;script&gt;&amp;&quot;") != std::string::npos);
    BOOST_TEST(svg.find('\x1b') == std::string::npos);
    store::ServerRow server;
    server.tools = 3;
    server.by_risk[RiskLevel::medium] = 3;
    BOOST_TEST(server_badge(server).find("B, 3 tools") != std::string::npos);
    BOOST_TEST(server_badge({}).find("not listed") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(movers_are_those_that_became_more_dangerous) {
    const std::vector<store::CountAt> before{{"a", Category::read, RiskLevel::low, 5},
                                             {"b", Category::read, RiskLevel::low, 1},
                                             {"gone", Category::write, RiskLevel::medium, 2}};
    const std::vector<store::CountAt> after{{"a", Category::read, RiskLevel::low, 9},
                                            {"b", Category::financial, RiskLevel::critical, 1}};
    const Movement moved = movement(before, after);
    BOOST_TEST(moved.servers.before == 3U);
    BOOST_TEST(moved.servers.after == 2U);
    BOOST_TEST(moved.tools.after == 10U);
    BOOST_TEST(moved.by_risk.at(RiskLevel::critical).after == 1U);
    BOOST_TEST(moved.servers_with.at(Category::read).before == 2U);
    BOOST_TEST(moved.servers_with.at(Category::read).after == 1U);
    BOOST_REQUIRE(moved.movers.size() == 3U);
    BOOST_TEST(moved.movers[0].id == "b");
    BOOST_TEST(moved.movers[1].id == "a");
    BOOST_TEST(movement_text(moved, 0, 1, 100).find("MOVERS") != std::string::npos);
    BOOST_TEST(movement(after, after).movers.empty());
}

BOOST_AUTO_TEST_SUITE_END()

#include "cli/output/reach_report.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <string>

using namespace mcprisk;
using namespace mcprisk::cli;
using namespace mcprisk::engine;

BOOST_AUTO_TEST_SUITE(reach_report)

BOOST_AUTO_TEST_CASE(what_is_of_one_server_alone_is_no_part_of_a_reason) {
    const std::string one = reach_reason(
        "asking npx -y a for its tools: it ended with exit code 1 before it answered initialize, "
        "saying \"no KEY\"; set A_KEY, A_URL (--env A_KEY=VALUE), or let made-up values be tried");
    const std::string two = reach_reason(
        "asking npx -y bb for its tools: it ended with exit code 12 before it answered initialize, "
        "saying \"other \"words\" here\"; set B_TOKEN (--env B_TOKEN=VALUE), or let made-up values "
        "be tried");
    BOOST_TEST(one.substr(0, 60) == two.substr(0, 60));
    BOOST_TEST(one.find("KEY") == std::string::npos, one);
    BOOST_TEST(reach_reason("getting https://a.example/x: refused") == "getting ADDRESS: refused");
    BOOST_TEST(reach_reason("opening /home/a/b: 3 times") == "opening PATH: N times");
    BOOST_TEST(reach_reason("") == "");
}

BOOST_AUTO_TEST_CASE(the_most_frequent_reason_comes_first_with_examples_by_name) {
    ReachCounts counts;
    counts.add("z", Outcome::exited, "asking z for its tools: it ended", "");
    for (const char* server : {"d", "b", "c", "a"}) {
        counts.add(server, Outcome::timed_out, "no answer within 30 s", "");
    }
    counts.add("l", Outcome::listed, "", "");
    counts.add("m", Outcome::listed, "", "made-up values for KEY");
    counts.add("n", Outcome::listed, "", "asked over HTTP at http://127.0.0.1:3000/mcp");
    BOOST_TEST(counts.servers() == 8U);
    BOOST_TEST(counts.listed() == 3U);
    const auto reasons = counts.reasons(10);
    BOOST_REQUIRE_EQUAL(reasons.size(), 2U);
    BOOST_TEST(reasons[0].reason == "no answer within N s");
    BOOST_TEST(reasons[0].servers == 4U);
    BOOST_TEST((reasons[0].examples == std::vector<std::string>{"a", "b", "c"}));
    BOOST_TEST(counts.reasons(1).size() == 1U);
    const std::string text = reach_text(counts, 120);
    BOOST_TEST(text.starts_with("Reach: 3 of 8 listed, 37.5 %; 1 over HTTP inside the sandbox, "
                                "1 plainly, 1 with made-up values\n"),
               text);
    BOOST_TEST(reach_json(counts)["reasons"].size() == 2U);
    BOOST_TEST(reach_text(ReachCounts(), 100) == "");
}

BOOST_AUTO_TEST_SUITE_END()

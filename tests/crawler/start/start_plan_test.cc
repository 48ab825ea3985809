#include "crawler/start/start_plan.h"

#include <boost/test/unit_test.hpp>
#include <set>
#include <string>

using namespace mcprisk::crawler;

namespace {

StartEnd failed(std::string text) { return {.text = std::move(text)}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(start_plan)

BOOST_AUTO_TEST_CASE(what_a_failure_asks_for_is_added_to_the_last_way) {
    StartPlan plan({}, {});
    auto way = plan.next(failed("Error: ACME_KEY environment variable is required"));
    BOOST_REQUIRE(way);
    BOOST_TEST(describe(*way) == "made-up values for ACME_KEY");
    way = plan.next(failed("Usage: acme <vault-directory>"));
    BOOST_REQUIRE(way);
    BOOST_TEST(describe(*way) == "made-up values for ACME_KEY, arguments VAULT_DIRECTORY");
    way = plan.next(failed("error: required option '--region <r>' not specified"));
    BOOST_REQUIRE(way);
    BOOST_TEST(describe(*way) ==
               "made-up values for ACME_KEY, arguments VAULT_DIRECTORY --region REGION");
}

BOOST_AUTO_TEST_CASE(a_complaint_changes_the_shape_of_the_value_it_names) {
    StartPlan plan({}, {});
    (void)plan.next(failed("ACME_TARGET is required"));
    const auto way = plan.next(failed("ACME_TARGET must be a valid URL"));
    BOOST_REQUIRE(way);
    BOOST_TEST((way->variables.at("ACME_TARGET").shape == Shape::url));
}

BOOST_AUTO_TEST_CASE(the_authors_words_come_before_guesses) {
    StartWay documented;
    documented.arguments.push_back({"serve", std::nullopt, {}, false});
    StartPlan plan({documented}, {});
    auto way = plan.next({.text = "", .timed_out = false, .clean = true});
    BOOST_REQUIRE(way);
    BOOST_TEST(describe(*way) == "arguments serve");
    way = plan.next({.text = "", .timed_out = false, .clean = true});
    BOOST_REQUIRE(way);
    BOOST_TEST(describe(*way).find("--stdio") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(every_way_is_tried_once_and_there_is_an_end) {
    StartPlan plan({}, {"ACME_KEY"});
    std::set<std::string> seen;
    std::size_t tries = 0;
    for (int i = 0; i < 100; ++i) {
        const auto way = plan.next(
            {.text = "Commands:\n  mcp  x\n  serve  y\nFOO_" + std::to_string(i) + " is required",
             .timed_out = false,
             .clean = true});
        if (!way) break;
        ++tries;
        BOOST_TEST(seen.insert(describe(*way)).second);
    }
    BOOST_TEST(tries == StartPlan::kTries);
}

BOOST_AUTO_TEST_CASE(nothing_said_and_nothing_known_ends_it) {
    StartPlan plan({}, {});
    BOOST_TEST(!plan.next(failed("Error: Cannot find module 'left'")));
}

BOOST_AUTO_TEST_SUITE_END()

#include <boost/test/unit_test.hpp>

#include "samples.h"

using namespace mcprisk;
using namespace mcprisk::store;
using namespace mcprisk::store::testing;

namespace {

// A server that lists at 100 and 200, fails at 300, says something else at 400 and goes back at
// 500.
struct Past {
    TempFolder folder;
    Catalogue catalogue = open_catalogue(folder.file());
    Listing first = make_listing("npm:notes", {make_tool("get_note"), make_tool("put_note")});
    Listing second =
        make_listing("npm:notes", {make_tool("get_note"), make_tool("put_note", "Puts it.")});
    Past() {
        first.document.instructions = "Be kind.";
        first.server_info_name = "notes";
        first.server_info_version = "1.0";
        first.server_capabilities = R"({"tools":{}})";
        first.credential_class = "configured";
        catalogue.record(first, judge_all(first), 100);
        catalogue.record(first, judge_all(first), 200);
        catalogue.record(make_failure("npm:notes", Outcome::exited, "ended"), {}, 300);
        catalogue.record(second, judge_all(second, Category::write), 400);
        catalogue.record(first, judge_all(first), 500);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(history, Past)

BOOST_AUTO_TEST_CASE(every_attempt_is_there_newest_first) {
    const auto rows = catalogue.history("npm:notes", 10);
    BOOST_REQUIRE(rows.size() == 5U);
    BOOST_TEST(rows[0].at == 500);
    BOOST_TEST(!rows[0].first_of_listing);
    BOOST_TEST(rows[0].listing_hash == rows[4].listing_hash);
    BOOST_TEST(rows[1].first_of_listing);
    BOOST_TEST(rows[1].listing_hash != rows[0].listing_hash);
    BOOST_TEST((rows[2].outcome == Outcome::exited));
    BOOST_TEST(rows[2].listing == 0);
    BOOST_TEST(rows[2].failure == "ended");
    BOOST_TEST(!rows[3].first_of_listing);
    const ObservationRow& oldest = rows[4];
    BOOST_TEST(oldest.first_of_listing);
    BOOST_TEST(oldest.tools == 2U);
    BOOST_TEST(oldest.instructions == "Be kind.");
    BOOST_TEST(oldest.server_info_version == "1.0");
    BOOST_TEST(oldest.server_capabilities == R"({"tools":{}})");
    BOOST_TEST(oldest.credential_class == "configured");
    BOOST_TEST(oldest.transport == "stdio");
    BOOST_TEST(oldest.protocol_version == "2025-11-25");
    BOOST_TEST(catalogue.history("npm:notes", 2).size() == 2U);
    BOOST_TEST(catalogue.history("npm:nothing", 2).empty());
}

BOOST_AUTO_TEST_CASE(what_was_in_force_at_a_time) {
    BOOST_TEST(!catalogue.snapshot("npm:notes", 99).has_value());
    const auto early = catalogue.snapshot("npm:notes", 350).value();
    BOOST_TEST(early.at == 200);
    BOOST_TEST(early.document.instructions == "Be kind.");
    BOOST_TEST(early.document.tools[1].description.empty());
    const auto middle = catalogue.snapshot("npm:notes", 400).value();
    BOOST_TEST(middle.document.tools[1].description == "Puts it.");
    BOOST_REQUIRE(middle.verdicts.size() == 2U);
    BOOST_TEST((middle.verdicts[1].category == Category::write));
    BOOST_TEST(middle.verdicts[1].tool == "put_note");
    BOOST_TEST(middle.rules_version == "r1");
    BOOST_TEST(catalogue.snapshot("npm:notes").value().at == 500);
}

BOOST_AUTO_TEST_CASE(servers_that_said_more_than_one_thing) {
    const Listing once = make_listing("npm:once", {make_tool("x")});
    catalogue.record(once, {}, 1);
    BOOST_TEST(catalogue.servers_with_past() == std::vector<std::string>{"npm:notes"},
               boost::test_tools::per_element());
    BOOST_TEST(catalogue.newest_content("npm:notes") == listing_hash(first));
    BOOST_TEST(catalogue.newest_content("npm:once") == listing_hash(once));
    BOOST_TEST(catalogue.newest_content("npm:nothing").empty());
    BOOST_TEST(catalogue.snapshot("npm:once").value().verdicts.empty());
}

BOOST_AUTO_TEST_CASE(other_rules_judge_what_is_stored) {
    BOOST_TEST(catalogue.listings_to_judge("r1", false).empty());
    const auto current = catalogue.listings_to_judge("r2", false);
    BOOST_REQUIRE(current.size() == 1U);
    BOOST_TEST(catalogue.listings_to_judge("r2", true).size() == 2U);
    const ServerDocument document = catalogue.document_of(current[0]);
    BOOST_TEST(document.server == "npm:notes");
    BOOST_TEST(document.title == "Title of npm:notes");
    BOOST_TEST(document.tools.size() == 2U);
    Listing again = first;
    BOOST_TEST(catalogue.judge(current[0], judge_all(again, Category::financial, "r2"), 600) == 2U);
    BOOST_TEST(catalogue.query({.category = Category::financial}).total == 2U);
    BOOST_TEST(catalogue.stats().observations == 5U);
    // The verdicts of the old rules are still there, and come to the front if those judge again, in
    // the same second too.
    BOOST_TEST(catalogue.judge(current[0], judge_all(again, Category::read, "r1"), 600) == 0U);
    BOOST_TEST(catalogue.query({.category = Category::financial}).total == 0U);
    BOOST_TEST(catalogue.query({.category = Category::read}).total == 2U);
    BOOST_CHECK_THROW(catalogue.judge(4711, {}, 600), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()

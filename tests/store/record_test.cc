#include <boost/test/unit_test.hpp>

#include "samples.h"
#include "store/sqlite.h"

using namespace mcprisk;
using namespace mcprisk::store;
using namespace mcprisk::store::testing;

namespace {

struct Fresh {
    TempFolder folder;
    Catalogue catalogue = open_catalogue(folder.file());

    std::int64_t rows(const std::string& table) {
        Database database =
            Database::open(folder.file(), Database::Access::read, std::chrono::milliseconds(1000));
        Run run(database.statement("SELECT count(*) FROM " + table));
        BOOST_REQUIRE(run.step());
        return run.integer(0);
    }
    ServerRow server(const std::string& id) { return catalogue.find_server(id).value(); }
};

const Listing kNotes = make_listing(
    "npm:notes", {make_tool("list_notes"), make_tool("delete_note", "Gone for good.")});

}  // namespace

BOOST_FIXTURE_TEST_SUITE(record, Fresh)

BOOST_AUTO_TEST_CASE(everything_comes_back_as_it_was) {
    Listing listing = kNotes;
    listing.document.description = "Keeps notes";
    listing.document.instructions = "Be kind.";
    listing.document.version = "1.2.3";
    listing.document.source = "https://example.org/notes";
    listing.flags = {"stdout_noise", "truncated"};
    listing.server_info_name = "notes";
    listing.server_info_version = "9";
    Verdict verdict = make_verdict(listing, listing.document.tools[1], Category::destructive, 0.75);
    verdict.alternative = Alternative{Category::write, 0.2};
    verdict.capabilities = {"data.delete", "data.write"};
    verdict.findings = {{"tool-poisoning", RiskLevel::high, "description", "Gone"}};
    verdict.attacks = {{"runaway-bulk-writes", "because"}};
    const Recorded done = catalogue.record(listing, {&verdict, 1}, 1000);
    BOOST_TEST(done.new_server);
    BOOST_TEST(done.new_listing);
    BOOST_TEST(done.new_tool_versions == 2U);
    BOOST_TEST(done.new_verdicts == 1U);

    const std::vector<ToolRow> tools = catalogue.tools_of("npm:notes");
    BOOST_REQUIRE(tools.size() == 2U);
    BOOST_TEST(tools[0].tool.name == "delete_note");
    BOOST_TEST(tools[0].tool.definition == listing.document.tools[1].definition);
    BOOST_TEST(tools[0].tool.definition_hash == listing.document.tools[1].definition_hash);
    BOOST_TEST(tools[0].first_seen == 1000);
    const Verdict& back = tools[0].verdict;
    BOOST_TEST(back.server == "npm:notes");
    BOOST_TEST(back.rules_version == "r1");
    BOOST_TEST((back.category == Category::destructive));
    BOOST_TEST(back.confidence == 0.75);
    BOOST_REQUIRE(back.alternative.has_value());
    BOOST_TEST(back.capabilities == verdict.capabilities, boost::test_tools::per_element());
    BOOST_REQUIRE(back.findings.size() == 1U);
    BOOST_TEST(back.findings[0].text == "Gone");
    BOOST_REQUIRE(back.attacks.size() == 1U);
    BOOST_TEST(back.attacks[0].because == "because");
    BOOST_TEST(tools[1].verdict.rules_version.empty());  // nobody judged it

    const ServerRow row = server("npm:notes");
    BOOST_TEST(row.description == "Keeps notes");
    BOOST_TEST(row.instructions == "Be kind.");
    BOOST_TEST(row.version == "1.2.3");
    BOOST_TEST(row.source == "https://example.org/notes");
    BOOST_TEST(row.flags == listing.flags, boost::test_tools::per_element());
    BOOST_TEST(row.tools == 2U);
    BOOST_TEST(row.by_category.at(Category::destructive) == 1U);
    BOOST_TEST(row.by_risk.at(RiskLevel::high) == 1U);
    BOOST_TEST(row.last_listed.value() == 1000);
}

BOOST_AUTO_TEST_CASE(the_same_again_adds_one_observation_and_nothing_else) {
    catalogue.record(kNotes, judge_all(kNotes), 1000);
    std::map<std::string, std::int64_t> before;
    for (const char* table : {"servers",
                              "listings",
                              "tool_versions",
                              "listing_tools",
                              "verdicts",
                              "judgements",
                              "judgement_verdicts",
                              "current_tools"}) {
        before[table] = rows(table);
    }
    Listing again = kNotes;
    std::swap(again.document.tools[0], again.document.tools[1]);
    again.elapsed_ms = 77;
    const Recorded done = catalogue.record(again, judge_all(again), 2000);
    BOOST_TEST(!done.new_server);
    BOOST_TEST(!done.new_listing);
    BOOST_TEST(done.new_tool_versions == 0U);
    BOOST_TEST(done.new_verdicts == 0U);
    for (const auto& [table, count] : before) {
        BOOST_TEST_CONTEXT(table) { BOOST_TEST(rows(table) == count); }
    }
    BOOST_TEST(rows("observations") == 2);
    BOOST_TEST(server("npm:notes").last_seen == 2000);
    BOOST_TEST(catalogue.tools_of("npm:notes")[0].first_seen == 1000);
}

BOOST_AUTO_TEST_CASE(new_rules_add_verdicts_only_and_take_over) {
    catalogue.record(kNotes, judge_all(kNotes, Category::read, "r1"), 1000);
    const Recorded done = catalogue.record(kNotes, judge_all(kNotes, Category::write, "r2"), 2000);
    BOOST_TEST(!done.new_listing);
    BOOST_TEST(done.new_tool_versions == 0U);
    BOOST_TEST(done.new_verdicts == 2U);
    BOOST_TEST(rows("listings") == 1);
    BOOST_TEST((catalogue.tools_of("npm:notes")[0].verdict.category == Category::write));
    BOOST_TEST(catalogue.tools_of("npm:notes")[0].verdict.rules_version == "r2");
    // Going back to the older rules shows what they say, without a new row.
    BOOST_TEST(
        catalogue.record(kNotes, judge_all(kNotes, Category::read, "r1"), 3000).new_verdicts == 0U);
    BOOST_TEST(catalogue.tools_of("npm:notes")[0].verdict.rules_version == "r1");
    BOOST_TEST(rows("judgement_verdicts") == 4);
}

BOOST_AUTO_TEST_CASE(a_failure_leaves_the_last_good_listing) {
    catalogue.record(kNotes, judge_all(kNotes), 1000);
    const Recorded done = catalogue.record(
        make_failure("npm:notes", Outcome::timed_out, "no answer in 5 s"), {}, 2000);
    BOOST_TEST(!done.new_listing);
    const ServerRow row = server("npm:notes");
    BOOST_TEST((row.last_outcome == Outcome::timed_out));
    BOOST_TEST(row.last_failure == "no answer in 5 s");
    BOOST_TEST(row.last_seen == 2000);
    BOOST_TEST(row.last_listed.value() == 1000);
    BOOST_TEST(row.tools == 2U);
    BOOST_TEST(row.title == "Title of npm:notes");
    BOOST_TEST(row.transport == "stdio");
}

BOOST_AUTO_TEST_CASE(a_server_that_never_listed_is_known_by_its_failure) {
    Listing failed = make_failure("npm:shy", Outcome::exited, "it ended with 1");
    failed.document.title = "Shy";
    catalogue.record(failed, {}, 1000);
    const ServerRow row = server("npm:shy");
    BOOST_TEST(row.title == "Shy");
    BOOST_TEST(row.tools == 0U);
    BOOST_TEST(!row.last_listed.has_value());
    BOOST_TEST(catalogue.tools_of("npm:shy").empty());
}

BOOST_AUTO_TEST_CASE(a_changed_tool_is_a_new_version_and_a_removed_one_goes) {
    catalogue.record(kNotes, judge_all(kNotes), 1000);
    const Listing changed = make_listing(
        "npm:notes", {make_tool("list_notes"), make_tool("delete_note", "Now to a bin.")});
    const Recorded done = catalogue.record(changed, judge_all(changed), 2000);
    BOOST_TEST(done.new_listing);
    BOOST_TEST(done.new_tool_versions == 1U);
    const std::vector<ToolRow> tools = catalogue.tools_of("npm:notes");
    BOOST_REQUIRE(tools.size() == 2U);
    BOOST_TEST(tools[0].first_seen == 2000);
    BOOST_TEST(tools[1].first_seen == 1000);
    BOOST_TEST(catalogue.query({.changed_since = 2000}).total == 1U);

    // Back to the first: known content, yet changed today.
    const Recorded back = catalogue.record(kNotes, judge_all(kNotes), 3000);
    BOOST_TEST(!back.new_listing);
    BOOST_TEST(back.new_verdicts == 0U);
    BOOST_TEST(catalogue.tools_of("npm:notes")[0].tool.description == "Gone for good.");
    BOOST_TEST(catalogue.tools_of("npm:notes")[0].first_seen == 1000);
    BOOST_TEST(catalogue.query({.changed_since = 3000}).total == 1U);
}

BOOST_AUTO_TEST_CASE(an_older_observation_does_not_take_over) {
    catalogue.record(kNotes, judge_all(kNotes), 2000);
    const Listing older = make_listing("npm:notes", {make_tool("list_notes")});
    catalogue.record(older, judge_all(older), 1000);
    BOOST_TEST(catalogue.tools_of("npm:notes").size() == 2U);
    BOOST_TEST(server("npm:notes").last_seen == 2000);
    BOOST_TEST(server("npm:notes").last_listed.value() == 2000);
}

BOOST_AUTO_TEST_CASE(a_definition_that_two_servers_share_is_stored_once) {
    catalogue.record(kNotes, judge_all(kNotes), 1000);
    const Listing twin = make_listing("npm:twin", kNotes.document.tools);
    const Recorded done = catalogue.record(twin, judge_all(twin, Category::execute), 2000);
    BOOST_TEST(done.new_tool_versions == 0U);
    BOOST_TEST(done.new_verdicts == 2U);
    BOOST_TEST(rows("tool_versions") == 2);
    BOOST_TEST(catalogue.tools_of("npm:twin")[0].first_seen == 2000);
    BOOST_TEST((catalogue.tools_of("npm:notes")[0].verdict.category == Category::read));
    BOOST_TEST((catalogue.tools_of("npm:twin")[0].verdict.category == Category::execute));
    BOOST_TEST(catalogue.tools_of("npm:twin")[0].verdict.server == "npm:twin");
}

BOOST_AUTO_TEST_CASE(two_tools_of_one_name_are_two_and_an_exact_double_is_one) {
    const Listing listing = make_listing(
        "npm:double", {make_tool("go", "one"), make_tool("go", "two"), make_tool("go", "two")});
    catalogue.record(listing, judge_all(listing), 1000);
    BOOST_TEST(catalogue.tools_of("npm:double").size() == 2U);
}

BOOST_AUTO_TEST_CASE(what_does_not_belong_together_is_refused_whole) {
    Listing forged = kNotes;
    forged.document.tools[1].definition += " ";
    BOOST_CHECK_THROW(catalogue.record(forged, {}, 1000), std::invalid_argument);
    const Listing other = make_listing("npm:other", {make_tool("other")});
    BOOST_CHECK_THROW(catalogue.record(kNotes, judge_all(other), 1000), std::invalid_argument);
    BOOST_CHECK_THROW(catalogue.record(make_listing("", {}), {}, 1000), std::invalid_argument);
    for (const char* table : {"servers", "listings", "tool_versions", "observations"}) {
        BOOST_TEST_CONTEXT(table) { BOOST_TEST(rows(table) == 0); }
    }
}

BOOST_AUTO_TEST_SUITE_END()

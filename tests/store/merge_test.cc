#include <boost/test/unit_test.hpp>

#include "samples.h"

using namespace mcprisk;
using namespace mcprisk::store;
using namespace mcprisk::store::testing;

BOOST_AUTO_TEST_SUITE(merge)

BOOST_AUTO_TEST_CASE(what_the_other_observed_is_taken_in_once) {
    const TempFolder folder;
    Catalogue ours = open_catalogue(folder.file("ours.db"));
    Catalogue theirs = open_catalogue(folder.file("theirs.db"));
    const Listing old_notes = make_listing("npm:notes", {make_tool("get_note")});
    Listing new_notes = make_listing("npm:notes", {make_tool("get_note"), make_tool("put_note")});
    new_notes.credential_class = "placeholder";
    new_notes.ttl_ms = 5;
    new_notes.flags = {"sandboxed"};
    const Listing mail = make_listing("npm:mail", {make_tool("send_mail")});
    ours.record(old_notes, judge_all(old_notes), 100);
    theirs.record(old_notes, judge_all(old_notes), 100);  // the same attempt
    theirs.record(new_notes, judge_all(new_notes, Category::write), 300);
    theirs.record(make_failure("npm:notes", Outcome::timed_out, "slow"), {}, 200);
    theirs.record(mail, judge_all(mail, Category::execute), 50);
    theirs.record(make_failure("npm:gone", Outcome::exited, "ended"), {}, 60);
    const Merged merged = ours.merge(theirs);
    BOOST_TEST(merged.observations == 4U);
    BOOST_TEST(merged.servers == 2U);
    BOOST_TEST(merged.listings == 2U);
    BOOST_TEST(merged.tool_versions == 2U);
    BOOST_TEST(ours.servers().size() == 3U);
    BOOST_TEST(ours.tools_of("npm:notes").size() == 2U);
    BOOST_TEST((ours.tools_of("npm:mail")[0].verdict.category == Category::execute));
    BOOST_TEST(ours.query({.text = "send"}).total == 1U);
    const auto rows = ours.history("npm:notes", 10);
    const auto same = theirs.history("npm:notes", 10);
    BOOST_REQUIRE(rows.size() == 3U);
    for (std::size_t i = 0; i < 3; ++i) {
        BOOST_TEST(rows[i].at == same[i].at);
        BOOST_TEST((rows[i].outcome == same[i].outcome));
        BOOST_TEST(rows[i].listing_hash == same[i].listing_hash);
        BOOST_TEST(rows[i].credential_class == same[i].credential_class);
        BOOST_TEST(rows[i].flags == same[i].flags, boost::test_tools::per_element());
    }
    BOOST_TEST((ours.find_server("npm:gone").value().last_outcome == Outcome::exited));
    BOOST_TEST(ours.check().empty());
    BOOST_TEST(ours.merge(theirs).observations == 0U);
    // The other way round both know the same.
    BOOST_TEST(theirs.merge(ours).observations == 0U);
}

BOOST_AUTO_TEST_CASE(an_older_observation_of_the_other_takes_no_place) {
    const TempFolder folder;
    Catalogue ours = open_catalogue(folder.file("ours.db"));
    Catalogue theirs = open_catalogue(folder.file("theirs.db"));
    const Listing now = make_listing("s", {make_tool("new_tool")});
    const Listing then = make_listing("s", {make_tool("old_tool")});
    ours.record(now, judge_all(now), 500);
    theirs.record(then, judge_all(then), 400);
    BOOST_TEST(ours.merge(theirs).listings == 1U);
    BOOST_REQUIRE(ours.tools_of("s").size() == 1U);
    BOOST_TEST(ours.tools_of("s")[0].tool.name == "new_tool");
    BOOST_TEST(ours.snapshot("s", 450).value().document.tools[0].name == "old_tool");
}

BOOST_AUTO_TEST_CASE(counts_as_they_stood) {
    const TempFolder folder;
    Catalogue catalogue = open_catalogue(folder.file());
    const Listing one = make_listing("a", {make_tool("x")});
    const Listing two = make_listing("a", {make_tool("x"), make_tool("y")});
    catalogue.record(one, judge_all(one, Category::read), 100);
    catalogue.record(two, judge_all(two, Category::execute), 200);
    catalogue.record(make_failure("a", Outcome::exited, "ended"), {}, 300);
    BOOST_TEST(catalogue.counts_at(99).empty());
    const auto early = catalogue.counts_at(150);
    BOOST_REQUIRE(early.size() == 1U);
    BOOST_TEST((early[0].category == Category::read));
    BOOST_TEST(early[0].tools == 1U);
    const auto late = catalogue.counts_at(400);
    BOOST_REQUIRE(late.size() == 1U);
    BOOST_TEST(late[0].server == "a");
    BOOST_TEST((late[0].risk == RiskLevel::high));
    BOOST_TEST(late[0].tools == 2U);
}

BOOST_AUTO_TEST_CASE(servers_count_their_alarming_tools) {
    const TempFolder folder;
    Catalogue catalogue = open_catalogue(folder.file());
    const Listing listing = make_listing("a", {make_tool("x"), make_tool("y"), make_tool("z")});
    auto verdicts = judge_all(listing);
    verdicts[0].findings = {{"tool-poisoning", RiskLevel::critical, "description", "x"},
                            {"concealment", RiskLevel::high, "description", "x"}};
    verdicts[1].findings = {{"concealment", RiskLevel::low, "description", "x"}};
    verdicts[2].findings = {{"unbounded-parameter", RiskLevel::critical, "inputSchema", "x"}};
    catalogue.record(listing, verdicts, 1);
    BOOST_TEST(catalogue.servers()[0].alarming == 1U);
    BOOST_TEST(catalogue.find_server("a").value().alarming == 1U);
}

BOOST_AUTO_TEST_CASE(related_tools_by_what_they_can_do) {
    const TempFolder folder;
    Catalogue catalogue = open_catalogue(folder.file());
    const auto add = [&](const std::string& server,
                         const std::string& name,
                         std::vector<std::string> capabilities) {
        const Listing listing = make_listing(server, {make_tool(name)});
        auto verdicts = judge_all(listing);
        verdicts[0].capabilities = std::move(capabilities);
        catalogue.record(listing, verdicts, 1);
    };
    add("a", "run_shell", {"data.write", "exec.shell"});
    add("b", "terminal", {"exec.shell"});
    add("c", "put_note", {"data.write"});
    add("d", "set_note", {"data.write"});
    add("e", "run_shell", {});
    const auto related = catalogue.similar_tools("a", "run_shell", 10);
    BOOST_REQUIRE(related.size() == 2U);
    BOOST_TEST(related[0].server == "e");  // the name goes before the deed
    BOOST_TEST(related[1].tool.name == "terminal");
}

BOOST_AUTO_TEST_CASE(a_search_says_where_it_found_something) {
    const TempFolder folder;
    Catalogue catalogue = open_catalogue(folder.file());
    const Listing listing = make_listing(
        "a", {make_tool("x", "Puts a book on the upper shelf of the library, if it is open.")});
    catalogue.record(listing, judge_all(listing), 77);
    const auto found = catalogue.query({.text = "shelf"});
    BOOST_REQUIRE(found.rows.size() == 1U);
    BOOST_TEST(found.rows[0].snippet.find("upper shelf") != std::string::npos,
               found.rows[0].snippet);
    BOOST_TEST(found.rows[0].listed_at == 77);
    BOOST_TEST(catalogue.query({}).rows[0].snippet.empty());
}

BOOST_AUTO_TEST_SUITE_END()

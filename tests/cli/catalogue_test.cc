// Living with the catalogue: history, reclassification, backup, check.
#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "tests/cli/user.h"

using namespace mcprisk;
using namespace mcprisk::cli;
using nlohmann::json;

namespace {

json tool(const std::string& name, const std::string& description) {
    return {{"name", name}, {"description", description}, {"inputSchema", {{"type", "object"}}}};
}

// Two states of one server, scanned on two days.
struct TwoDays : User {
    TwoDays() {
        now = 1'795'000'000;  // 2026-11-18
        scan({tool("get_note", "Gets a note."), tool("put_note", "Stores a note.")});
        now = *now + 2 * 86'400;
        scan({tool("get_note", "Gets a note."), tool("put_note", "Stores a note and mails it.")});
    }
    void scan(const json& tools) {
        write("notes.json", json{{"server", "notes"}, {"tools", tools}}.dump());
        BOOST_TEST(run({"scan", "notes.json"}).code == 0);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(catalogue, TwoDays)

BOOST_AUTO_TEST_CASE(history_says_when_something_new_was_said) {
    const json all = json_of({"history", "note", "--json"});
    BOOST_TEST(all["server"] == "notes");
    BOOST_REQUIRE(all["observations"].size() == 2U);
    BOOST_TEST(all["observations"][0]["at"] == *now);
    BOOST_TEST(all["observations"][0]["listing"]["new"] == true);
    BOOST_TEST(all["observations"][0]["listing"]["tools"] == 2);
    const auto table = run({"history", "notes"});
    BOOST_TEST(table.code == 0);
    BOOST_TEST(table.out.find("listed") != std::string::npos, table.out);
    BOOST_TEST(run({"history", "nobody"}).code == 3);
}

BOOST_AUTO_TEST_CASE(show_at_a_time_shows_what_was_in_force_then) {
    const auto text = [&](const std::vector<std::string>& words) {
        return json_of(words)["definition"]["description"].get<std::string>();
    };
    BOOST_TEST(text({"show", "notes", "put_note", "--json"}) == "Stores a note and mails it.");
    BOOST_TEST(text({"show", "notes", "put_note", "--at", "1d", "--json"}) == "Stores a note.");
    const json server = json_of({"show", "notes", "--at", "2026-11-19", "--json"});
    BOOST_TEST(server["as_of"] == 1'795'000'000);
    BOOST_TEST(server["verdicts"].size() == 2U);
    const auto early = run({"show", "notes", "--at", "2020-01-01"});
    BOOST_TEST(early.code == 3);
    BOOST_TEST(early.err.find("had not been listed by 2020-01-01") != std::string::npos, early.err);
    BOOST_TEST(run({"show", "notes", "--at", "soon"}).code == 2);
}

BOOST_AUTO_TEST_CASE(other_rules_are_applied_without_asking_the_server) {
    BOOST_TEST(run({"reclassify"}).out.starts_with("0 tools of 0 listings"));
    // One rule less is another set of rules.
    std::filesystem::create_directory(home.path() / "rules");
    for (const auto& entry :
         std::filesystem::directory_iterator(MCPRISK_SOURCE_DIR "/data/rules")) {
        if (entry.path().filename() == "verb-gesture.json") continue;
        std::filesystem::copy_file(entry.path(), home.path() / "rules" / entry.path().filename());
    }
    std::filesystem::remove(home.path() / "notes.json");
    const std::string before = json_of({"query", "get_note", "--format", "json"}).dump();
    const auto all = run({"--rules", "rules", "reclassify", "--history"});
    BOOST_TEST(all.code == 0, all.err);
    BOOST_TEST(all.out.starts_with("4 tools of 2 listings classified by rules "), all.out);
    const std::string after = json_of({"query", "get_note", "--format", "json"}).dump();
    BOOST_TEST(before != after);
    BOOST_TEST(run({"reclassify"}).out.starts_with("2 tools of 1 listing classified"));
    BOOST_TEST(json_of({"query", "get_note", "--format", "json"}).dump() == before);
    BOOST_TEST(json_of({"stats", "--json"})["observations"] == 2);
}

BOOST_AUTO_TEST_CASE(backup_and_check) {
    const auto saved = run({"backup", "copy.db"});
    BOOST_TEST(saved.code == 0, saved.err);
    BOOST_TEST(run({"backup", "copy.db"}).code == 3);
    const auto whole = run({"--db", "copy.db", "check"});
    BOOST_TEST(whole.code == 0);
    BOOST_TEST(whole.out.starts_with("copy.db: whole"), whole.out);
    BOOST_TEST(run({"--db", "copy.db", "history", "notes"}).out == run({"history", "notes"}).out);
    BOOST_TEST(run({"--db", "none.db", "check"}).code == 3);
    BOOST_TEST(run({"--db", "none.db", "reclassify"}).code == 3);
    BOOST_TEST(!std::filesystem::exists(home.path() / "none.db"));
}

BOOST_AUTO_TEST_SUITE_END()

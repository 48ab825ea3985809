// Living with the catalogue: history, reclassification, backup, check.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "build_places.h"
#include "store/sqlite.h"
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

// Hashes, counts and derived tables all fit: only the rules know.
BOOST_AUTO_TEST_CASE(a_verdict_that_the_rules_do_not_give_is_found) {
    BOOST_TEST(run({"check"}).code == 0);
    {
        store::Database database =
            store::Database::open(home.path() / ".local/share/mcprisk/catalogue.db",
                                  store::Database::Access::create,
                                  std::chrono::seconds(1));
        // What put_note was given becomes what get_note was given.
        database.execute("tampering",
                         "UPDATE judgement_verdicts SET verdict_id = (SELECT verdict_id FROM "
                         "current_tools WHERE name = 'get_note')");
        database.execute("tampering",
                         "UPDATE current_tools SET (verdict_id, category, risk, confidence) = "
                         "(SELECT id, category, risk, confidence FROM verdicts WHERE id = (SELECT "
                         "verdict_id FROM current_tools WHERE name = 'get_note'))");
    }
    const auto found = run({"check"});
    BOOST_TEST(found.code == 1);
    BOOST_TEST(found.out.find("put_note on notes is stored as") != std::string::npos, found.out);
}

BOOST_AUTO_TEST_CASE(other_rules_are_applied_without_asking_the_server) {
    BOOST_TEST(run({"reclassify"}).out.starts_with("0 tools of 0 listings"));
    // One rule less is another set of rules.
    std::filesystem::create_directory(home.path() / "rules");
    for (const auto& entry :
         std::filesystem::directory_iterator(MCPRISK_SOURCE_DIR "/data/rules")) {
        if (!entry.is_regular_file() || entry.path().filename() == "verb-gesture.json") continue;
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

BOOST_AUTO_TEST_CASE(servers_are_graded_marked_and_sorted) {
    write(
        "bank.json",
        json{{"server", "bank"}, {"tools", json::array({tool("pay", "Pays an invoice.")})}}.dump());
    BOOST_TEST(run({"scan", "bank.json"}).code == 0);
    const json all = json_of({"servers", "--sort", "Grade", "--json"});
    BOOST_TEST(all["servers"][0]["id"] == "bank");
    BOOST_TEST(all["servers"][0]["grade"] == "D");
    BOOST_TEST(all["servers"][0]["stale"] == false);
    now = *now + 40 * 86'400;
    BOOST_TEST(json_of({"servers", "--json"})["servers"][0]["stale"] == true);
    BOOST_TEST(run({"servers"}).out.find("stale") != std::string::npos);
    BOOST_TEST(run({"query", "pay"}).out.find("(40 days old)") != std::string::npos);
    BOOST_TEST(run({"query", "pay", "--stale-after", "90d"}).out.find("days old") ==
               std::string::npos);
    BOOST_TEST(run({"servers", "--sort", "beauty"}).code == 2);
    const auto badge = run({"show", "bank", "--badge", "bank.svg"});
    BOOST_TEST(badge.code == 0, badge.err);
    BOOST_TEST(read("bank.svg").find("D, 1 tool") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_search_shows_where_it_found_the_words) {
    const auto found = run({"query", "mails"});
    BOOST_TEST(found.out.find("FOUND") != std::string::npos, found.out);
    BOOST_TEST(found.out.find("note and mails it") != std::string::npos, found.out);
    const json all = json_of({"query", "mails", "--format", "json"});
    BOOST_TEST(all["hits"].size() == 1U);
    BOOST_TEST(all["hits"][0]["stale"] == false);
    BOOST_TEST(json_of({"query", "--format", "json"})["hits"][0]["snippet"].is_null());
}

BOOST_AUTO_TEST_CASE(movement_between_two_times) {
    const json moved = json_of({"stats", "--since", "1d", "--json"});
    BOOST_TEST(moved["tools"]["before"] == 2);
    BOOST_TEST(moved["tools"]["after"] == 2);
    BOOST_TEST(run({"stats", "--since", "2020-01-01"}).out.find("MOVERS") != std::string::npos);
    BOOST_TEST(run({"stats", "--until", "1d"}).code == 2);
    const json stats = json_of({"stats", "--json"});
    BOOST_TEST(stats["by_server"]["notes"] == 2);
}

BOOST_AUTO_TEST_CASE(the_whole_catalogue_as_data) {
    write(
        "evil.json",
        json{{"server", "=cmd|x"}, {"tools", json::array({tool("+1+1", "Gets @SUM(1).")})}}.dump());
    BOOST_TEST(run({"scan", "evil.json"}).code == 0);
    BOOST_TEST(run({"export", "jsonl", "-o", "all.jsonl"}).code == 0);
    const std::string lines = read("all.jsonl");
    BOOST_TEST(std::count(lines.begin(), lines.end(), '\n') == 3);
    const std::string csv = run({"export", "CSV", "-o", "-"}).out;
    BOOST_TEST(csv.find("\n'=cmd|x,'+1+1,") != std::string::npos, csv);
    BOOST_TEST(csv.find("server,tool") == csv.rfind("server,tool"));
    BOOST_TEST(json_of({"export", "sarif", "-o", "-"})["version"] == "2.1.0");
    BOOST_TEST(run({"export", "xml", "-o", "-"}).code == 2);
    BOOST_TEST(run({"export", "jsonl", "-o", "no/such/folder.jsonl"}).code == 3);
    // Into another catalogue, and again.
    const auto merged = run({"--db", "team.db", "merge", ".local/share/mcprisk/catalogue.db"});
    BOOST_TEST(merged.code == 0, merged.err);
    BOOST_TEST(merged.out.find("3 observations, 2 servers, 3 listings") != std::string::npos,
               merged.out);
    BOOST_TEST(run({"--db", "team.db", "export", "jsonl", "-o", "-"}).out == lines);
    BOOST_TEST(run({"--db", "team.db", "merge", "team.db"}).code == 2);
    BOOST_TEST(run({"merge", "missing.db"}).code == 3);
}

BOOST_AUTO_TEST_SUITE_END()

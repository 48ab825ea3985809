#include <sys/stat.h>
#include <boost/test/unit_test.hpp>
#include <fstream>

#include "samples.h"
#include "store/open_database.h"

using namespace mcprisk;
using namespace mcprisk::store;
using namespace mcprisk::store::testing;

namespace {

namespace fs = std::filesystem;

struct Filled {
    TempFolder folder;
    Filled() {
        Catalogue catalogue = open_catalogue(folder.file());
        for (int i = 0; i < 20; ++i) {
            const std::string name = "npm:s" + std::to_string(i);
            const Listing listing = make_listing(name, {make_tool("get_it"), make_tool(name)});
            catalogue.record(listing, judge_all(listing), i);
        }
    }
    std::vector<std::string> damage() const {
        return open_catalogue(folder.file(), OpenMode::read_only).check();
    }
    void run_sql(const std::string& sql) const {
        Database::open(folder.file(), Database::Access::create, std::chrono::seconds(1))
            .execute("preparing a test", sql);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(upkeep, Filled)

BOOST_AUTO_TEST_CASE(a_whole_file_has_no_damage) { BOOST_TEST(damage().empty()); }

BOOST_AUTO_TEST_CASE(a_changed_definition_or_verdict_is_found) {
    run_sql("UPDATE tool_versions SET definition = '{\"name\":\"mine\"}' WHERE name = 'get_it'");
    run_sql("UPDATE verdicts SET document = document || ' ' WHERE id = 1");
    const auto lines = damage();
    BOOST_REQUIRE(lines.size() == 2U);
    BOOST_TEST(lines[0].find("get_it") != std::string::npos);
    BOOST_TEST(lines[1].find("verdict") != std::string::npos);
}

// The hashes are all right after each of these.
BOOST_AUTO_TEST_CASE(a_removed_verdict_and_a_lowered_level_are_found) {
    const auto found = [&](const std::string& sql, const char* part) {
        const TempFolder spare;
        fs::copy_file(folder.file(), spare.file());
        Database::open(spare.file(), Database::Access::create, std::chrono::seconds(1))
            .execute("preparing a test", sql);
        const auto lines = open_catalogue(spare.file(), OpenMode::read_only).check();
        BOOST_TEST_INFO(sql);
        BOOST_REQUIRE(!lines.empty());
        BOOST_TEST(lines.front().find(part) != std::string::npos, lines.front());
    };
    { const Catalogue settled = open_catalogue(folder.file()); }  // the side files are empty now
    found("DELETE FROM judgement_verdicts WHERE tool_id = 1 AND judgement_id = 1",
          "1 of 2 verdicts are there");
    found("DELETE FROM listing_tools WHERE listing_id = 3 AND tool_id = 1",
          "2 of 1 verdicts are there");
    found("UPDATE current_tools SET risk = (risk + 1) % 4 WHERE name = 'npm:s3'",
          "npm:s3 on npm:s3 is shown with another verdict");
    found(
        "UPDATE current_tools SET verdict_id = NULL, category = NULL, risk = NULL, "
        "confidence = NULL WHERE name = 'npm:s3'",
        "npm:s3 on npm:s3 is shown with another verdict");
    found(
        "UPDATE verdicts SET risk = (risk + 1) % 4; UPDATE current_tools SET risk = (risk + 1) % 4",
        "is listed with another category, level or confidence");
    found("UPDATE verdicts SET confidence = confidence / 2", "is listed with another category");
    found("UPDATE servers SET current_judgement = NULL WHERE name = 'npm:s3'",
          "what is shown of npm:s3 is not its newest judgement");
    found("INSERT INTO verdict_capabilities VALUES ('money.move', 1)",
          "is not found by all of its capabilities");
}

BOOST_AUTO_TEST_CASE(derived_tables_are_checked_and_made_anew) {
    run_sql("DELETE FROM current_tools WHERE name = 'npm:s3'");
    run_sql("INSERT INTO tool_search (tool_search) VALUES ('delete-all')");
    const auto lines = damage();
    BOOST_REQUIRE(lines.size() == 2U);
    BOOST_TEST(lines[0].find("search index") != std::string::npos);
    BOOST_TEST(lines[1].find("npm:s3") != std::string::npos);
    {
        Catalogue catalogue = open_catalogue(folder.file());
        catalogue.rebuild();
        BOOST_TEST(catalogue.query({.text = "get"}).total == 20U);
        BOOST_TEST(catalogue.tools_of("npm:s3").size() == 2U);
    }
    BOOST_TEST(damage().empty());
}

BOOST_AUTO_TEST_CASE(a_row_without_its_partner_is_found) {
    run_sql("PRAGMA foreign_keys = OFF; DELETE FROM servers WHERE name = 'npm:s7'");
    const auto lines = damage();
    BOOST_TEST(!lines.empty());
    BOOST_TEST(lines[0].find("refers to a missing one of servers") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_page_of_rubbish_is_reported_and_not_thrown) {
    run_sql("PRAGMA wal_checkpoint(TRUNCATE)");
    {
        std::fstream file(folder.file(), std::ios::in | std::ios::out | std::ios::binary);
        // The last ones, which hold data: with those of the schema the file could not be opened.
        const auto pages = static_cast<int>(fs::file_size(folder.file()) / 4096);
        for (int page = pages - 2; page < pages; ++page) {
            file.seekp(page * 4096);
            file << std::string(4096, 'x');
        }
    }
    BOOST_TEST(!damage().empty());
}

BOOST_AUTO_TEST_CASE(a_backup_is_complete_private_and_never_overwrites) {
    const fs::path copy = folder.file("copy.db");
    {
        Catalogue writer = open_catalogue(folder.file());
        const Catalogue reader = open_catalogue(folder.file(), OpenMode::read_only);
        const Listing late = make_listing("npm:late", {make_tool("late")});
        writer.record(late, judge_all(late), 99);
        BOOST_TEST(reader.backup(copy).has_value());
    }
    struct stat info {};
    BOOST_REQUIRE(::stat(copy.c_str(), &info) == 0);
    BOOST_TEST(static_cast<int>(info.st_mode & 0777) == 0600);
    {
        const Catalogue restored = open_catalogue(copy, OpenMode::read_only);
        BOOST_TEST(restored.stats().servers == 21U);
        BOOST_TEST(restored.query({.text = "late"}).total == 1U);
        BOOST_TEST(restored.check().empty());
    }
    const std::string before = read_file(copy);
    const auto again = open_catalogue(folder.file(), OpenMode::read_only).backup(copy);
    BOOST_REQUIRE(!again.has_value());
    BOOST_TEST((again.error().code == ErrorCode::conflict));
    BOOST_TEST(read_file(copy) == before);
    // Nor does a failure leave something behind.
    BOOST_TEST(!open_catalogue(folder.file()).backup(folder.file("no/such/copy.db")).has_value());
    for (const auto& entry : fs::directory_iterator(folder.path())) {
        BOOST_TEST(entry.path().string().find(".part") == std::string::npos, entry.path());
    }
}

BOOST_AUTO_TEST_CASE(looking_after_a_catalogue_never_makes_one) {
    const auto opened = Catalogue::open(folder.file("none.db"), OpenMode::read_existing);
    BOOST_REQUIRE(!opened.has_value());
    BOOST_TEST((opened.error().code == ErrorCode::not_found));
    BOOST_TEST(!fs::exists(folder.file("none.db")));
}

BOOST_AUTO_TEST_SUITE_END()

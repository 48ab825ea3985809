#include "store/migrations.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <vector>

#include "build_places.h"
#include "samples.h"
#include "store/open_database.h"

using namespace mcprisk;
using namespace mcprisk::store;
using namespace mcprisk::store::testing;

namespace {

constexpr std::chrono::milliseconds kBusy{1000};

std::vector<std::string> schema_of(const std::filesystem::path& file) {
    Database database = Database::open(file, Database::Access::read, kBusy);
    std::vector<std::string> lines;
    Run run(database.statement(
        "SELECT type, name, coalesce(sql, '') FROM sqlite_schema ORDER BY 1, 2"));
    while (run.step()) {
        lines.push_back(std::string(run.text(0)) + " " + std::string(run.text(1)) + ": " +
                        std::string(run.text(2)));
    }
    return lines;
}

void run_sql(const std::filesystem::path& file, const std::string& sql) {
    Database::open(file, Database::Access::create, kBusy).execute("preparing a test", sql);
}

void make_version_one(const std::filesystem::path& file) {
    run_sql(file,
            read_file(std::filesystem::path(MCPRISK_SOURCE_DIR) /
                      "tests/store/fixtures/version_1.sql"));
}

Error refused(const std::filesystem::path& file, OpenMode mode) {
    const auto catalogue = Catalogue::open(file, mode);
    BOOST_REQUIRE(!catalogue.has_value());
    return catalogue.error();
}

bool says(const Error& error, std::string_view words) {
    return error.message.find(words) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(migrations)

BOOST_AUTO_TEST_CASE(a_new_file_has_the_newest_version) {
    const TempFolder folder;
    const Catalogue catalogue = open_catalogue(folder.file());
    BOOST_TEST(catalogue.schema_version() == newest_version(embedded::store_migrations()));
    BOOST_TEST(catalogue.schema_version() >= 2);
}

BOOST_AUTO_TEST_CASE(a_file_of_version_1_becomes_like_a_new_one_and_keeps_its_data) {
    const TempFolder folder;
    make_version_one(folder.file("old.db"));
    {
        Database old = Database::open(folder.file("old.db"), Database::Access::read, kBusy);
        BOOST_TEST(read_schema_state(old).version == 1);
        BOOST_TEST(read_schema_state(old).ours);
    }
    const Catalogue old = open_catalogue(folder.file("old.db"));
    const Catalogue fresh = open_catalogue(folder.file("new.db"));
    BOOST_TEST(old.schema_version() == fresh.schema_version());
    BOOST_TEST(schema_of(folder.file("old.db")) == schema_of(folder.file("new.db")),
               boost::test_tools::per_element());

    BOOST_TEST(old.servers().size() == 2U);
    BOOST_TEST(old.tools_of("npm:notes").size() == 2U);
    const QueryAnswer found =
        old.query({.text = "shelf"});  // the index was filled from the old rows
    BOOST_REQUIRE(found.rows.size() == 1U);
    BOOST_TEST(found.rows[0].tool.name == "delete_note");
    BOOST_TEST((found.rows[0].verdict.category == Category::destructive));
}

BOOST_AUTO_TEST_CASE(a_file_of_any_version_in_between_keeps_its_data_too) {
    const auto steps = embedded::store_migrations();
    for (std::size_t version = 2; version < steps.size(); ++version) {
        const TempFolder folder;
        make_version_one(folder.file());
        {
            Database old = Database::open(folder.file(), Database::Access::create, kBusy);
            migrate(old, steps.first(version));
            BOOST_TEST(read_schema_state(old).version == static_cast<int>(version));
        }
        const Catalogue opened = open_catalogue(folder.file());
        BOOST_TEST(opened.schema_version() == newest_version(steps));
        BOOST_TEST(opened.tools_of("npm:notes").size() == 2U);
        BOOST_TEST(opened.query({.sort = SortBy::server}).rows.size() == opened.query({}).total);
        BOOST_TEST(opened.query({.text = "shelf"}).total == 1U);
        BOOST_TEST(opened.check().empty());
    }
}

BOOST_AUTO_TEST_CASE(an_older_file_is_not_changed_by_reading) {
    const TempFolder folder;
    make_version_one(folder.file());
    const std::string before = read_file(folder.file());
    const Error error = refused(folder.file(), OpenMode::read_only);
    BOOST_TEST((error.code == ErrorCode::unsupported));
    BOOST_TEST(says(error, "schema version 1"));
    BOOST_TEST(says(error, "mcprisk scan"));
    BOOST_TEST(read_file(folder.file()) == before);
}

BOOST_AUTO_TEST_CASE(a_newer_file_is_refused_with_advice) {
    const TempFolder folder;
    { const Catalogue made = open_catalogue(folder.file()); }
    run_sql(folder.file(), "PRAGMA user_version = 99");
    for (const OpenMode mode : {OpenMode::read_only, OpenMode::read_write}) {
        const Error error = refused(folder.file(), mode);
        BOOST_TEST((error.code == ErrorCode::unsupported));
        BOOST_TEST(says(error, "version 99"));
        BOOST_TEST(says(error, "use the newer program"));
    }
}

BOOST_AUTO_TEST_CASE(a_database_of_another_program_is_left_alone) {
    const TempFolder folder;
    run_sql(folder.file(), "CREATE TABLE recipes (name TEXT)");
    const std::string before = read_file(folder.file());
    const Error error = refused(folder.file(), OpenMode::read_write);
    BOOST_TEST((error.code == ErrorCode::invalid_input));
    BOOST_TEST(says(error, "another program"));
    BOOST_TEST(read_file(folder.file()) == before);
}

BOOST_AUTO_TEST_CASE(a_step_that_fails_is_undone_as_a_whole) {
    const TempFolder folder;
    Database database = Database::open(folder.file(), Database::Access::create, kBusy);
    const std::vector<EmbeddedFile> steps{
        {"0001_good.sql", "CREATE TABLE good (a INTEGER) STRICT;"},
        {"0002_bad.sql", "CREATE TABLE half (a INTEGER) STRICT; INSERT INTO nowhere VALUES (1);"}};
    BOOST_CHECK_THROW(migrate(database, steps), SqliteError);
    BOOST_TEST(read_schema_state(database).version == 1);
    const std::vector<std::string> schema = schema_of(folder.file());
    BOOST_REQUIRE(schema.size() == 1U);
    BOOST_TEST(schema[0].find("good") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_gap_in_the_numbers_is_a_mistake_of_ours) {
    const TempFolder folder;
    Database database = Database::open(folder.file(), Database::Access::create, kBusy);
    const std::vector<EmbeddedFile> steps{{"0002_x.sql", "CREATE TABLE x (a);"}};
    BOOST_CHECK_THROW(migrate(database, steps), std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()

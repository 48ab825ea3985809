// Databases of strangers: what they may hold, and how long they may keep us.
#include <sys/stat.h>
#include <unistd.h>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <fstream>

#include "samples.h"
#include "store/migrations.h"
#include "store/open_database.h"
#include "store/schema_check.h"

using namespace mcprisk;
using namespace mcprisk::store;
using namespace mcprisk::store::testing;
namespace data = boost::unit_test::data;

namespace {

namespace fs = std::filesystem;

// A catalogue that its owner has changed by hand.
struct Stranger {
    TempFolder folder;
    Stranger() {
        Catalogue catalogue = open_catalogue(folder.file());
        const Listing listing = make_listing("s", {make_tool("get_it"), make_tool("put_it")});
        catalogue.record(listing, judge_all(listing), 1);
    }
    void run_sql(const std::string& sql) const {
        Database database =
            Database::open(folder.file(), Database::Access::create, std::chrono::seconds(1));
        database.execute("preparing a test", sql);
    }
    // Why neither reading nor writing opens it; empty if either does.
    std::string refused() const {
        std::string why;
        for (const OpenMode mode : {OpenMode::read_only, OpenMode::read_write}) {
            const auto opened = Catalogue::open(folder.file(), mode);
            if (opened) return "";
            BOOST_TEST((opened.error().code == ErrorCode::invalid_input));
            why = opened.error().message;
        }
        return why;
    }
};

struct Change {
    const char* sql;
    const char* named;
};
std::ostream& operator<<(std::ostream& out, const Change& change) { return out << change.sql; }

const std::vector<Change> kChanges{
    {"DROP TABLE verdict_findings; CREATE VIEW verdict_findings AS WITH RECURSIVE "
     "n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT 'f' AS finding, x AS verdict_id FROM "
     "n",
     "verdict_findings"},
    {"PRAGMA foreign_keys = OFF; DROP TABLE aliases; CREATE VIEW aliases AS SELECT * FROM servers",
     "aliases"},
    {"CREATE VIEW extra AS SELECT 1", "view extra"},
    {"CREATE TRIGGER t AFTER INSERT ON servers BEGIN DELETE FROM servers; END", "trigger t"},
    {"CREATE INDEX i ON servers (upper(name))", "index i"},
    {"CREATE TABLE extra (x)", "table extra"},
    {"ALTER TABLE servers ADD COLUMN x TEXT AS (name || name)", "table servers"},
    {"DROP INDEX current_tools_by_name", "current_tools_by_name is missing"},
    {"DROP TABLE tool_search; CREATE TABLE tool_search (words, title, description)", "tool_search"},
    {"PRAGMA user_version = -1", "another program"},
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(stranger, Stranger)

BOOST_DATA_TEST_CASE_F(Stranger,
                       tables_that_are_not_ours_are_never_read,
                       data::make(kChanges),
                       change) {
    run_sql(change.sql);
    const std::string why = refused();
    BOOST_TEST(why.find(change.named) != std::string::npos, why);
    // Nor merged: the other catalogue stays as it is.
    const TempFolder other;
    const Catalogue mine = open_catalogue(other.file());
    BOOST_TEST(!Catalogue::open(folder.file(), OpenMode::read_only).has_value());
    BOOST_TEST(mine.stats().servers == 0U);
}

BOOST_AUTO_TEST_CASE(a_catalogue_of_ours_is_opened_also_with_statistics_in_it) {
    run_sql("ANALYZE");
    BOOST_TEST(refused() == "");
}

BOOST_AUTO_TEST_CASE(every_version_of_the_schema_fits_itself) {
    const auto migrations = embedded::store_migrations();
    for (int version = 1; version <= newest_version(migrations); ++version) {
        const TempFolder made;
        Database database =
            Database::open(made.file(), Database::Access::create, std::chrono::seconds(1));
        migrate(database, migrations.first(static_cast<std::size_t>(version)));
        BOOST_TEST(expect_own_schema(database, migrations, version).has_value());
    }
}

BOOST_AUTO_TEST_CASE(a_statement_without_end_is_stopped) {
    Database database =
        Database::open(folder.file(), Database::Access::read, std::chrono::seconds(1));
    Run run(
        database.statement("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
                           "SELECT count(*) FROM n"));
    BOOST_CHECK_EXCEPTION(run.step(), SqliteError, [](const SqliteError& error) {
        return error.failure() == SqliteFailure::too_much &&
               std::string(error.what()).find("made to hang") != std::string::npos;
    });
}

BOOST_AUTO_TEST_CASE(many_steps_that_are_each_small_are_not_stopped) {
    Database database =
        Database::open(folder.file(), Database::Access::read, std::chrono::seconds(1));
    Run run(
        database.statement("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
                           "SELECT x FROM n LIMIT 2000000"));
    std::int64_t rows = 0;
    while (run.step()) ++rows;
    BOOST_TEST(rows == 2'000'000);
}

BOOST_AUTO_TEST_CASE(views_and_triggers_do_nothing_even_where_they_stand) {
    run_sql("CREATE VIEW v AS SELECT 1");
    run_sql(
        "CREATE TRIGGER t AFTER UPDATE ON servers BEGIN DELETE FROM aliases; "
        "INSERT INTO aliases VALUES ('k', 'v', 1, 'e', 1); END");
    Database database =
        Database::open(folder.file(), Database::Access::create, std::chrono::seconds(1));
    BOOST_CHECK_THROW(database.statement("SELECT * FROM v"), SqliteError);
    database.execute("touching", "UPDATE servers SET title = 'x'");
    Run count(database.statement("SELECT count(*) FROM aliases"));
    BOOST_REQUIRE(count.step());
    BOOST_TEST(count.integer(0) == 0);
    Run trusted(database.statement("PRAGMA trusted_schema"));
    BOOST_REQUIRE(trusted.step());
    BOOST_TEST(trusted.integer(0) == 0);
    BOOST_CHECK_THROW(
        database.execute("attaching", "ATTACH ':memory:' AS a; ATTACH ':memory:' AS b"),
        SqliteError);
}

BOOST_AUTO_TEST_CASE(what_is_no_file_is_refused_and_not_waited_for) {
    const auto refusal = [](const fs::path& file, OpenMode mode) {
        const auto opened = Catalogue::open(file, mode);
        BOOST_REQUIRE(!opened.has_value());
        return opened.error().message;
    };
    BOOST_REQUIRE(::mkfifo(folder.file("pipe.db").c_str(), 0600) == 0);
    for (const OpenMode mode :
         {OpenMode::read_only, OpenMode::read_write, OpenMode::read_existing}) {
        BOOST_TEST(refusal(folder.file("pipe.db"), mode).find("it is a pipe") != std::string::npos);
        BOOST_TEST(refusal("/dev/zero", mode).find("it is a device") != std::string::npos);
    }
    // SQLite opens the side files by itself.
    for (const char* side : {"-wal", "-journal", "-shm"}) {
        const fs::path path = folder.file().string() + side;
        fs::remove(path);
        BOOST_REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
        BOOST_TEST(refusal(folder.file(), OpenMode::read_only).find("it is a pipe") !=
                   std::string::npos);
        fs::remove(path);
        fs::create_symlink("/etc/hostname", path);
        BOOST_TEST(refusal(folder.file(), OpenMode::read_write).find("it is a link") !=
                   std::string::npos);
        fs::remove(path);
    }
    BOOST_TEST(refused() == "");
}

BOOST_AUTO_TEST_CASE(a_copy_leaves_nothing_beside_it_and_says_why_it_failed) {
    const Catalogue catalogue = open_catalogue(folder.file(), OpenMode::read_only);
    fs::create_directory(folder.file("to"));
    BOOST_TEST(catalogue.backup(folder.file("to/copy.db")).has_value());
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder.file("to"))) {
        names.push_back(entry.path().filename());
    }
    BOOST_TEST(names == std::vector<std::string>{"copy.db"}, boost::test_tools::per_element());
    const auto nowhere = catalogue.backup(folder.file("none/copy.db"));
    BOOST_REQUIRE(!nowhere.has_value());
    BOOST_TEST(nowhere.error().message.find("No such file") != std::string::npos,
               nowhere.error().message);
}

BOOST_AUTO_TEST_SUITE_END()

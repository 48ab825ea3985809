#include "store/sqlite.h"

#include <boost/test/unit_test.hpp>
#include <concepts>

#include "samples.h"

using namespace mcprisk::store;
using mcprisk::store::testing::TempFolder;

namespace {

template <typename T>
concept CanBind = requires(Run& run, T&& value) {
    run.bind(std::forward<T>(value));
};

// A temporary owner would be gone when the statement runs.
static_assert(!CanBind<std::string>);
static_assert(CanBind<const std::string&>);
static_assert(CanBind<std::string_view>);

struct Table {
    TempFolder folder;
    Database database =
        Database::open(folder.file(), Database::Access::create, std::chrono::milliseconds(50));
    Table() {
        database.execute("making a table",
                         "CREATE TABLE t (id INTEGER PRIMARY KEY, word TEXT, size REAL) STRICT");
    }
    std::int64_t rows() {
        Run run(database.statement("SELECT count(*) FROM t"));
        BOOST_REQUIRE(run.step());
        return run.integer(0);
    }
    void insert(std::string_view word) {
        Run run(database.statement("INSERT INTO t (word) VALUES (?)"));
        run.bind(word).exec();
    }
};

bool says(const std::exception& error, std::string_view words) {
    return std::string_view(error.what()).find(words) != std::string_view::npos;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sqlite, Table)

BOOST_AUTO_TEST_CASE(text_keeps_nul_bytes_and_null_is_not_empty) {
    const std::string word("a\0b'\"", 5);
    {
        Run run(database.statement("INSERT INTO t (word, size) VALUES (?, ?), (?, ?)"));
        run.bind(word).bind(std::nullopt).bind(std::string_view()).bind(1.5).exec();
    }
    Run run(database.statement("SELECT word, size FROM t ORDER BY id"));
    BOOST_REQUIRE(run.step());
    BOOST_TEST(run.text(0) == word);
    BOOST_TEST(!run.optional_real(1).has_value());
    BOOST_REQUIRE(run.step());
    BOOST_TEST(run.optional_text(0).has_value());
    BOOST_TEST(run.text(0).empty());
    BOOST_TEST(run.real(1) == 1.5);
    BOOST_TEST(!run.step());
}

BOOST_AUTO_TEST_CASE(a_second_statement_in_the_text_is_refused) {
    BOOST_CHECK_THROW(database.statement("SELECT 1; SELECT 2"), std::logic_error);
    BOOST_CHECK_THROW(database.statement("  "), std::logic_error);
    BOOST_CHECK_NO_THROW(database.statement("SELECT 1; "));
}

BOOST_AUTO_TEST_CASE(a_statement_in_use_cannot_run_again) {
    insert("x");
    Run first(database.statement("SELECT word FROM t"));
    BOOST_REQUIRE(first.step());
    BOOST_CHECK_THROW(Run(database.statement("SELECT word FROM t")), std::logic_error);
}

BOOST_AUTO_TEST_CASE(an_error_names_operation_cause_and_file) {
    BOOST_CHECK_EXCEPTION(
        database.statement("SELECT missing FROM t"), SqliteError, [this](const SqliteError& error) {
            return says(error, "preparing \"SELECT missing") &&
                   says(error, "no such column: missing") && says(error, folder.file().string());
        });
}

BOOST_AUTO_TEST_CASE(strict_tables_refuse_a_wrong_type) {
    Run run(database.statement("INSERT INTO t (size) VALUES (?)"));
    run.bind("not a number");
    BOOST_CHECK_EXCEPTION(run.exec(), SqliteError, [](const SqliteError& error) {
        return error.failure() == SqliteFailure::constraint;
    });
}

BOOST_AUTO_TEST_CASE(a_transaction_without_commit_leaves_nothing) {
    {
        const Transaction transaction(database, Transaction::Kind::write);
        insert("lost");
        BOOST_TEST(database.in_transaction());
    }
    BOOST_TEST(!database.in_transaction());
    BOOST_TEST(rows() == 0);
    Transaction transaction(database, Transaction::Kind::write);
    insert("kept");
    transaction.commit();
    BOOST_TEST(rows() == 1);
}

BOOST_AUTO_TEST_CASE(a_locked_database_is_busy_and_says_what_to_do) {
    const Transaction holder(database, Transaction::Kind::write);
    Database other =
        Database::open(folder.file(), Database::Access::create, std::chrono::milliseconds(1));
    BOOST_CHECK_EXCEPTION(
        Transaction(other, Transaction::Kind::write), SqliteError, [](const SqliteError& error) {
            return error.failure() == SqliteFailure::busy && says(error, "try again");
        });
}

BOOST_AUTO_TEST_CASE(names_that_mean_something_to_sqlite_are_plain_files) {
    const auto odd = folder.file("file:x?mode=memory");
    Database::open(odd, Database::Access::create, std::chrono::milliseconds(1))
        .execute("making a table", "CREATE TABLE t (a) ");
    BOOST_TEST(std::filesystem::file_size(odd) > 0U);
}

BOOST_AUTO_TEST_SUITE_END()

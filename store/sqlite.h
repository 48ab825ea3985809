// Owners for SQLite's C handles. The C header is included in sqlite.cc alone.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/database_error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace mcprisk::store {

// The kinds of failure that somebody reacts to.
enum class SqliteFailure {
    busy,          // another connection holds the lock, longer than the busy timeout
    not_database,  // the file is something else
    cannot_open,   // missing, or no permission
    read_only,     // a write to what may only be read
    full,          // no space left, or the page limit reached
    damaged,       // pages that contradict each other
    too_much,      // more work than a file of this size can need
    constraint,    // a rule of the schema
    other
};

class SqliteError final : public DatabaseError {
  public:
    SqliteError(SqliteFailure failure, const std::string& message)
        : DatabaseError(message), failure_(failure) {}
    [[nodiscard]] SqliteFailure failure() const { return failure_; }

  private:
    SqliteFailure failure_;
};

using Bytes = std::span<const unsigned char>;

class Statement;

// One connection. Not thread-safe. Statements and transactions must not outlive it; moving it is
// allowed while there are some. All functions throw SqliteError.
class Database {
  public:
    enum class Access {
        create,     // read and write, made if it is not there
        read,       // never writes
        immutable,  // never writes nor locks: only for a file that nobody changes meanwhile
    };

    // Switches foreign keys on and waits up to `busy` for other connections. The file may come from
    // a stranger: its schema is not trusted (no views, no triggers, no functions with effects),
    // rows and expressions are bounded, and so is the work for one step of a statement.
    static Database open(const std::filesystem::path& file,
                         Access access,
                         std::chrono::milliseconds busy);

    // A database of its own that is gone with the object.
    static Database in_memory();

    // Runs all statements of `sql` and drops their rows. `operation` says in an error message what
    // was being done, as in "reading the schema".
    void execute(std::string_view operation, const std::string& sql);

    // Compiled on the first call and kept for the life of the connection. `sql` holds exactly one
    // statement. The answer must not be in use (see Statement) when it is asked for again.
    Statement& statement(std::string_view sql);

    [[nodiscard]] std::int64_t last_insert_id() const;
    [[nodiscard]] std::int64_t changes() const;  // rows of the last INSERT, UPDATE or DELETE
    [[nodiscard]] bool in_transaction() const;
    [[nodiscard]] const std::filesystem::path& file() const;

  private:
    struct Handle;
    explicit Database(std::shared_ptr<Handle> handle);
    std::shared_ptr<Handle> handle_;  // shared with the statements, which report errors through it
    std::unordered_map<std::string, std::unique_ptr<Statement>> statements_;

    friend class Statement;
};

// A compiled statement; used through Run.
class Statement {
  public:
    Statement(const Database& database, std::string_view sql);
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement();

  private:
    std::shared_ptr<Database::Handle> handle_;
    sqlite3_stmt* statement_ = nullptr;
    bool in_use_ = false;

    friend class Run;
};

// One execution: bind the parameters in order, then step. The destructor resets the statement.
//
//     Run run(database.statement("SELECT name FROM servers WHERE id = ?"));
//     run.bind(id);
//     while (run.step()) use(run.text(0));
class Run {
  public:
    explicit Run(Statement& statement);
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;
    ~Run();

    // Text and bytes are not copied: they must live until the Run ends. Owners that would be gone
    // by then are refused at compile time.
    Run& bind(std::string_view text);
    Run& bind(const char* text) { return bind(std::string_view(text)); }
    Run& bind(std::string&&) = delete;
    Run& bind(Bytes bytes);
    Run& bind(double value);
    Run& bind(std::nullopt_t);
    template <std::integral T>
    Run& bind(T value) {
        static_assert(!std::same_as<T, bool> && !std::same_as<T, char>, "bind an integer");
        if constexpr (std::unsigned_integral<T> && sizeof(T) >= sizeof(std::int64_t)) {
            if (value > static_cast<T>(std::numeric_limits<std::int64_t>::max())) {
                throw std::out_of_range("binding a number that SQLite cannot hold");
            }
        }
        return bind_integer(static_cast<std::int64_t>(value));
    }
    template <typename T>
    Run& bind(const std::optional<T>& value) {
        return value ? bind(*value) : bind(std::nullopt);
    }

    bool step();  // true: there is a row
    void exec();  // for statements without rows

    // Columns of the current row, from 0. Views live until the next step.
    [[nodiscard]] int columns() const;
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] double real(int column) const;
    [[nodiscard]] std::string_view text(int column) const;  // full length, NUL bytes included
    [[nodiscard]] Bytes bytes(int column) const;
    [[nodiscard]] std::optional<std::int64_t> optional_integer(int column) const;
    [[nodiscard]] std::optional<double> optional_real(int column) const;
    [[nodiscard]] std::optional<std::string_view> optional_text(int column) const;

  private:
    Run& bind_integer(std::int64_t value);
    [[nodiscard]] bool is_null(int column) const;
    void check_bound(int code);

    Statement& statement_;
    int bound_ = 0;
};

// Rolled back at the end of its scope unless commit() was called. They do not nest.
class Transaction {
  public:
    enum class Kind {
        write,    // takes the write lock at once: one that upgrades later can fail half-way
        snapshot  // several reads that see the same state
    };
    Transaction(Database& database, Kind kind);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();
    void commit();

  private:
    Database& database_;
    bool open_ = true;
};

}  // namespace mcprisk::store

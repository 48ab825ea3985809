#include "store/sqlite.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <cassert>
#include <cstring>
#include <system_error>

#include "model/base/encoding.h"

namespace mcprisk::store {
namespace {

SqliteFailure failure_of(int code) {
    switch (code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return SqliteFailure::busy;
        case SQLITE_NOTADB:
            return SqliteFailure::not_database;
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
            return SqliteFailure::cannot_open;
        case SQLITE_READONLY:
            return SqliteFailure::read_only;
        case SQLITE_FULL:
            return SqliteFailure::full;
        case SQLITE_CORRUPT:
            return SqliteFailure::damaged;
        case SQLITE_CONSTRAINT:
            return SqliteFailure::constraint;
        case SQLITE_INTERRUPT:
            return SqliteFailure::too_much;
        default:
            return SqliteFailure::other;
    }
}

std::string_view advice(SqliteFailure failure) {
    switch (failure) {
        case SqliteFailure::busy:
            return "; another program is writing to it: try again when that has finished";
        case SqliteFailure::full:
            return "; free some space and try again";
        case SqliteFailure::damaged:
            return "; see what is wrong with `mcprisk check`, and go back to a backup";
        case SqliteFailure::too_much:
            return ": it takes more work than a catalogue of this size can need; if the file is "
                   "not "
                   "yours, it may have been made to hang programs";
        default:
            return "";
    }
}

// An absolute name, since SQLite gives "file:…" and ":memory:" a meaning of their own.
std::string plain_name(const std::filesystem::path& file) {
    return std::filesystem::absolute(file).string();
}

std::string immutable_uri(const std::filesystem::path& file) {
    return "file:" + percent_encode(plain_name(file), "/") + "?immutable=1";
}

int flags_of(Database::Access access) {
    switch (access) {
        case Database::Access::create:
            return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
        case Database::Access::read:
            return SQLITE_OPEN_READONLY;
        case Database::Access::immutable:
            break;
    }
    return SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
}

}  // namespace

struct Database::Handle {
    Handle() = default;
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    // close_v2: a statement that is still alive keeps the connection until it ends too.
    ~Handle() { sqlite3_close_v2(db); }

    [[noreturn]] void fail(std::string_view operation, int code) const {
        const SqliteFailure failure = failure_of(code);
        // The handle remembers the message of its last call only, and not at all when out of
        // memory.
        const bool same = db != nullptr && (sqlite3_errcode(db) & 0xff) == (code & 0xff);
        // "disk I/O error" alone says nothing: the system knows which.
        const int system = db != nullptr ? sqlite3_system_errno(db) : 0;
        const bool of_system = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;
        throw SqliteError(
            failure,
            fmt::format("{}: {}{}{}: {}",
                        operation,
                        same ? sqlite3_errmsg(db) : sqlite3_errstr(code),
                        of_system && system != 0 ? fmt::format(" ({})", std::strerror(system))
                                                 : std::string(),
                        advice(failure),
                        file.string()));
    }

    void secure();
    // Called every kProgress instructions: whether the statement is to be stopped.
    static int on_progress(void* handle);
    void begin_step() { progress = 0; }
    [[nodiscard]] std::int64_t most_now() const;

    sqlite3* db = nullptr;
    std::filesystem::path file;
    std::int64_t progress = 0;  // instructions of the step that runs
    std::int64_t most = 0;      // of one step
};

namespace {

constexpr int kProgress = 100'000;  // instructions between two looks at the bill
// What the largest step of a sound catalogue takes is a small part of this: sorting all rows of a
// gigabyte is some billions. Measured: about 50 million instructions a second.
constexpr std::int64_t kMostAlways = 100'000'000;
constexpr std::int64_t kMostAByte = 200;

}  // namespace

int Database::Handle::on_progress(void* handle) {
    auto* self = static_cast<Handle*>(handle);
    self->progress += kProgress;
    if (self->progress <= self->most) return 0;
    // The file may have grown since it was opened.
    self->most = self->most_now();
    return self->progress > self->most ? 1 : 0;
}

std::int64_t Database::Handle::most_now() const {
    std::int64_t bytes = 0;
    for (const char* side : {"", "-wal"}) {
        std::error_code error;
        const auto size = std::filesystem::file_size(file.string() + side, error);
        if (!error) bytes += static_cast<std::int64_t>(size);
    }
    return kMostAlways + bytes * kMostAByte;
}

void Database::Handle::secure() {
    // Nothing but SQLite itself may write to the tables behind the search index.
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
    // A catalogue has neither; whatever stands there instead came from somebody else.
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 1 << 28);
    sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, 1 << 20);
    sqlite3_limit(db, SQLITE_LIMIT_EXPR_DEPTH, 200);
    sqlite3_limit(db, SQLITE_LIMIT_COMPOUND_SELECT, 50);
    sqlite3_limit(db, SQLITE_LIMIT_TRIGGER_DEPTH, 5);
    sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 1);  // VACUUM INTO takes one
    most = kMostAlways;
    sqlite3_progress_handler(db, kProgress, on_progress, this);
}

Database::Database(std::shared_ptr<Handle> handle) : handle_(std::move(handle)) {}

Database Database::open(const std::filesystem::path& file,
                        Access access,
                        std::chrono::milliseconds busy) {
    auto handle = std::make_shared<Handle>();
    handle->file = file;
    const std::string name = access == Access::immutable ? immutable_uri(file) : plain_name(file);
    const int code =
        sqlite3_open_v2(name.c_str(), &handle->db, flags_of(access) | SQLITE_OPEN_NOMUTEX, nullptr);
    if (code != SQLITE_OK) handle->fail("opening the catalogue", code);
    sqlite3_extended_result_codes(handle->db, 1);
    sqlite3_busy_timeout(handle->db, static_cast<int>(busy.count()));
    handle->secure();
    return Database(std::move(handle));
}

Database Database::in_memory() {
    auto handle = std::make_shared<Handle>();
    handle->file = "in memory";
    constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY;
    const int code =
        sqlite3_open_v2(":memory:", &handle->db, kFlags | SQLITE_OPEN_NOMUTEX, nullptr);
    if (code != SQLITE_OK) handle->fail("opening a database in memory", code);
    handle->secure();
    return Database(std::move(handle));
}

void Database::execute(std::string_view operation, const std::string& sql) {
    handle_->begin_step();
    const int code = sqlite3_exec(handle_->db, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) handle_->fail(operation, code);
}

Statement& Database::statement(std::string_view sql) {
    std::unique_ptr<Statement>& kept = statements_[std::string(sql)];
    if (kept == nullptr) kept = std::make_unique<Statement>(*this, sql);
    return *kept;
}

std::int64_t Database::last_insert_id() const { return sqlite3_last_insert_rowid(handle_->db); }

std::int64_t Database::changes() const { return sqlite3_changes64(handle_->db); }

bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_->db) == 0; }

const std::filesystem::path& Database::file() const { return handle_->file; }

Statement::Statement(const Database& database, std::string_view sql) : handle_(database.handle_) {
    const char* tail = nullptr;
    const int code = sqlite3_prepare_v3(handle_->db,
                                        sql.data(),
                                        static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT,
                                        &statement_,
                                        &tail);
    if (code != SQLITE_OK) handle_->fail(fmt::format("preparing \"{}\"", sql), code);
    // SQLite compiles the first statement and would silently leave out the rest.
    const std::string_view rest = sql.substr(static_cast<std::size_t>(tail - sql.data()));
    if (statement_ == nullptr || rest.find_first_not_of(" \t\r\n;") != std::string_view::npos) {
        sqlite3_finalize(statement_);
        throw std::logic_error(fmt::format("preparing \"{}\": not exactly one statement", sql));
    }
}

Statement::~Statement() { sqlite3_finalize(statement_); }

Run::Run(Statement& statement) : statement_(statement) {
    if (statement.in_use_) {
        throw std::logic_error(fmt::format("running \"{}\" while an earlier run goes on",
                                           sqlite3_sql(statement.statement_)));
    }
    statement.in_use_ = true;
}

Run::~Run() {
    sqlite3_reset(statement_.statement_);
    sqlite3_clear_bindings(statement_.statement_);
    statement_.in_use_ = false;
}

void Run::check_bound(int code) {
    if (code == SQLITE_OK) return;
    statement_.handle_->fail(
        fmt::format("binding parameter {} of \"{}\"", bound_, sqlite3_sql(statement_.statement_)),
        code);
}

Run& Run::bind(std::string_view text) {
    // A null pointer would bind NULL; an empty view may have one.
    const char* data = text.empty() ? "" : text.data();
    check_bound(sqlite3_bind_text64(
        statement_.statement_, ++bound_, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
    return *this;
}

Run& Run::bind(Bytes bytes) {
    const void* data = bytes.empty() ? static_cast<const void*>("") : bytes.data();
    check_bound(
        sqlite3_bind_blob64(statement_.statement_, ++bound_, data, bytes.size(), SQLITE_STATIC));
    return *this;
}

Run& Run::bind(double value) {
    check_bound(sqlite3_bind_double(statement_.statement_, ++bound_, value));
    return *this;
}

Run& Run::bind(std::nullopt_t) {
    check_bound(sqlite3_bind_null(statement_.statement_, ++bound_));
    return *this;
}

Run& Run::bind_integer(std::int64_t value) {
    check_bound(sqlite3_bind_int64(statement_.statement_, ++bound_, value));
    return *this;
}

bool Run::step() {
    assert(bound_ == sqlite3_bind_parameter_count(statement_.statement_));
    statement_.handle_->begin_step();
    const int code = sqlite3_step(statement_.statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    statement_.handle_->fail(fmt::format("running \"{}\"", sqlite3_sql(statement_.statement_)),
                             code);
}

void Run::exec() {
    while (step()) {
    }
}

bool Run::is_null(int column) const {
    assert(column < sqlite3_data_count(statement_.statement_));
    return sqlite3_column_type(statement_.statement_, column) == SQLITE_NULL;
}

int Run::columns() const { return sqlite3_data_count(statement_.statement_); }

std::int64_t Run::integer(int column) const {
    assert(!is_null(column));
    return sqlite3_column_int64(statement_.statement_, column);
}

double Run::real(int column) const {
    assert(!is_null(column));
    return sqlite3_column_double(statement_.statement_, column);
}

std::string_view Run::text(int column) const {
    assert(!is_null(column));
    const void* data = sqlite3_column_text(statement_.statement_, column);
    const int size = sqlite3_column_bytes(statement_.statement_, column);
    if (data == nullptr) return {};
    return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

Bytes Run::bytes(int column) const {
    const void* data = sqlite3_column_blob(statement_.statement_, column);
    const int size = sqlite3_column_bytes(statement_.statement_, column);
    if (data == nullptr) return {};
    return {static_cast<const unsigned char*>(data), static_cast<std::size_t>(size)};
}

std::optional<std::int64_t> Run::optional_integer(int column) const {
    if (is_null(column)) return std::nullopt;
    return integer(column);
}

std::optional<double> Run::optional_real(int column) const {
    if (is_null(column)) return std::nullopt;
    return real(column);
}

std::optional<std::string_view> Run::optional_text(int column) const {
    if (is_null(column)) return std::nullopt;
    return text(column);
}

Transaction::Transaction(Database& database, Kind kind) : database_(database) {
    const bool write = kind == Kind::write;
    database.execute(
        write ? "waiting to write to the catalogue" : "beginning to read the catalogue",
        write ? "BEGIN IMMEDIATE" : "BEGIN");
}

Transaction::~Transaction() {
    // A full disk may already have rolled back by itself; a failed rollback is repeated by SQLite
    // when the file is opened next.
    if (!open_ || !database_.in_transaction()) return;
    try {
        database_.execute("rolling back", "ROLLBACK");
    } catch (const DatabaseError&) {  // NOLINT(bugprone-empty-catch)
    }
}

void Transaction::commit() {
    database_.execute("writing to the catalogue", "COMMIT");
    open_ = false;
}

}  // namespace mcprisk::store

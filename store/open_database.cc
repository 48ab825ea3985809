#include "store/open_database.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "store/migrations.h"
#include "store/schema_check.h"

namespace mcprisk::store {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRefused = "opening the catalogue";

tl::unexpected<Error> refuse(ErrorCode code, const fs::path& file, std::string_view why) {
    return fail(code, fmt::format("{} {}: {}", kRefused, file.string(), why));
}

tl::unexpected<Error> no_catalogue(const fs::path& file) {
    return fail(
        ErrorCode::not_found,
        fmt::format("no catalogue at {} yet: run `mcprisk scan` first, or name one with --db",
                    file.string()));
}

Result<void> make_private_folders(const fs::path& folder) {
    std::error_code ignored;
    if (folder.empty() || fs::is_directory(folder, ignored)) return {};
    if (auto parent = make_private_folders(folder.parent_path()); !parent) return parent;
    if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
        return fail(ErrorCode::io,
                    fmt::format("making the folder {} for the catalogue: {}",
                                folder.string(),
                                std::strerror(errno)));
    }
    return {};
}

// The catalogue names servers of a private configuration: nobody else needs to read it. SQLite
// gives its side files the same rights.
Result<void> make_private_file(const fs::path& file) {
    // Only a file that is new: closing any descriptor of an old one would drop the locks that
    // another connection of this process holds on it.
    const int descriptor =
        ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor >= 0) {
        ::close(descriptor);
        return {};
    }
    if (errno != EEXIST) return refuse(ErrorCode::io, file, std::strerror(errno));
    std::error_code ignored;
    if (fs::is_directory(file, ignored)) {
        return refuse(ErrorCode::invalid_input, file, "it is a folder");
    }
    return {};
}

Error as_error(const SqliteError& error, const fs::path& file) {
    switch (error.failure()) {
        case SqliteFailure::not_database:
            return {ErrorCode::invalid_input,
                    fmt::format("{} {}: it is not a database; name another file with --db",
                                kRefused,
                                file.string())};
        case SqliteFailure::busy:
            return {ErrorCode::conflict, error.what()};
        default:
            return {ErrorCode::io, error.what()};
    }
}

// A pipe would never end, and a device is nobody's catalogue. The side files are opened by SQLite
// without a look: in a folder of somebody else they may be anything.
Result<void> expect_plain_files(const fs::path& file) {
    for (const char* side : {"", "-wal", "-shm", "-journal"}) {
        const fs::path path = file.string() + side;
        struct stat info {};
        const bool main = *side == '\0';
        if ((main ? ::stat(path.c_str(), &info) : ::lstat(path.c_str(), &info)) != 0) continue;
        if (S_ISREG(info.st_mode)) continue;
        return refuse(ErrorCode::invalid_input,
                      path,
                      S_ISDIR(info.st_mode)   ? "it is a folder"
                      : S_ISLNK(info.st_mode) ? "it is a link, where SQLite wants a file of its own"
                      : S_ISFIFO(info.st_mode) ? "it is a pipe and no file"
                                               : "it is a device and no file");
    }
    return {};
}

Result<void> check_schema(Database& database, const fs::path& file, OpenMode mode) {
    // Version and schema of one moment: another process may be bringing the file up to date.
    const Transaction moment(database, Transaction::Kind::snapshot);
    const SchemaState state = read_schema_state(database);
    const int newest = newest_version(embedded::store_migrations());
    if (state.empty && state.version == 0) {
        if (mode == OpenMode::read_only) return no_catalogue(file);
        return {};
    }
    if (!state.ours || state.version < 1) {
        return refuse(ErrorCode::invalid_input,
                      file,
                      "it is a database of another program; name another file with --db");
    }
    if (state.version > newest) {
        return refuse(ErrorCode::unsupported,
                      file,
                      fmt::format("a newer mcprisk made it (schema version {}, this program knows "
                                  "{}): use the newer program, or name another file with --db",
                                  state.version,
                                  newest));
    }
    if (state.version < newest && mode == OpenMode::read_only) {
        return refuse(ErrorCode::unsupported,
                      file,
                      fmt::format("it has schema version {} and this program reads {}: any command "
                                  "that writes to it, such as `mcprisk scan`, brings it up to date",
                                  state.version,
                                  newest));
    }
    if (auto own = expect_own_schema(database, embedded::store_migrations(), state.version); !own) {
        return refuse(ErrorCode::invalid_input,
                      file,
                      own.error().message +
                          ": somebody else has changed it, so nothing of it is read; name another "
                          "file with --db, or go back to a backup");
    }
    return {};
}

// Two that switch a new file at the same time would wait for each other, so SQLite gives one of
// them up at once, whatever the busy timeout is. That one waits for its turn to write and looks
// again.
void use_wal(Database& database) {
    constexpr int kAttempts = 100;
    for (int attempt = 1;; ++attempt) {
        try {
            bool is_wal = false;
            {
                Run run(database.statement("PRAGMA journal_mode"));
                is_wal = run.step() && run.text(0) == "wal";
            }
            if (!is_wal) database.execute("choosing the journal", "PRAGMA journal_mode = WAL");
            return;
        } catch (const SqliteError& error) {
            if (error.failure() != SqliteFailure::busy || attempt == kAttempts) throw;
        }
        Transaction(database, Transaction::Kind::write).commit();
    }
}

Result<Database> open_writing(const fs::path& file, std::chrono::milliseconds busy) {
    if (auto made = make_private_folders(fs::absolute(file).parent_path()); !made) {
        return fail(made.error());
    }
    if (auto made = make_private_file(file); !made) return fail(made.error());
    Database database = Database::open(file, Database::Access::create, busy);
    if (auto good = check_schema(database, file, OpenMode::read_write); !good) {
        return fail(good.error());
    }
    use_wal(database);
    // In WAL mode this cannot corrupt the file; a power cut may undo the last transactions as a
    // whole.
    database.execute("setting up the catalogue", "PRAGMA synchronous = NORMAL");
    // Hashes land anywhere in their indexes: 64 MiB instead of 2 keep those pages at hand.
    database.execute("setting up the catalogue", "PRAGMA cache_size = -65536");
    // For the same reason a page is changed by many transactions: copying them back to the file
    // every 16 MiB instead of 4 writes most of them once.
    database.execute("setting up the catalogue", "PRAGMA wal_autocheckpoint = 4000");
    migrate(database, embedded::store_migrations());
    return database;
}

// A database in WAL mode needs two side files even for reading. Where the folder cannot be written
// and no side file holds anything, the file is complete and can be read by itself.
Result<Database> open_reading(const fs::path& file, std::chrono::milliseconds busy) {
    std::error_code ignored;
    if (!fs::exists(file, ignored)) return no_catalogue(file);
    if (fs::is_directory(file, ignored)) {
        return refuse(ErrorCode::invalid_input, file, "it is a folder");
    }
    const auto checked = [&](Database::Access access) -> Result<Database> {
        Database database = Database::open(file, access, busy);
        if (auto good = check_schema(database, file, OpenMode::read_only); !good) {
            return fail(good.error());
        }
        return database;
    };
    try {
        return checked(Database::Access::read);
    } catch (const SqliteError& error) {
        const bool unwritable = error.failure() == SqliteFailure::cannot_open ||
                                error.failure() == SqliteFailure::read_only;
        const fs::path journal = file.string() + "-wal";
        const bool complete = !fs::exists(journal, ignored) || fs::file_size(journal, ignored) == 0;
        if (!unwritable || !complete) throw;
    }
    return checked(Database::Access::immutable);
}

}  // namespace

Result<Database> open_database(const fs::path& file,
                               OpenMode mode,
                               std::chrono::milliseconds busy) {
    try {
        if (auto plain = expect_plain_files(file); !plain) return fail(plain.error());
        if (mode == OpenMode::read_only) return open_reading(file, busy);
        std::error_code ignored;
        if (mode == OpenMode::read_existing && !fs::exists(file, ignored)) {
            return no_catalogue(file);
        }
        return open_writing(file, busy);
    } catch (const SqliteError& error) {
        return fail(as_error(error, file));
    }
}

}  // namespace mcprisk::store

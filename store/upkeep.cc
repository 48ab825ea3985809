#include "store/upkeep.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

#include "model/base/hash.h"
#include "store/current_tools.h"
#include "store/digest.h"

namespace mcprisk::store {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostLines = 100;

class Examination {
  public:
    explicit Examination(Database& database) : database_(database) {}

    std::vector<std::string> run() {
        each("PRAGMA integrity_check(100)", [this](const Run& run) {
            if (run.text(0) != "ok") add(std::string(run.text(0)));
        });
        // Where pages are damaged, the rest would only repeat that in other words.
        if (!lines_.empty()) return std::move(lines_);
        each("PRAGMA foreign_key_check", [this](const Run& run) {
            add(fmt::format(
                "table {} has a row that refers to a missing one of {}", run.text(0), run.text(2)));
        });
        each("SELECT id, name, hash, definition FROM tool_versions ORDER BY id",
             [this](const Run& run) {
                 if (content_hash(run.text(3)) != to_content_hash(run.bytes(2))) {
                     add(
                         fmt::format("the definition of tool {} (version {}) is not what its hash "
                                     "says",
                                     run.text(1),
                                     run.integer(0)));
                 }
             });
        each("SELECT id, hash, document FROM verdicts ORDER BY id", [this](const Run& run) {
            if (content_hash(run.text(2)) != to_content_hash(run.bytes(1))) {
                add(fmt::format("verdict {} is not what its hash says", run.integer(0)));
            }
        });
        derived();
        return std::move(lines_);
    }

  private:
    template <typename Use>
    void each(std::string_view sql, Use use) {
        Run run(database_.statement(sql));
        while (run.step()) use(run);
    }

    void add(std::string line) {
        if (lines_.size() < kMostLines) lines_.push_back(std::move(line));
    }

    void derived() {
        each(
            "SELECT (SELECT count(*) FROM tool_versions), "
            "(SELECT count(*) FROM tool_search_docsize)",
            [this](const Run& run) {
                if (run.integer(0) == run.integer(1)) return;
                add(
                    fmt::format("the search index holds {} of {} tool versions: `mcprisk check "
                                "--repair` makes it anew",
                                run.integer(1),
                                run.integer(0)));
            });
        each(
            "SELECT s.name FROM servers AS s WHERE "
            "(SELECT count(*) FROM current_tools AS c WHERE c.server_id = s.id) <> "
            "(SELECT count(*) FROM listing_tools AS k WHERE k.listing_id = s.current_listing) "
            "OR EXISTS (SELECT 1 FROM current_tools AS c WHERE c.server_id = s.id "
            "AND c.server <> s.name) OR s.current_listing IS NOT "
            "(SELECT o.listing_id FROM observations AS o WHERE o.id = s.last_listed) "
            "ORDER BY s.name",
            [this](const Run& run) {
                add(
                    fmt::format("the current tools of {} are not those of its newest listing: "
                                "`mcprisk check --repair` makes them anew",
                                run.text(0)));
            });
    }

    Database& database_;
    std::vector<std::string> lines_;
};

// SQLite does not wait for the disk when it copies.
Result<void> flush(const fs::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    const bool good = descriptor >= 0 && ::fsync(descriptor) == 0;
    const int why = errno;
    if (descriptor >= 0) ::close(descriptor);
    if (good) return {};
    return fail(ErrorCode::io, fmt::format("writing {}: {}", file.string(), std::strerror(why)));
}

class PartFile {
  public:
    explicit PartFile(fs::path path) : path_(std::move(path)) {}
    PartFile(const PartFile&) = delete;
    PartFile& operator=(const PartFile&) = delete;
    ~PartFile() {
        std::error_code ignored;
        fs::remove(path_, ignored);
    }
    [[nodiscard]] const fs::path& path() const { return path_; }

  private:
    fs::path path_;
};

}  // namespace

std::vector<std::string> find_damage(Database& database) {
    const Transaction snapshot(database, Transaction::Kind::snapshot);
    try {
        return Examination(database).run();
    } catch (const SqliteError& error) {
        if (error.failure() != SqliteFailure::damaged) throw;
        return {error.what()};
    }
}

void rebuild_derived(Database& database) {
    Transaction transaction(database, Transaction::Kind::write);
    database.execute("rebuilding the search index",
                     "INSERT INTO tool_search (tool_search) VALUES ('rebuild')");
    std::vector<std::pair<std::int64_t, Timestamp>> servers;
    {
        Run run(
            database.statement("SELECT s.id, o.at FROM servers AS s "
                               "JOIN observations AS o ON o.id = s.last_listed ORDER BY s.id"));
        while (run.step()) servers.emplace_back(run.integer(0), run.integer(1));
    }
    for (const auto& [server, listed] : servers) {
        refresh_current_tools(database, server, listed, true);
    }
    transaction.commit();
}

Result<void> copy_database(Database& database, const fs::path& file) {
    std::error_code error;
    if (fs::exists(file, error)) {
        return fail(ErrorCode::conflict,
                    fmt::format("copying the catalogue to {}: there is a file of that name; choose "
                                "another or remove it",
                                file.string()));
    }
    const PartFile part(file.string() + fmt::format(".{}.part", ::getpid()));
    const int descriptor =
        ::open(part.path().c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor < 0) {
        return fail(
            ErrorCode::io,
            fmt::format("copying the catalogue to {}: {}", file.string(), std::strerror(errno)));
    }
    ::close(descriptor);
    const std::string name = part.path().string();
    try {
        Run run(database.statement("VACUUM INTO ?"));
        run.bind(name).exec();
    } catch (const SqliteError& failure) {
        return fail(ErrorCode::io,
                    fmt::format("copying the catalogue to {}: {}", file.string(), failure.what()));
    }
    if (auto flushed = flush(part.path()); !flushed) return flushed;
    // A link never takes the place of a file that came meanwhile; not every file system has links.
    if (::link(name.c_str(), file.c_str()) == 0) return {};
    const bool has_links = errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS;
    if (!has_links && ::rename(name.c_str(), file.c_str()) == 0) return {};
    return fail(
        ErrorCode::io,
        fmt::format("copying the catalogue to {}: {}", file.string(), std::strerror(errno)));
}

}  // namespace mcprisk::store

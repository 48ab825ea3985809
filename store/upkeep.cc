#include "store/upkeep.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>

#include "model/base/hash.h"
#include "model/base/json.h"
#include "model/verdict.h"
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
        verdicts();
        judgements();
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

    // What stands beside a verdict is taken from it: searches and lists go by it.
    void verdicts() {
        std::map<std::int64_t, std::size_t> tags;
        for (const std::string_view sql :
             {std::string_view("SELECT verdict_id FROM verdict_capabilities"),
              std::string_view("SELECT verdict_id FROM verdict_attacks"),
              std::string_view("SELECT verdict_id FROM verdict_findings")}) {
            each(sql, [&](const Run& run) { ++tags[run.integer(0)]; });
        }
        each("SELECT id, hash, document, category, risk, confidence FROM verdicts ORDER BY id",
             [&](const Run& run) {
                 const std::int64_t id = run.integer(0);
                 if (content_hash(run.text(2)) != to_content_hash(run.bytes(1))) {
                     return add(fmt::format("verdict {} is not what its hash says", id));
                 }
                 const auto document = parse_json(run.text(2));
                 auto verdict = document ? read_verdict(*document)
                                         : Result<Verdict>(tl::unexpected(document.error()));
                 if (!verdict) {
                     return add(
                         fmt::format("verdict {} cannot be read: {}", id, verdict.error().message));
                 }
                 if (static_cast<std::int64_t>(verdict->category) != run.integer(3) ||
                     static_cast<std::int64_t>(verdict->risk) != run.integer(4) ||
                     verdict->confidence != run.real(5)) {
                     add(
                         fmt::format("verdict {} is listed with another category, level or "
                                     "confidence than it has",
                                     id));
                 }
                 const auto distinct = [](const auto& list, const auto& word) {
                     std::set<std::string> words;
                     for (const auto& one : list) words.insert(word(one));
                     return words.size();
                 };
                 const std::size_t tagged =
                     distinct(verdict->capabilities, [](const std::string& one) { return one; }) +
                     distinct(verdict->attacks, [](const AttackLink& one) { return one.id; }) +
                     distinct(verdict->findings, [](const Finding& one) { return one.id; });
                 if (tagged != tags[id]) {
                     add(
                         fmt::format("verdict {} is not found by all of its capabilities, attacks "
                                     "and findings",
                                     id));
                 }
             });
    }

    // Rules that looked at a listing gave each of its tools a verdict.
    void judgements() {
        each(
            "SELECT s.name, j.rules_version, "
            "(SELECT count(*) FROM judgement_verdicts AS v WHERE v.judgement_id = j.id) AS given, "
            "(SELECT count(*) FROM listing_tools AS t WHERE t.listing_id = j.listing_id) AS tools "
            "FROM judgements AS j JOIN listings AS l ON l.id = j.listing_id "
            "JOIN servers AS s ON s.id = l.server_id WHERE given <> tools ORDER BY s.name, j.id",
            [this](const Run& run) {
                add(
                    fmt::format("rules {} judged {}, and {} of {} verdicts are there: others were "
                                "removed or added",
                                run.text(1),
                                run.text(0),
                                run.integer(2),
                                run.integer(3)));
            });
        each(
            "SELECT s.name FROM servers AS s JOIN observations AS o ON o.id = s.last_listed "
            "WHERE s.current_judgement IS NOT (SELECT j.id FROM judgements AS j "
            "WHERE j.listing_id = o.listing_id ORDER BY j.judged_at DESC, j.rules_version DESC "
            "LIMIT 1) "
            "ORDER BY s.name",
            [this](const Run& run) {
                add(
                    fmt::format("what is shown of {} is not its newest judgement: `mcprisk check "
                                "--repair` makes it anew",
                                run.text(0)));
            });
        each(
            "SELECT c.server, c.name FROM current_tools AS c "
            "JOIN servers AS s ON s.id = c.server_id "
            "LEFT JOIN judgement_verdicts AS j ON j.judgement_id = s.current_judgement "
            "AND j.tool_id = c.tool_id LEFT JOIN verdicts AS v ON v.id = j.verdict_id "
            "WHERE c.verdict_id IS NOT j.verdict_id OR c.category IS NOT v.category "
            "OR c.risk IS NOT v.risk OR c.confidence IS NOT v.confidence "
            "ORDER BY c.server, c.name, c.tool_id",
            [this](const Run& run) {
                add(fmt::format(
                    "{} on {} is shown with another verdict than it was given: `mcprisk "
                    "check --repair` makes it anew",
                    run.text(1),
                    run.text(0)));
            });
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

// A folder that only we can enter, beside the file that is made: SQLite opens what it writes by
// name, and there nobody can put a link in its way.
class PartFolder {
  public:
    explicit PartFolder(const fs::path& file)
        : path_((fs::absolute(file).parent_path() / ".mcprisk-copy-XXXXXX").string()) {
        if (::mkdtemp(path_.data()) == nullptr) path_.clear();
    }
    PartFolder(const PartFolder&) = delete;
    PartFolder& operator=(const PartFolder&) = delete;
    ~PartFolder() {
        std::error_code ignored;
        if (!path_.empty()) fs::remove_all(path_, ignored);
    }
    [[nodiscard]] bool made() const { return !path_.empty(); }
    [[nodiscard]] fs::path copy() const { return fs::path(path_) / "copy"; }

  private:
    std::string path_;
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
    const PartFolder part(file);
    const int descriptor = part.made() ? ::open(part.copy().c_str(),
                                                O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                                                S_IRUSR | S_IWUSR)
                                       : -1;
    if (descriptor < 0) {
        return fail(
            ErrorCode::io,
            fmt::format("copying the catalogue to {}: {}", file.string(), std::strerror(errno)));
    }
    ::close(descriptor);
    const std::string name = part.copy().string();
    try {
        Run run(database.statement("VACUUM INTO ?"));
        run.bind(name).exec();
    } catch (const SqliteError& failure) {
        return fail(ErrorCode::io,
                    fmt::format("copying the catalogue to {}: {}", file.string(), failure.what()));
    }
    if (auto flushed = flush(part.copy()); !flushed) return flushed;
    // A link never takes the place of a file that came meanwhile; not every file system has links.
    if (::link(name.c_str(), file.c_str()) == 0) return {};
    const bool has_links = errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS;
    if (!has_links && ::rename(name.c_str(), file.c_str()) == 0) return {};
    return fail(
        ErrorCode::io,
        fmt::format("copying the catalogue to {}: {}", file.string(), std::strerror(errno)));
}

}  // namespace mcprisk::store

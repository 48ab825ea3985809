#include "store/catalogue.h"

#include <utility>

#include "store/aliases.h"
#include "store/digest.h"
#include "store/entries.h"
#include "store/history.h"
#include "store/merge.h"
#include "store/migrations.h"
#include "store/open_database.h"
#include "store/recorder.h"
#include "store/rows.h"
#include "store/server_names.h"
#include "store/sqlite.h"
#include "store/tool_query.h"
#include "store/upkeep.h"

namespace mcprisk::store {
namespace {

// A writer holds the lock for one server at a time, milliseconds; this is for a slow disk.
constexpr std::chrono::seconds kBusy{10};

std::size_t count(Database& database, std::string_view sql) {
    Run run(database.statement(sql));
    return run.step() ? static_cast<std::size_t>(run.integer(0)) : 0;
}

template <typename Key, typename Read>
void count_by(Database& database,
              std::string_view sql,
              std::map<Key, std::size_t>& counts,
              Read read) {
    Run run(database.statement(sql));
    while (run.step()) counts[read(run)] = static_cast<std::size_t>(run.integer(1));
}

}  // namespace

struct Catalogue::Impl {
    Database database;
};

Catalogue::Catalogue(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Catalogue::Catalogue(Catalogue&&) noexcept = default;
Catalogue& Catalogue::operator=(Catalogue&&) noexcept = default;
Catalogue::~Catalogue() = default;

Result<Catalogue> Catalogue::open(const std::filesystem::path& file, OpenMode mode) {
    auto database = open_database(file, mode, kBusy);
    if (!database) return fail(database.error());
    return Catalogue(std::make_unique<Impl>(Impl{std::move(*database)}));
}

Recorded Catalogue::record(const Listing& listing,
                           std::span<const Verdict> verdicts,
                           Timestamp now,
                           std::span<const Alias> aliases) {
    return record_listing(impl_->database, listing, verdicts, now, aliases);
}

std::vector<Alias> Catalogue::aliases_of(std::string_view server_id) const {
    return read_aliases(impl_->database, server_id);
}

std::optional<std::string> Catalogue::server_by_alias(std::string_view kind,
                                                      std::string_view value) const {
    return find_by_alias(impl_->database, kind, value);
}

std::map<std::string, LastAttempt, std::less<>> Catalogue::last_attempts() const {
    std::map<std::string, LastAttempt, std::less<>> attempts;
    Run run(
        impl_->database.statement("SELECT s.name, o.at, o.outcome, o.ttl_ms FROM servers AS s "
                                  "JOIN observations AS o ON o.id = s.last_observation"));
    while (run.step()) {
        attempts[std::string(run.text(0))] = {
            run.integer(1),
            parse_outcome(run.text(2)).value_or(Outcome::unreadable),
            run.optional_integer(3)};
    }
    return attempts;
}

std::vector<MergeReport> Catalogue::merge(std::span<const Catalogue> others,
                                          const MergeProgress& progress) {
    std::vector<Database*> databases;
    for (const Catalogue& other : others) databases.push_back(&other.impl_->database);
    return merge_catalogues(impl_->database, databases, progress);
}

Merged Catalogue::merge(const Catalogue& other) {
    const auto reports = merge({&other, 1});
    if (!reports[0].damage.empty()) throw DatabaseError(reports[0].damage);
    return reports[0].merged;
}

std::size_t Catalogue::judge(ListingId listing, std::span<const Verdict> verdicts, Timestamp now) {
    return record_verdicts(impl_->database, listing, verdicts, now);
}

std::vector<ListingId> Catalogue::listings_to_judge(std::string_view rules_version,
                                                    bool every_listing) const {
    return find_listings_to_judge(impl_->database, rules_version, every_listing);
}

ServerDocument Catalogue::document_of(ListingId listing) const {
    const Transaction snapshot(impl_->database, Transaction::Kind::snapshot);
    return read_listing_document(impl_->database, listing);
}

std::vector<ObservationRow> Catalogue::history(std::string_view server_id,
                                               std::size_t limit) const {
    return read_history(impl_->database, server_id, limit);
}

std::optional<Snapshot> Catalogue::snapshot(std::string_view server_id,
                                            std::optional<Timestamp> at) const {
    return read_snapshot(impl_->database, server_id, at);
}

std::vector<std::string> Catalogue::servers_with_past() const {
    std::vector<std::string> ids;
    Run run(impl_->database.statement(
        "SELECT s.name FROM servers AS s WHERE "
        "(SELECT count(*) FROM listings AS l WHERE l.server_id = s.id) > 1 ORDER BY s.name"));
    while (run.step()) ids.emplace_back(run.text(0));
    return ids;
}

std::string Catalogue::newest_content(std::string_view server_id) const {
    Run run(
        impl_->database.statement("SELECT l.hash FROM servers AS s "
                                  "JOIN listings AS l ON l.id = s.current_listing "
                                  "WHERE s.name = ?"));
    run.bind(server_id);
    return run.step() ? to_content_hash(run.bytes(0)) : std::string();
}

std::vector<std::string> Catalogue::check() const { return find_damage(impl_->database); }

void Catalogue::rebuild() { rebuild_derived(impl_->database); }

Result<void> Catalogue::backup(const std::filesystem::path& file) const {
    return copy_database(impl_->database, file);
}

std::vector<ServerRow> Catalogue::servers() const {
    const Transaction snapshot(impl_->database, Transaction::Kind::snapshot);
    return read_servers(impl_->database, nullptr);
}

Result<ServerRow> Catalogue::find_server(std::string_view part) const {
    const Transaction snapshot(impl_->database, Transaction::Kind::snapshot);
    std::string id(part);
    std::vector<ServerRow> exact = read_servers(impl_->database, &id);
    if (exact.empty()) {
        // Narrower questions first, whose answers may be several.
        std::vector<std::string> ids = store::entries_of(impl_->database, part);
        if (ids.empty()) ids = called(impl_->database, part);
        const bool narrower = !ids.empty();
        if (!narrower) {
            Run run(impl_->database.statement("SELECT name FROM servers ORDER BY name"));
            while (run.step()) ids.emplace_back(run.text(0));
        }
        auto chosen = narrower ? only_server(ids, part) : choose_server(ids, part);
        if (!chosen) return fail(chosen.error());
        id = std::move(*chosen);
        exact = read_servers(impl_->database, &id);
    }
    if (exact.empty()) throw DatabaseError("reading server " + id + ": it has no observation");
    return std::move(exact.front());
}

std::vector<ToolRow> Catalogue::tools_of(std::string_view server_id) const {
    std::vector<ToolRow> rows;
    Run run(impl_->database.statement(std::string(kSelectTool) +
                                      "WHERE s.name = ? ORDER BY c.name, c.tool_id"));
    run.bind(server_id);
    while (run.step()) rows.push_back(read_tool_row(run));
    return rows;
}

QueryAnswer Catalogue::query(const Query& query) const { return run_query(impl_->database, query); }

std::vector<ToolRow> Catalogue::similar_tools(std::string_view server_id,
                                              std::string_view tool,
                                              std::size_t limit) const {
    return find_similar_tools(impl_->database, server_id, tool, limit);
}

Stats Catalogue::stats() const {
    Database& database = impl_->database;
    const Transaction snapshot(database, Transaction::Kind::snapshot);
    const auto word = [](const Run& run) { return std::string(run.text(0)); };
    const auto category = [](const Run& run) { return static_cast<Category>(run.integer(0)); };
    const auto risk = [](const Run& run) { return static_cast<RiskLevel>(run.integer(0)); };
    Stats stats;
    stats.servers = count(database, "SELECT count(*) FROM servers");
    stats.servers_listed =
        count(database, "SELECT count(*) FROM servers WHERE last_listed IS NOT NULL");
    stats.tools = count(database, "SELECT count(*) FROM current_tools");
    stats.observations = count(database, "SELECT count(*) FROM observations");
    count_by(database,
             "SELECT category, count(*) FROM current_tools WHERE category IS NOT NULL GROUP BY 1",
             stats.by_category,
             category);
    count_by(database,
             "SELECT risk, count(*) FROM current_tools WHERE risk IS NOT NULL GROUP BY 1",
             stats.by_risk,
             risk);
    count_by(
        database, "SELECT transport, count(*) FROM servers GROUP BY 1", stats.by_transport, word);
    count_by(database,
             "SELECT o.outcome, count(*) FROM servers AS s "
             "JOIN observations AS o ON o.id = s.last_observation GROUP BY 1",
             stats.by_outcome,
             word);
    count_by(database,
             "SELECT f.finding, count(*) FROM current_tools AS c "
             "JOIN verdict_findings AS f ON f.verdict_id = c.verdict_id GROUP BY 1",
             stats.by_finding,
             word);
    count_by(database,
             "SELECT category, count(DISTINCT server_id) FROM current_tools "
             "WHERE category IS NOT NULL GROUP BY 1",
             stats.servers_with,
             category);
    return stats;
}

std::vector<CountAt> Catalogue::counts_at(Timestamp at) const {
    std::vector<CountAt> counts;
    Run run(impl_->database.statement(
        "WITH in_force AS (SELECT server_id, listing_id FROM (SELECT o.server_id, o.listing_id, "
        "row_number() OVER (PARTITION BY o.server_id ORDER BY o.at DESC, o.id DESC) AS n "
        "FROM observations AS o WHERE o.listing_id IS NOT NULL AND o.at <= ?) WHERE n = 1), "
        "judged AS (SELECT f.server_id, (SELECT j.id FROM judgements AS j "
        "WHERE j.listing_id = f.listing_id ORDER BY j.judged_at DESC, j.rules_version DESC LIMIT "
        "1) AS id "
        "FROM in_force AS f) "
        "SELECT s.name, v.category, v.risk, count(*) FROM judged AS d "
        "JOIN servers AS s ON s.id = d.server_id "
        "JOIN judgement_verdicts AS k ON k.judgement_id = d.id "
        "JOIN verdicts AS v ON v.id = k.verdict_id GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"));
    run.bind(at);
    while (run.step()) {
        counts.push_back({std::string(run.text(0)),
                          static_cast<Category>(run.integer(1)),
                          static_cast<RiskLevel>(run.integer(2)),
                          static_cast<std::size_t>(run.integer(3))});
    }
    return counts;
}

int Catalogue::schema_version() const { return read_schema_state(impl_->database).version; }

}  // namespace mcprisk::store

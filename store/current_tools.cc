#include "store/current_tools.h"

#include <optional>

namespace mcprisk::store {
namespace {

struct Current {
    std::optional<std::int64_t> listing;
    std::optional<std::int64_t> judgement;
    bool operator==(const Current&) const = default;
};

Current current_of(Database& database, std::int64_t server, std::string_view sql) {
    Run run(database.statement(sql));
    run.bind(server);
    if (!run.step()) return {};
    return {run.optional_integer(0), run.optional_integer(1)};
}

constexpr std::string_view kShown =
    "SELECT current_listing, current_judgement FROM servers WHERE id = ?";

constexpr std::string_view kNewest =
    "SELECT o.listing_id, (SELECT j.id FROM judgements AS j WHERE j.listing_id = o.listing_id "
    "ORDER BY j.judged_at DESC, j.rules_version DESC LIMIT 1) "
    "FROM servers AS s JOIN observations AS o ON o.id = s.last_listed WHERE s.id = ?";

}  // namespace

void refresh_current_tools(Database& database,
                           std::int64_t server,
                           Timestamp now,
                           bool verdicts_changed) {
    const Current newest = current_of(database, server, kNewest);
    if (newest == current_of(database, server, kShown) && !verdicts_changed) return;

    // Rows that stay keep changed_at, so what is no longer listed goes first and the rest is
    // updated.
    Run gone(
        database.statement("DELETE FROM current_tools WHERE server_id = ?1 AND tool_id NOT IN "
                           "(SELECT tool_id FROM listing_tools WHERE listing_id = ?2)"));
    gone.bind(server).bind(newest.listing).exec();

    Run put(database.statement(
        "INSERT INTO current_tools (server_id, name, tool_id, verdict_id, category, risk, "
        "attention, confidence, first_seen, changed_at, server) "
        "SELECT ?1, t.name, t.id, v.id, v.category, v.risk, v.attention, v.confidence, "
        "(SELECT min(l.first_seen) FROM listing_tools AS o JOIN listings AS l "
        "ON l.id = o.listing_id WHERE o.tool_id = t.id AND l.server_id = ?1), ?4, "
        "(SELECT name FROM servers WHERE id = ?1) "
        "FROM listing_tools AS k JOIN tool_versions AS t ON t.id = k.tool_id "
        "LEFT JOIN judgement_verdicts AS j ON j.judgement_id = ?3 AND j.tool_id = t.id "
        "LEFT JOIN verdicts AS v ON v.id = j.verdict_id "
        "WHERE k.listing_id = ?2 "
        "ON CONFLICT (server_id, name, tool_id) DO UPDATE SET verdict_id = excluded.verdict_id, "
        "category = excluded.category, risk = excluded.risk, attention = excluded.attention, "
        "confidence = excluded.confidence, first_seen = excluded.first_seen"));
    put.bind(server).bind(newest.listing).bind(newest.judgement).bind(now).exec();

    Run mark(database.statement(
        "UPDATE servers SET current_listing = ?2, current_judgement = ?3 WHERE id = ?1"));
    mark.bind(server).bind(newest.listing).bind(newest.judgement).exec();
}

}  // namespace mcprisk::store

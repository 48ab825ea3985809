#include "store/aliases.h"

#include "model/base/text.h"
#include "store/without_secrets.h"

namespace mcprisk::store {

void add_aliases(Database& database,
                 std::int64_t server,
                 std::span<const Alias> aliases,
                 Timestamp now) {
    for (const Alias& alias : aliases) {
        const std::string kind = repair_utf8(alias.kind);
        const std::string value = without_secrets(alias.value);
        const std::string evidence = without_secrets(alias.evidence);
        Run run(database.statement(
            "INSERT OR IGNORE INTO aliases (kind, value, server_id, evidence, first_seen) "
            "VALUES (?, ?, ?, ?, ?)"));
        run.bind(kind).bind(value).bind(server).bind(evidence).bind(now).exec();
    }
}

bool merge_alias(Database& database,
                 std::int64_t server,
                 const Alias& alias,
                 Timestamp first_seen) {
    const std::string kind = repair_utf8(alias.kind);
    const std::string value = without_secrets(alias.value);
    const std::string evidence = without_secrets(alias.evidence);
    Run run(database.statement(
        "INSERT INTO aliases (kind, value, server_id, evidence, first_seen) "
        "VALUES (?, ?, ?, ?, ?) ON CONFLICT (kind, value, server_id) DO UPDATE "
        "SET evidence = excluded.evidence, first_seen = excluded.first_seen "
        "WHERE (excluded.first_seen, excluded.evidence) < (first_seen, evidence)"));
    run.bind(kind).bind(value).bind(server).bind(evidence).bind(first_seen).exec();
    return database.changes() > 0;
}

std::vector<Alias> read_aliases(Database& database, std::string_view server_id) {
    std::vector<Alias> aliases;
    Run run(database.statement(
        "SELECT a.kind, a.value, a.evidence FROM aliases AS a "
        "JOIN servers AS s ON s.id = a.server_id WHERE s.name = ? ORDER BY a.kind, a.value"));
    run.bind(server_id);
    while (run.step()) {
        aliases.push_back(
            {std::string(run.text(0)), std::string(run.text(1)), std::string(run.text(2))});
    }
    return aliases;
}

std::optional<std::string> find_by_alias(Database& database,
                                         std::string_view kind,
                                         std::string_view value) {
    Run run(database.statement(
        "SELECT s.name FROM aliases AS a JOIN servers AS s ON s.id = a.server_id "
        "WHERE a.kind = ? AND a.value = ? ORDER BY a.first_seen, s.name LIMIT 1"));
    run.bind(kind).bind(value);
    if (!run.step()) return std::nullopt;
    return std::string(run.text(0));
}

}  // namespace mcprisk::store

#include "store/history.h"

#include <fmt/format.h>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "model/base/json.h"
#include "model/read_document.h"
#include "store/digest.h"
#include "store/rows.h"

namespace mcprisk::store {
namespace {

constexpr Timestamp kAnyTime = std::numeric_limits<Timestamp>::max();

}  // namespace

std::vector<ObservationRow> read_history(Database& database,
                                         std::string_view server_id,
                                         std::size_t limit) {
    std::vector<ObservationRow> rows;
    Run run(database.statement(
        "SELECT o.at, o.outcome, o.failure, o.origin, o.flags, o.credential_class, o.elapsed_ms, "
        "o.bytes_received, o.listing_id, l.hash, l.version, l.instructions, l.protocol_version, "
        "l.server_info_name, l.server_info_version, l.server_capabilities, "
        "l.declared_capabilities, l.transport, "
        "(SELECT count(*) FROM listing_tools AS k WHERE k.listing_id = l.id), "
        "NOT EXISTS (SELECT 1 FROM observations AS p WHERE p.server_id = o.server_id "
        "AND p.listing_id = o.listing_id AND (p.at, p.id) < (o.at, o.id)), o.started_with "
        "FROM observations AS o JOIN servers AS s ON s.id = o.server_id "
        "LEFT JOIN listings AS l ON l.id = o.listing_id "
        "WHERE s.name = ? ORDER BY o.at DESC, o.id DESC LIMIT ?"));
    run.bind(server_id).bind(clamped(limit));
    while (run.step()) {
        ObservationRow row;
        row.at = run.integer(0);
        row.outcome = read_outcome(run.text(1), server_id);
        row.failure = run.text(2);
        row.origin = run.text(3);
        row.flags = read_flags(run.text(4), server_id);
        row.credential_class = run.text(5);
        row.started_with = run.text(20);
        row.elapsed_ms = run.integer(6);
        row.bytes_received = run.integer(7);
        if (const auto listing = run.optional_integer(8)) {
            row.listing = *listing;
            row.listing_hash = to_content_hash(run.bytes(9));
            row.version = run.text(10);
            row.instructions = run.text(11);
            row.protocol_version = run.text(12);
            row.server_info_name = run.text(13);
            row.server_info_version = run.text(14);
            row.server_capabilities = run.text(15);
            row.declared_capabilities = run.text(16);
            row.transport = run.text(17);
            row.tools = static_cast<std::size_t>(run.integer(18));
            row.first_of_listing = run.integer(19) != 0;
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

ServerDocument read_listing_document(Database& database, ListingId listing) {
    ServerDocument document;
    {
        Run run(database.statement(
            "SELECT s.name, l.title, l.description, s.source, l.version, l.instructions "
            "FROM listings AS l JOIN servers AS s ON s.id = l.server_id WHERE l.id = ?"));
        run.bind(listing);
        if (!run.step()) {
            throw DatabaseError(fmt::format("reading listing {}: it is not there", listing));
        }
        document.server = run.text(0);
        document.title = run.text(1);
        document.description = run.text(2);
        document.source = run.text(3);
        document.version = run.text(4);
        document.instructions = run.text(5);
    }
    Run run(
        database.statement("SELECT t.definition FROM listing_tools AS k "
                           "JOIN tool_versions AS t ON t.id = k.tool_id "
                           "WHERE k.listing_id = ? ORDER BY t.name, t.id"));
    run.bind(listing);
    while (run.step()) {
        document.tools.push_back(read_stored_tool(run.text(0), document.server));
    }
    return document;
}

std::vector<Verdict> read_listing_verdicts(Database& database,
                                           ListingId listing,
                                           const ServerDocument& document) {
    std::map<std::pair<std::string, std::string>, Verdict> judged;  // by name and hash
    Run run(
        database.statement("SELECT t.name, t.hash, v.document, j.rules_version FROM "
                           "(SELECT id, rules_version FROM judgements WHERE listing_id = ? "
                           "ORDER BY judged_at DESC, rules_version DESC LIMIT 1) AS j "
                           "JOIN judgement_verdicts AS k ON k.judgement_id = j.id "
                           "JOIN tool_versions AS t ON t.id = k.tool_id "
                           "JOIN verdicts AS v ON v.id = k.verdict_id"));
    run.bind(listing);
    while (run.step()) {
        Verdict verdict = read_stored_verdict(run.text(2), document.server);
        verdict.server = document.server;
        verdict.tool = run.text(0);
        verdict.definition_hash = to_content_hash(run.bytes(1));
        verdict.rules_version = run.text(3);
        std::pair key(verdict.tool, verdict.definition_hash);
        judged.emplace(std::move(key), std::move(verdict));
    }
    std::vector<Verdict> verdicts;
    for (const Tool& tool : document.tools) {
        const auto found = judged.find(std::pair(tool.name, tool.definition_hash));
        if (found != judged.end()) verdicts.push_back(std::move(found->second));
    }
    return verdicts;
}

std::optional<Snapshot> read_snapshot(Database& database,
                                      std::string_view server_id,
                                      std::optional<Timestamp> at) {
    const Transaction transaction(database, Transaction::Kind::snapshot);
    Snapshot snapshot;
    {
        Run run(
            database.statement("SELECT o.at, o.listing_id, l.hash, l.protocol_version, "
                               "l.transport, o.credential_class FROM observations AS o "
                               "JOIN servers AS s ON s.id = o.server_id "
                               "JOIN listings AS l ON l.id = o.listing_id "
                               "WHERE s.name = ? AND o.at <= ? "
                               "ORDER BY o.at DESC, o.id DESC LIMIT 1"));
        run.bind(server_id).bind(at.value_or(kAnyTime));
        if (!run.step()) return std::nullopt;
        snapshot.at = run.integer(0);
        snapshot.listing = run.integer(1);
        snapshot.listing_hash = to_content_hash(run.bytes(2));
        snapshot.protocol_version = run.text(3);
        snapshot.transport = run.text(4);
        snapshot.credential_class = run.text(5);
    }
    snapshot.document = read_listing_document(database, snapshot.listing);
    snapshot.verdicts = read_listing_verdicts(database, snapshot.listing, snapshot.document);
    if (!snapshot.verdicts.empty()) snapshot.rules_version = snapshot.verdicts[0].rules_version;
    return snapshot;
}

std::vector<ListingId> find_listings_to_judge(Database& database,
                                              std::string_view rules_version,
                                              bool every_listing) {
    std::vector<ListingId> listings;
    Run run(database.statement(
        every_listing
            ? "SELECT l.id FROM listings AS l WHERE EXISTS "
              "(SELECT 1 FROM listing_tools AS k WHERE k.listing_id = l.id) AND NOT EXISTS "
              "(SELECT 1 FROM judgements AS j WHERE j.listing_id = l.id AND j.rules_version = ?) "
              "ORDER BY l.id"
            : "SELECT s.current_listing FROM servers AS s WHERE EXISTS "
              "(SELECT 1 FROM listing_tools AS k WHERE k.listing_id = s.current_listing) AND "
              "coalesce((SELECT rules_version FROM judgements AS j "
              "WHERE j.id = s.current_judgement), '') <> ? ORDER BY s.current_listing"));
    run.bind(rules_version);
    while (run.step()) listings.push_back(run.integer(0));
    return listings;
}

}  // namespace mcprisk::store

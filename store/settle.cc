#include "store/settle.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "store/current_tools.h"

namespace mcprisk::store {
namespace {

using RowId = std::int64_t;

auto text_of(const ServerClaim& claim) {
    return std::tie(claim.title,
                    claim.description,
                    claim.version,
                    claim.transport,
                    claim.source,
                    claim.config_name);
}

std::vector<RowId> ids(Run& run) {
    std::vector<RowId> found;
    while (run.step()) found.push_back(run.integer(0));
    return found;
}

class Settlement {
  public:
    Settlement(Database& database, RowId server) : database_(database), server_(server) {}

    void run(const ServerClaim& claim) {
        order_ties();
        each(
            "UPDATE listings SET first_seen = (SELECT min(at) FROM observations "
            "WHERE listing_id = listings.id) WHERE server_id = ?1 AND EXISTS "
            "(SELECT 1 FROM observations WHERE listing_id = listings.id)");
        each(
            "UPDATE servers SET "
            "first_seen = (SELECT min(at) FROM observations WHERE server_id = ?1), "
            "last_observation = (SELECT id FROM observations WHERE server_id = ?1 "
            "ORDER BY at DESC, id DESC LIMIT 1), "
            "last_listed = (SELECT id FROM observations WHERE server_id = ?1 "
            "AND listing_id IS NOT NULL ORDER BY at DESC, id DESC LIMIT 1), "
            "origin = coalesce((SELECT origin FROM observations WHERE server_id = ?1 "
            "AND origin <> '' ORDER BY at DESC, id DESC LIMIT 1), '') WHERE id = ?1");
        {
            Run run(
                database_.statement("UPDATE servers SET title = ?2, description = ?3, "
                                    "version = ?4, transport = ?5, source = ?6, "
                                    "config_name = ?7, entry_known = ?8 WHERE id = ?1"));
            run.bind(server_).bind(claim.title).bind(claim.description).bind(claim.version);
            run.bind(claim.transport).bind(claim.source).bind(claim.config_name);
            run.bind(std::int64_t{claim.entry_known}).exec();
        }
        const std::map<RowId, Timestamp> since = in_force_since();
        refresh_current_tools(database_, server_, newest_, true);
        for (const auto& [tool, at] : since) {
            Run run(
                database_.statement("UPDATE current_tools SET changed_at = ?3 "
                                    "WHERE server_id = ?1 AND tool_id = ?2 "
                                    "AND changed_at <> ?3"));
            run.bind(server_).bind(tool).bind(at).exec();
        }
    }

  private:
    void each(std::string_view sql) {
        Run run(database_.statement(sql));
        run.bind(server_).exec();
    }

    // Of attempts in one second the row ids decide; so these are dealt out by what the rows say.
    void order_ties() {
        std::vector<Timestamp> ties;
        {
            Run run(
                database_.statement("SELECT at FROM observations WHERE server_id = ? "
                                    "GROUP BY at HAVING count(*) > 1"));
            run.bind(server_);
            ties = ids(run);
        }
        for (const Timestamp at : ties) order_tie(at);
    }

    void order_tie(Timestamp at) {
        std::vector<RowId> wanted;
        {
            Run run(database_.statement(
                "SELECT o.id FROM observations AS o LEFT JOIN listings AS l ON l.id = o.listing_id "
                "WHERE o.server_id = ? AND o.at = ? "
                "ORDER BY instr(o.flags, '\"told_by_index\"') = 0, l.id IS NOT NULL, l.hash, "
                "o.outcome, o.failure, o.origin, o.flags, o.credential_class, o.challenge, "
                "o.last_words, o.cache_scope, o.ttl_ms, o.elapsed_ms, o.bytes_received, o.pages, "
                "o.started_with, o.id"));
            run.bind(server_).bind(at);
            wanted = ids(run);
        }
        if (std::is_sorted(wanted.begin(), wanted.end())) return;
        each("UPDATE servers SET last_observation = NULL, last_listed = NULL WHERE id = ?1");
        std::vector<RowId> free = wanted;
        std::sort(free.begin(), free.end());
        // By way of negative ids, since no two rows may share one in between.
        for (const RowId id : wanted) move(id, -id);
        for (std::size_t i = 0; i < wanted.size(); ++i) move(-wanted[i], free[i]);
    }

    void move(RowId from, RowId to) {
        Run run(database_.statement("UPDATE observations SET id = ?2 WHERE id = ?1"));
        run.bind(from).bind(to).exec();
    }

    // By tool version: since when the server has listed it without a break.
    std::map<RowId, Timestamp> in_force_since() {
        std::vector<std::pair<Timestamp, RowId>> listed;
        {
            Run run(
                database_.statement("SELECT at, listing_id FROM observations "
                                    "WHERE server_id = ? AND listing_id IS NOT NULL "
                                    "ORDER BY at, id"));
            run.bind(server_);
            while (run.step()) listed.emplace_back(run.integer(0), run.integer(1));
        }
        std::map<RowId, Timestamp> since;
        RowId last = 0;
        for (const auto& [at, listing] : listed) {
            newest_ = at;
            if (std::exchange(last, listing) == listing) continue;
            std::map<RowId, Timestamp> now;
            Run run(database_.statement("SELECT tool_id FROM listing_tools WHERE listing_id = ?"));
            run.bind(listing);
            while (run.step()) {
                const auto before = since.find(run.integer(0));
                now.emplace(run.integer(0), before == since.end() ? at : before->second);
            }
            since = std::move(now);
        }
        return since;
    }

    Database& database_;
    RowId server_;
    Timestamp newest_ = 0;
};

}  // namespace

std::optional<ServerClaim> read_claim(Database& database, std::string_view server_name) {
    Run run(database.statement(
        "SELECT s.title, s.description, s.version, s.transport, s.source, s.config_name, "
        "s.entry_known, o.at, g.at "
        "FROM servers AS s LEFT JOIN observations AS o ON o.id = s.last_observation "
        "LEFT JOIN observations AS g ON g.id = s.last_listed WHERE s.name = ?"));
    run.bind(server_name);
    if (!run.step()) return std::nullopt;
    return ServerClaim{std::string(run.text(0)),
                       std::string(run.text(1)),
                       std::string(run.text(2)),
                       std::string(run.text(3)),
                       std::string(run.text(4)),
                       std::string(run.text(5)),
                       run.integer(6) != 0,
                       run.optional_integer(7).value_or(0),
                       run.optional_integer(8)};
}

ServerClaim newest_claim(std::span<const ServerClaim> claims) {
    std::vector<const ServerClaim*> sorted;
    for (const ServerClaim& claim : claims) sorted.push_back(&claim);
    std::sort(sorted.begin(), sorted.end(), [](const ServerClaim* a, const ServerClaim* b) {
        return std::pair(a->last_seen, text_of(*a)) < std::pair(b->last_seen, text_of(*b));
    });
    ServerClaim newest;
    const auto say = [](std::string& word, const std::string& later) {
        if (!later.empty()) word = later;
    };
    for (const ServerClaim* claim : sorted) {
        say(newest.title, claim->title);
        say(newest.description, claim->description);
        say(newest.version, claim->version);
        say(newest.transport, claim->transport);
        say(newest.source, claim->source);
        say(newest.config_name, claim->config_name);
        newest.entry_known = newest.entry_known || claim->entry_known;
        newest.last_seen = claim->last_seen;
    }
    const ServerClaim* listed = nullptr;
    for (const ServerClaim* claim : sorted) {
        if (!claim->last_listed) continue;
        if (listed == nullptr || std::pair(claim->last_listed, text_of(*claim)) >
                                     std::pair(listed->last_listed, text_of(*listed))) {
            listed = claim;
        }
    }
    if (listed == nullptr) return newest;
    ServerClaim settled = *listed;
    settled.source = newest.source;
    settled.config_name = newest.config_name;
    settled.entry_known = newest.entry_known;
    settled.last_seen = newest.last_seen;
    return settled;
}

void settle_server(Database& database, std::int64_t server, const ServerClaim& claim) {
    Settlement(database, server).run(claim);
}

std::vector<std::int64_t> servers_with_ties(Database& database) {
    // A group holds few rows, and its index is in this order.
    Run run(
        database.statement("SELECT DISTINCT server_id FROM (SELECT server_id FROM observations "
                           "GROUP BY server_id, at HAVING count(*) > 1)"));
    return ids(run);
}

}  // namespace mcprisk::store

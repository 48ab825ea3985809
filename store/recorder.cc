#include "store/recorder.h"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <utility>

#include "model/base/hash.h"
#include "model/base/json.h"
#include "model/base/text.h"
#include "store/aliases.h"
#include "store/current_tools.h"
#include "store/digest.h"
#include "store/search_text.h"
#include "store/verdict_writer.h"
#include "store/without_secrets.h"

namespace mcprisk::store {
namespace {

using RowId = std::int64_t;

class Recorder {
  public:
    Recorder(Database& database, const Listing& listing, Timestamp now)
        : database_(database), listing_(listing), now_(now) {}

    Recorded run(std::span<const Verdict> verdicts, std::span<const Alias> aliases) {
        find_or_add_server();
        add_aliases(database_, server_, aliases, now_);
        std::optional<RowId> listing;
        if (listing_.outcome == Outcome::listed) {
            listing = find_or_add_listing();
            VerdictWriter writer(database_, name_, now_);
            writer.write(*listing, tools_, verdicts);
            recorded_.new_verdicts = writer.added();
            verdicts_changed_ = writer.changed();
        }
        add_observation(listing);
        describe_server();
        refresh_current_tools(database_, server_, now_, verdicts_changed_);
        return recorded_;
    }

  private:
    void find_or_add_server() {
        name_ = without_secrets(listing_.document.server);
        if (name_.empty()) throw std::invalid_argument("recording a listing without a server id");
        {
            Run find(database_.statement("SELECT id FROM servers WHERE name = ?"));
            find.bind(name_);
            if (find.step()) {
                server_ = find.integer(0);
                return;
            }
        }
        Run add(database_.statement(
            "INSERT INTO servers (name, title, description, source, version, transport, origin, "
            "first_seen) VALUES (?, '', '', '', '', '', '', ?)"));
        add.bind(name_).bind(now_).exec();
        server_ = database_.last_insert_id();
        recorded_.new_server = true;
    }

    RowId find_or_add_listing() {
        const Digest hash = to_digest(listing_hash(listing_));
        {
            Run find(database_.statement(
                "SELECT id, first_seen FROM listings WHERE server_id = ? AND hash = ?"));
            find.bind(server_).bind(hash);
            if (find.step()) {
                const RowId known = find.integer(0);
                if (now_ < find.integer(1)) correct_first_seen(known);
                tools_ = tools_of_listing(database_, known);
                return known;
            }
        }
        const ServerDocument& document = listing_.document;
        const std::string title = repair_utf8(document.title);
        const std::string description = repair_utf8(document.description);
        const std::string version = repair_utf8(document.version);
        const std::string instructions = repair_utf8(document.instructions);
        const std::string protocol = repair_utf8(listing_.protocol_version);
        const std::string info_name = repair_utf8(listing_.server_info_name);
        const std::string info_version = repair_utf8(listing_.server_info_version);
        const std::string capabilities = repair_utf8(listing_.server_capabilities);
        const std::string declared = repair_utf8(listing_.declared_capabilities);
        const std::string transport = repair_utf8(listing_.transport);
        Run add(database_.statement(
            "INSERT INTO listings (server_id, hash, first_seen, title, description, version, "
            "instructions, protocol_version, server_info_name, server_info_version, "
            "server_capabilities, declared_capabilities, transport) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
        add.bind(server_).bind(hash).bind(now_).bind(title).bind(description).bind(version);
        add.bind(instructions).bind(protocol).bind(info_name).bind(info_version);
        add.bind(capabilities).bind(declared).bind(transport).exec();
        const RowId added = database_.last_insert_id();
        recorded_.new_listing = true;
        for (const Tool& tool : document.tools) {
            const RowId id = find_or_add_tool(tool);
            tools_.emplace(std::pair(tool.name, tool.definition_hash), id);
            // A server may list the very same definition twice: it is one tool.
            Run link(database_.statement(
                "INSERT OR IGNORE INTO listing_tools (listing_id, tool_id) VALUES (?, ?)"));
            link.bind(added).bind(id).exec();
        }
        index_tools();
        return added;
    }

    // Ids grow, and the write lock is ours: the new rows are those from the first one on.
    void index_tools() {
        if (!first_new_tool_) return;
        Run run(database_.statement(
            "INSERT INTO tool_search (rowid, words, title, description) "
            "SELECT id, words, title, description FROM tool_versions WHERE id >= ?"));
        run.bind(*first_new_tool_).exec();
    }

    // Observations may come in any order, as when another catalogue is merged in.
    void correct_first_seen(RowId listing) {
        Run run(database_.statement("UPDATE listings SET first_seen = ? WHERE id = ?"));
        run.bind(now_).bind(listing).exec();
    }

    RowId find_or_add_tool(const Tool& tool) {
        const Digest hash = to_digest(tool.definition_hash);
        {
            Run find(database_.statement("SELECT id FROM tool_versions WHERE hash = ?"));
            find.bind(hash);
            if (find.step()) return find.integer(0);
        }
        // All servers share the row: a wrong hash would put one server's words into another's
        // mouth.
        if (content_hash(tool.definition) != tool.definition_hash) {
            throw std::invalid_argument(
                fmt::format("recording tool {} of {}: its hash is not that of its definition",
                            tool.name,
                            name_));
        }
        const std::string words = searchable_name(tool.name);
        Run add(database_.statement(
            "INSERT INTO tool_versions (hash, name, words, title, description, definition) "
            "VALUES (?, ?, ?, ?, ?, ?)"));
        add.bind(hash).bind(tool.name).bind(words).bind(tool.title).bind(tool.description);
        add.bind(tool.definition).exec();
        ++recorded_.new_tool_versions;
        const RowId id = database_.last_insert_id();
        if (!first_new_tool_) first_new_tool_ = id;
        return id;
    }

    void add_observation(std::optional<RowId> listing) {
        const std::string failure = without_secrets(listing_.failure);
        const std::string origin = without_secrets(listing_.origin);
        const std::string flags = canonical_json(nlohmann::json(listing_.flags));
        const std::string credentials = repair_utf8(listing_.credential_class);
        const std::string challenge = without_secrets(listing_.challenge);
        const std::string last_words = without_secrets(listing_.last_words);
        const std::string cache_scope = repair_utf8(listing_.cache_scope);
        Run run(database_.statement(
            "INSERT INTO observations (server_id, at, outcome, listing_id, failure, origin, flags, "
            "credential_class, challenge, last_words, cache_scope, ttl_ms, elapsed_ms, "
            "bytes_received, pages) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
        run.bind(server_).bind(now_).bind(to_string(listing_.outcome)).bind(listing);
        run.bind(failure).bind(origin).bind(flags).bind(credentials).bind(challenge);
        run.bind(last_words).bind(cache_scope).bind(listing_.ttl_ms).bind(listing_.elapsed_ms);
        run.bind(listing_.bytes_received).bind(listing_.pages).exec();
    }

    // The newest that is known of the server. A failed attempt knows less: what it does not say
    // stays, and what was listed is not overwritten by what an index announces.
    void describe_server() {
        point_to_newest(
            "UPDATE servers SET last_observation = (SELECT id FROM observations "
            "WHERE server_id = ?1 ORDER BY at DESC, id DESC LIMIT 1) WHERE id = ?1");
        if (listing_.outcome == Outcome::listed) {
            point_to_newest(
                "UPDATE servers SET last_listed = (SELECT id FROM observations "
                "WHERE server_id = ?1 AND listing_id IS NOT NULL "
                "ORDER BY at DESC, id DESC LIMIT 1) WHERE id = ?1");
        }
        {
            Run run(database_.statement(
                "UPDATE servers SET first_seen = min(first_seen, ?2) WHERE id = ?1"));
            run.bind(server_).bind(now_).exec();
        }
        const std::string title = repair_utf8(listing_.document.title);
        const std::string description = repair_utf8(listing_.document.description);
        const std::string source = without_secrets(listing_.document.source);
        const std::string version = repair_utf8(listing_.document.version);
        const std::string transport = repair_utf8(listing_.transport);
        const std::string origin = without_secrets(listing_.origin);
        const bool listed = listing_.outcome == Outcome::listed;
        // Only what was seen last describes the server; ?8 asks for an attempt that no newer one
        // follows.
        Run run(database_.statement(
            listed
                ? "UPDATE servers SET title = ?2, description = ?3, version = ?4, transport = ?5, "
                  "source = iif(?6 = '', source, ?6), origin = iif(?7 = '', origin, ?7) "
                  "WHERE id = ?1 AND (SELECT at FROM observations WHERE id = last_listed) = ?8"
                : "UPDATE servers SET "
                  "title = iif(?2 = '' OR last_listed IS NOT NULL, title, ?2), "
                  "description = iif(?3 = '' OR last_listed IS NOT NULL, description, ?3), "
                  "version = iif(?4 = '' OR last_listed IS NOT NULL, version, ?4), "
                  "transport = iif(?5 = '' OR last_listed IS NOT NULL, transport, ?5), "
                  "source = iif(?6 = '', source, ?6), origin = iif(?7 = '', origin, ?7) "
                  "WHERE id = ?1 AND "
                  "(SELECT at FROM observations WHERE id = last_observation) = ?8"));
        run.bind(server_).bind(title).bind(description).bind(version).bind(transport);
        run.bind(source).bind(origin).bind(now_).exec();
    }

    void point_to_newest(std::string_view sql) {
        Run run(database_.statement(sql));
        run.bind(server_).exec();
    }

    Database& database_;
    const Listing& listing_;
    Timestamp now_;
    std::string name_;
    RowId server_ = 0;
    ListingTools tools_;
    std::optional<RowId> first_new_tool_;
    bool verdicts_changed_ = false;
    Recorded recorded_;
};

}  // namespace

Recorded record_listing(Database& database,
                        const Listing& listing,
                        std::span<const Verdict> verdicts,
                        Timestamp now,
                        std::span<const Alias> aliases) {
    Transaction transaction(database, Transaction::Kind::write);
    const Recorded recorded = Recorder(database, listing, now).run(verdicts, aliases);
    transaction.commit();
    return recorded;
}

std::size_t record_verdicts(Database& database,
                            std::int64_t listing,
                            std::span<const Verdict> verdicts,
                            Timestamp now) {
    Transaction transaction(database, Transaction::Kind::write);
    std::int64_t server = 0;
    std::string name;
    {
        Run run(
            database.statement("SELECT s.id, s.name FROM listings AS l "
                               "JOIN servers AS s ON s.id = l.server_id WHERE l.id = ?"));
        run.bind(listing);
        if (!run.step()) throw std::invalid_argument("judging a listing that is not there");
        server = run.integer(0);
        name = run.text(1);
    }
    // The caller asks for these rules now: they are shown even if others were applied in the same
    // second, or by a clock that is ahead.
    {
        Run run(
            database.statement("SELECT coalesce(max(judged_at) + 1, ?2) FROM judgements "
                               "WHERE listing_id = ?1"));
        run.bind(listing).bind(now);
        if (run.step()) now = std::max(now, run.integer(0));
    }
    VerdictWriter writer(database, name, now);
    writer.write(listing, tools_of_listing(database, listing), verdicts);
    refresh_current_tools(database, server, now, writer.changed());
    transaction.commit();
    return writer.added();
}

}  // namespace mcprisk::store

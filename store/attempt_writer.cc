#include "store/attempt_writer.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "model/base/hash.h"
#include "model/base/json.h"
#include "model/base/text.h"
#include "store/digest.h"
#include "store/search_text.h"
#include "store/without_secrets.h"

namespace mcprisk::store {

AttemptWriter::RowId AttemptWriter::find_or_add_server() {
    name_ = id_without_secrets(listing_.document.server);
    if (name_.empty()) throw std::invalid_argument("recording a listing without a server id");
    {
        Run find(database_.statement("SELECT id FROM servers WHERE name = ?"));
        find.bind(name_);
        if (find.step()) {
            server_ = find.integer(0);
            return server_;
        }
    }
    Run add(database_.statement(
        "INSERT INTO servers (name, title, description, source, version, transport, origin, "
        "first_seen) VALUES (?, '', '', '', '', '', '', ?)"));
    add.bind(name_).bind(at_).exec();
    server_ = database_.last_insert_id();
    recorded_.new_server = true;
    return server_;
}

AttemptWriter::RowId AttemptWriter::find_or_add_listing() {
    const Digest hash = to_digest(listing_hash(listing_));
    {
        Run find(database_.statement(
            "SELECT id, first_seen FROM listings WHERE server_id = ? AND hash = ?"));
        find.bind(server_).bind(hash);
        if (find.step()) {
            const RowId known = find.integer(0);
            // Attempts may come in any order, as when another catalogue is merged in.
            if (at_ < find.integer(1)) {
                Run run(database_.statement("UPDATE listings SET first_seen = ? WHERE id = ?"));
                run.bind(at_).bind(known).exec();
            }
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
    add.bind(server_).bind(hash).bind(at_).bind(title).bind(description).bind(version);
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
    return added;
}

AttemptWriter::RowId AttemptWriter::find_or_add_tool(const Tool& tool) {
    const Digest hash = to_digest(tool.definition_hash);
    {
        Run find(database_.statement("SELECT id FROM tool_versions WHERE hash = ?"));
        find.bind(hash);
        if (find.step()) return find.integer(0);
    }
    // All servers share the row: a wrong hash would put one server's words into another's
    // mouth.
    if (content_hash(tool.definition) != tool.definition_hash) {
        throw std::invalid_argument(fmt::format(
            "recording tool {} of {}: its hash is not that of its definition", tool.name, name_));
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

void AttemptWriter::add_observation(std::optional<RowId> listing) {
    put_observation(
        "INSERT INTO observations (server_id, at, outcome, listing_id, failure, origin, flags, "
        "credential_class, challenge, last_words, cache_scope, ttl_ms, elapsed_ms, "
        "bytes_received, pages, started_with) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        listing);
}

bool AttemptWriter::add_new_observation(std::optional<RowId> listing) {
    put_observation(
        "INSERT INTO observations (server_id, at, outcome, listing_id, failure, origin, flags, "
        "credential_class, challenge, last_words, cache_scope, ttl_ms, elapsed_ms, "
        "bytes_received, pages, started_with) "
        "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16 "
        "WHERE NOT EXISTS (SELECT 1 FROM observations WHERE server_id = ?1 AND at = ?2 "
        "AND outcome = ?3 AND listing_id IS ?4 AND failure = ?5 AND origin = ?6 AND flags = ?7 "
        "AND credential_class = ?8 AND challenge = ?9 AND last_words = ?10 AND cache_scope = ?11 "
        "AND ttl_ms IS ?12 AND elapsed_ms = ?13 AND bytes_received = ?14 AND pages = ?15 "
        "AND started_with = ?16)",
        listing);
    return database_.changes() > 0;
}

void AttemptWriter::put_observation(std::string_view sql, std::optional<RowId> listing) {
    const std::string failure = without_secrets(listing_.failure);
    const std::string origin = without_secrets(listing_.origin);
    const std::string flags = canonical_json(nlohmann::json(listing_.flags));
    const std::string credentials = repair_utf8(listing_.credential_class);
    const std::string challenge = without_secrets(listing_.challenge);
    const std::string last_words = without_secrets(listing_.last_words);
    const std::string cache_scope = repair_utf8(listing_.cache_scope);
    const std::string started_with = without_secrets(listing_.started_with);
    Run run(database_.statement(sql));
    run.bind(server_).bind(at_).bind(to_string(listing_.outcome)).bind(listing);
    run.bind(failure).bind(origin).bind(flags).bind(credentials).bind(challenge);
    run.bind(last_words).bind(cache_scope).bind(listing_.ttl_ms).bind(listing_.elapsed_ms);
    run.bind(listing_.bytes_received).bind(listing_.pages).bind(started_with).exec();
}

void index_tools(Database& database, std::int64_t first) {
    Run run(
        database.statement("INSERT INTO tool_search (rowid, words, title, description) "
                           "SELECT id, words, title, description FROM tool_versions "
                           "WHERE id >= ?"));
    run.bind(first).exec();
}

}  // namespace mcprisk::store

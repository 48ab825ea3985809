#include "store/rows.h"

#include <fmt/format.h>
#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "model/deceit.h"
#include "model/base/json.h"
#include "model/finding_kinds.h"
#include "model/read_document.h"

namespace mcprisk::store {
namespace {

using nlohmann::json;

// Read before, by stricter eyes; only the depth limit of a reader must not be met twice.
constexpr JsonLimits kStored{.bytes = std::size_t{1} << 30, .depth = 1000};

[[noreturn]] void damaged(std::string_view what, std::string_view server, std::string_view why) {
    throw DatabaseError(
        fmt::format("reading {} of {} back from the catalogue: {}; the file may be damaged",
                    what,
                    server,
                    why));
}

json parse_stored(std::string_view text, std::string_view what, std::string_view server) {
    auto value = parse_json(text, kStored);
    if (!value) damaged(what, server, value.error().message);
    return std::move(*value);
}

constexpr std::string_view kSelectServers =
    "SELECT s.id, s.name, s.title, s.description, s.source, s.transport, s.origin, s.version, "
    "coalesce(l.protocol_version, ''), coalesce(l.server_info_name, ''), "
    "coalesce(l.server_info_version, ''), coalesce(l.instructions, ''), "
    "coalesce(g.flags, o.flags), o.outcome, o.failure, o.at, g.at, "
    "(SELECT count(*) FROM current_tools AS c WHERE c.server_id = s.id), o.started_with "
    "FROM servers AS s JOIN observations AS o ON o.id = s.last_observation "
    "LEFT JOIN observations AS g ON g.id = s.last_listed "
    "LEFT JOIN listings AS l ON l.id = s.current_listing ";

ServerRow read_server_row(const Run& run) {
    ServerRow row;
    row.id = run.text(1);
    row.title = run.text(2);
    row.description = run.text(3);
    row.source = run.text(4);
    row.transport = run.text(5);
    row.origin = run.text(6);
    row.version = run.text(7);
    row.protocol_version = run.text(8);
    row.server_info_name = run.text(9);
    row.server_info_version = run.text(10);
    row.instructions = run.text(11);
    row.flags = read_flags(run.text(12), row.id);
    row.last_outcome = read_outcome(run.text(13), row.id);
    row.last_failure = run.text(14);
    row.last_seen = run.integer(15);
    row.last_listed = run.optional_integer(16);
    row.tools = static_cast<std::size_t>(run.integer(17));
    row.started_with = run.text(18);
    return row;
}

}  // namespace

std::string verdict_document(const Verdict& verdict) {
    json document = to_json(verdict);
    for (const char* member : {"server", "tool", "definition_hash", "rules_version"}) {
        document.erase(member);
    }
    return canonical_json(document);
}

Tool read_stored_tool(std::string_view definition, std::string_view server) {
    auto tool = read_tool(parse_stored(definition, "a tool", server));
    if (!tool) damaged("a tool", server, tool.error().message);
    return std::move(*tool);
}

Verdict read_stored_verdict(std::string_view document, std::string_view server) {
    auto verdict = read_verdict(parse_stored(document, "a verdict", server));
    if (!verdict) damaged("a verdict", server, verdict.error().message);
    return std::move(*verdict);
}

Outcome read_outcome(std::string_view word, std::string_view server) {
    const auto outcome = parse_outcome(word);
    if (!outcome) damaged("an outcome", server, "it is an unknown word");
    return *outcome;
}

std::vector<std::string> read_flags(std::string_view text, std::string_view server) {
    std::vector<std::string> flags;
    for (const json& flag : parse_stored(text, "the flags", server)) {
        if (flag.is_string()) flags.push_back(flag.get<std::string>());
    }
    return flags;
}

std::int64_t clamped(std::size_t value) {
    constexpr auto kMost = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
    return static_cast<std::int64_t>(std::min(value, kMost));
}

ToolRow read_tool_row(const Run& run) {
    ToolRow row;
    row.server = run.text(0);
    row.tool = read_stored_tool(run.text(1), row.server);
    row.first_seen = run.integer(2);
    row.listed_at = run.optional_integer(5).value_or(0);
    if (const auto document = run.optional_text(3)) {
        row.verdict = read_stored_verdict(*document, row.server);
        row.verdict.rules_version = run.optional_text(4).value_or("");
    }
    row.verdict.server = row.server;
    row.verdict.tool = row.tool.name;
    row.verdict.definition_hash = row.tool.definition_hash;
    return row;
}

std::vector<ServerRow> read_servers(Database& database, const std::string* name) {
    std::vector<ServerRow> rows;
    std::map<std::int64_t, std::size_t> index;  // of a row by the key of its server
    {
        Run run(database.statement(std::string(kSelectServers) +
                                   (name != nullptr ? "WHERE s.name = ?" : "ORDER BY s.name")));
        if (name != nullptr) run.bind(*name);
        while (run.step()) {
            index.emplace(run.integer(0), rows.size());
            rows.push_back(read_server_row(run));
        }
    }
    const std::string one =
        name != nullptr ? "AND server_id = (SELECT id FROM servers WHERE name = ?) " : "";
    const auto count = [&](std::string_view column, auto add) {
        Run run(database.statement(
            fmt::format("SELECT server_id, {0}, count(*) FROM current_tools WHERE {0} IS NOT NULL "
                        "{1}GROUP BY server_id, {0}",
                        column,
                        one)));
        if (name != nullptr) run.bind(*name);
        while (run.step()) {
            const auto at = index.find(run.integer(0));
            if (at == index.end()) continue;
            add(rows[at->second], run.integer(1), static_cast<std::size_t>(run.integer(2)));
        }
    };
    count("category", [](ServerRow& row, std::int64_t code, std::size_t n) {
        row.by_category[static_cast<Category>(code)] = n;
    });
    count("risk", [](ServerRow& row, std::int64_t code, std::size_t n) {
        row.by_risk[static_cast<RiskLevel>(code)] = n;
    });
    count("attention", [](ServerRow& row, std::int64_t code, std::size_t n) {
        row.by_attention[static_cast<RiskLevel>(code)] = n;
    });
    // What makes a level worse than it looks, by the tags of verdicts.
    const auto count_tagged = [&](std::string_view sql, auto add) {
        Run run(database.statement(fmt::format("{} {}GROUP BY c.server_id, c.attention", sql, one)));
        if (name != nullptr) run.bind(*name);
        while (run.step()) {
            const auto at = index.find(run.integer(0));
            if (at == index.end()) continue;
            add(rows[at->second],
                static_cast<RiskLevel>(run.integer(1)),
                static_cast<std::size_t>(run.integer(2)));
        }
    };
    count_tagged(
        "SELECT c.server_id, c.attention, count(*) FROM verdict_findings AS f "
        "JOIN current_tools AS c ON c.verdict_id = f.verdict_id "
        "WHERE f.finding = 'unbounded-parameter'",
        [](ServerRow& row, RiskLevel level, std::size_t n) { row.unbounded[level] += n; });
    count_tagged(
        fmt::format("SELECT c.server_id, c.attention, count(*) FROM verdict_capabilities AS f "
                    "JOIN current_tools AS c ON c.verdict_id = f.verdict_id "
                    "WHERE f.capability = 'exec.shell' AND c.category = {} AND c.attention = {}",
                    static_cast<int>(Category::execute),
                    static_cast<int>(RiskLevel::critical)),
        [](ServerRow& row, RiskLevel, std::size_t n) { row.any_command += n; });
    std::string ids;
    for (const std::string_view id : alarming_findings()) {
        ids += fmt::format("{}'{}'", ids.empty() ? "" : ", ", id);
    }
    // Few verdicts have such a finding: only their documents are opened.
    {
        Run run(database.statement(fmt::format(
            "SELECT c.server_id, v.document FROM current_tools AS c "
            "JOIN verdicts AS v ON v.id = c.verdict_id WHERE c.verdict_id IN "
            "(SELECT verdict_id FROM verdict_findings WHERE finding IN ({})) "
            "AND c.attention >= {} {}",
            ids,
            static_cast<int>(RiskLevel::high),
            one)));
        if (name != nullptr) run.bind(*name);
        while (run.step()) {
            const auto at = index.find(run.integer(0));
            if (at == index.end()) continue;
            ServerRow& row = rows[at->second];
            const auto verdict =
                read_verdict(parse_stored(run.text(1), "a verdict", row.id));
            if (!verdict) damaged("a verdict", row.id, verdict.error().message);
            row.alarming += is_deceitful(*verdict) ? 1 : 0;
        }
    }
    return rows;
}

}  // namespace mcprisk::store

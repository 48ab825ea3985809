#include "store/tool_query.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>
#include <variant>

#include "model/base/text.h"
#include "store/likeness.h"
#include "store/rows.h"
#include "store/search_text.h"

namespace mcprisk::store {
namespace {

// SQLite refuses longer patterns as an error; no server id is nearly as long.
constexpr std::size_t kMaxGlobBytes = 10'000;

// The conditions of one question, each with the values it binds. Values live in the list, since a
// Run does not copy what it binds.
class Conditions {
  public:
    void add(std::string_view sql) {
        where_ += where_.empty() ? "WHERE " : "AND ";
        where_ += sql;
        where_ += ' ';
    }
    template <typename T>
    void add(std::string_view sql, T value) {
        add(sql);
        values_.emplace_back(std::move(value));
    }
    [[nodiscard]] const std::string& where() const { return where_; }
    void bind_to(Run& run) const {
        for (const auto& value : values_) {
            std::visit([&run](const auto& v) { run.bind(v); }, value);
        }
    }

  private:
    std::string where_;
    std::vector<std::variant<std::int64_t, double, std::string>> values_;
};

// Up to so many rows are looked up one by one; more are met on the way through the index that the
// order asks for.
constexpr std::size_t kFew = 3000;

// How many `sql` yields, counted no further than to kFew + 1.
bool are_few(Database& database, const std::string& sql, const std::string& value) {
    Run run(database.statement("SELECT count(*) FROM (" + sql + " LIMIT ?)"));
    run.bind(value).bind(kFew + 1);
    return run.step() && run.integer(0) <= static_cast<std::int64_t>(kFew);
}

// A unary plus keeps SQLite from starting with this condition.
void add_set(Conditions& all,
             Database& database,
             const std::string& column,
             const std::string& sql,
             std::string value) {
    const std::string plus = are_few(database, sql, value) ? "" : "+";
    all.add(plus + column + " IN (" + sql + ")", std::move(value));
}

Conditions conditions_of(Database& database, const Query& query) {
    Conditions all;
    SearchWords words = search_words(query.text);
    for (std::string& expression : words.expressions) {
        add_set(all,
                database,
                "c.tool_id",
                "SELECT rowid FROM tool_search WHERE tool_search MATCH ?",
                std::move(expression));
    }
    for (std::string& part : words.parts) {
        all.add(
            "(SELECT instr(name || char(10) || title || char(10) || description, ?) "
            "FROM tool_versions AS t WHERE t.id = c.tool_id) > 0",
            std::move(part));
    }
    if (query.category) all.add("c.category = ?", static_cast<std::int64_t>(*query.category));
    if (query.min_risk) all.add("c.attention >= ?", static_cast<std::int64_t>(*query.min_risk));
    if (query.max_confidence) all.add("c.confidence <= ?", *query.max_confidence);
    if (query.server_glob.size() > kMaxGlobBytes) {
        all.add("FALSE");
    } else if (!query.server_glob.empty()) {
        add_set(all,
                database,
                "c.server_id",
                "SELECT id FROM servers WHERE name GLOB ?",
                query.server_glob);
    }
    const auto tagged = [&](const std::string& table, const char* column, const std::string& word) {
        if (word.empty()) return;
        add_set(all,
                database,
                "c.verdict_id",
                "SELECT verdict_id FROM " + table + " WHERE " + column + " = ?",
                word);
    };
    tagged("verdict_capabilities", "capability", query.capability);
    tagged("verdict_attacks", "attack", query.attack);
    tagged("verdict_findings", "finding", query.finding);
    if (query.changed_since) all.add("c.changed_at >= ?", *query.changed_since);
    return all;
}

// The text around the first word that was searched for. The index could say it too, but asks itself
// the whole question again for each row: 6 ms at 300,000 tools.
std::string snippet_of(const Tool& tool, std::string_view searched) {
    constexpr std::size_t kBefore = 30;
    constexpr std::size_t kLength = 120;
    for (const std::string* text : {&tool.description, &tool.title, &tool.name}) {
        const std::string lower = lower_ascii(*text);
        for (const std::string_view word : split(searched, ' ')) {
            const std::size_t at = word.empty() ? std::string::npos : lower.find(lower_ascii(word));
            if (at == std::string::npos) continue;
            std::size_t begin = at > kBefore ? text->find(' ', at - kBefore) + 1 : 0;
            if (begin > at) begin = at;
            const std::string_view rest = std::string_view(*text).substr(begin);
            const std::string_view cut = truncate_utf8(rest, kLength);
            return (begin > 0 ? "…" : "") + std::string(cut) +
                   (cut.size() < rest.size() ? "…" : "");
        }
    }
    return "";
}

// Every order ends in server, tool and version, so that no two rows are equal. What was not judged
// has no level and comes last.
std::string_view order_of(SortBy sort) {
    switch (sort) {
        case SortBy::risk:
            return "ORDER BY c.attention DESC, c.risk DESC, c.server, c.name, c.tool_id ";
        case SortBy::name:
            return "ORDER BY c.name, c.server, c.tool_id ";
        case SortBy::server:
            return "ORDER BY c.server, c.name, c.tool_id ";
        case SortBy::confidence:
            return "ORDER BY c.confidence IS NULL, c.confidence, c.server, c.name, c.tool_id ";
        case SortBy::changed:
            break;
    }
    return "ORDER BY c.changed_at DESC, c.server, c.name, c.tool_id ";
}

struct Candidate {
    double score = 0;
    std::string server;
    std::string name;
    std::int64_t server_key = 0;
    std::int64_t tool_key = 0;
};

std::vector<Candidate> candidates(Database& database,
                                  std::string_view sql,
                                  const std::string& what,
                                  std::string_view server_id,
                                  std::string_view tool) {
    const NamedDeed deed = named_deed(tool);
    std::vector<Candidate> found;
    Run run(database.statement(sql));
    run.bind(what).bind(server_id);
    while (run.step()) {
        Candidate one{.server = std::string(run.text(0)),
                      .name = std::string(run.text(1)),
                      .server_key = run.integer(2),
                      .tool_key = run.integer(3)};
        // An equal name goes before equal words in another spelling.
        one.score = one.name == tool ? 2 : likeness(deed, named_deed(one.name));
        found.push_back(std::move(one));
    }
    return found;
}

// The tag of a tool's verdict that fewest verdicts have; empty if it has none.
std::string rarest_capability(Database& database, std::string_view server, std::string_view tool) {
    Run run(
        database.statement("SELECT x.capability FROM current_tools AS c "
                           "JOIN servers AS s ON s.id = c.server_id "
                           "JOIN verdict_capabilities AS x ON x.verdict_id = c.verdict_id "
                           "WHERE s.name = ? AND c.name = ? ORDER BY "
                           "(SELECT count(*) FROM (SELECT 1 FROM verdict_capabilities AS y "
                           "WHERE y.capability = x.capability LIMIT 1000)), "
                           "x.capability LIMIT 1"));
    run.bind(server).bind(tool);
    return run.step() ? std::string(run.text(0)) : std::string();
}

}  // namespace

QueryAnswer run_query(Database& database, const Query& query) {
    const Transaction snapshot(database, Transaction::Kind::snapshot);
    const Conditions conditions = conditions_of(database, query);
    QueryAnswer answer;
    {
        Run run(database.statement("SELECT count(*) FROM (SELECT 1 FROM current_tools AS c " +
                                   conditions.where() + "LIMIT ?)"));
        conditions.bind_to(run);
        run.bind(kMostCounted + 1);
        if (run.step()) answer.total = static_cast<std::size_t>(run.integer(0));
        answer.more = answer.total > kMostCounted;
        answer.total = std::min(answer.total, kMostCounted);
    }
    // The page is chosen by the narrow rows alone, in the order of an index.
    const std::string order(order_of(query.sort));
    Run run(database.statement(std::string(kSelectTool) +
                               "WHERE (c.server_id, c.name, c.tool_id) IN "
                               "(SELECT c.server_id, c.name, c.tool_id FROM current_tools AS c " +
                               conditions.where() + order + "LIMIT ? OFFSET ?) " + order));
    conditions.bind_to(run);
    run.bind(clamped(query.limit)).bind(clamped(query.offset));
    while (run.step()) {
        answer.rows.push_back(read_tool_row(run));
        if (!query.text.empty()) {
            answer.rows.back().snippet = snippet_of(answer.rows.back().tool, query.text);
        }
    }
    return answer;
}

std::vector<ToolRow> find_similar_tools(Database& database,
                                        std::string_view server_id,
                                        std::string_view tool,
                                        std::size_t limit) {
    // Of the names that share a word only those that share rare ones are compared: "get" is in half
    // of all names.
    constexpr std::string_view kByName =
        "SELECT s.name, c.name, c.server_id, c.tool_id FROM current_tools AS c "
        "JOIN servers AS s ON s.id = c.server_id WHERE c.name = ? AND s.name <> ?";
    constexpr std::string_view kByWords =
        "SELECT s.name, c.name, c.server_id, c.tool_id FROM "
        "(SELECT rowid AS id FROM tool_search WHERE tool_search MATCH ? "
        "ORDER BY rank, rowid LIMIT 500) AS f "
        "JOIN current_tools AS c ON c.tool_id = f.id "
        "JOIN servers AS s ON s.id = c.server_id WHERE s.name <> ?";
    constexpr double kByDeedOnly = 0.01;  // below all that share words

    // What it can do, where neither name nor words are shared: rarest capability first.
    constexpr std::string_view kByCapability =
        "SELECT s.name, c.name, c.server_id, c.tool_id FROM current_tools AS c "
        "JOIN servers AS s ON s.id = c.server_id WHERE c.verdict_id IN "
        "(SELECT verdict_id FROM verdict_capabilities WHERE capability = ? LIMIT 200) "
        "AND s.name <> ? LIMIT 200";

    const Transaction snapshot(database, Transaction::Kind::snapshot);
    std::vector<Candidate> all = candidates(database, kByName, std::string(tool), server_id, tool);
    const std::vector<std::string> words = words_to_find(named_deed(tool));
    if (all.size() < limit && !words.empty()) {
        for (Candidate& other :
             candidates(database, kByWords, any_word_of_name(words), server_id, tool)) {
            if (other.name != tool && other.score > 0) all.push_back(std::move(other));
        }
    }
    if (const std::string capability = rarest_capability(database, server_id, tool);
        all.size() < limit && !capability.empty()) {
        std::set<std::pair<std::int64_t, std::int64_t>> known;
        for (const Candidate& one : all) known.emplace(one.server_key, one.tool_key);
        for (Candidate& other : candidates(database, kByCapability, capability, server_id, tool)) {
            if (!known.emplace(other.server_key, other.tool_key).second) continue;
            other.score *= kByDeedOnly;
            all.push_back(std::move(other));
        }
    }
    std::sort(all.begin(), all.end(), [](const Candidate& a, const Candidate& b) {
        return std::tie(b.score, a.server, a.name, a.tool_key) <
               std::tie(a.score, b.server, b.name, b.tool_key);
    });
    all.resize(std::min(all.size(), limit));
    std::vector<ToolRow> rows;
    for (const Candidate& one : all) {
        Run run(database.statement(std::string(kSelectTool) +
                                   "WHERE c.server_id = ? AND c.name = ? AND c.tool_id = ?"));
        run.bind(one.server_key).bind(one.name).bind(one.tool_key);
        if (run.step()) rows.push_back(read_tool_row(run));
    }
    return rows;
}

}  // namespace mcprisk::store

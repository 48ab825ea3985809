#include <nlohmann/json.hpp>

#include "engine/view/server_view.h"
#include "model/base/json.h"
#include "model/base/json_text.h"
#include "model/base/text.h"

namespace mcprisk::engine {
namespace {

using nlohmann::json;

// Indented JSON without its line ends; those within strings are escaped anyway.
std::string one_line(std::string_view json) {
    std::string out;
    for (std::size_t i = 0; i < json.size(); ++i) {
        if (json[i] != '\n') {
            out += json[i];
            continue;
        }
        while (i + 1 < json.size() && json[i + 1] == ' ') ++i;
    }
    return out;
}

json counts_json(const auto& counts) {
    json out = json::object();
    for (const auto& [key, n] : counts) out[std::string(to_string(key))] = n;
    return out;
}

// Writes one JSON object; far cheaper than a tree of values for each of 300,000 tools.
class JsonWriter {
  public:
    explicit JsonWriter(std::string& out) : out_(out) { out_ += '{'; }
    void text(std::string_view key, std::string_view value) {
        name(key);
        append_harmless_json_string(out_, value);
    }
    void ready(std::string_view key, std::string_view json) {
        name(key);
        out_ += json;
    }
    void number(std::string_view key, double value) {
        name(key);
        append_json_number(out_, value);
    }
    void list(std::string_view key, const std::vector<std::string>& values) {
        name(key);
        out_ += '[';
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (i > 0) out_ += ',';
            append_harmless_json_string(out_, values[i]);
        }
        out_ += ']';
    }
    void end() { out_ += '}'; }

  private:
    void name(std::string_view key) {
        if (out_.back() != '{') out_ += ',';
        append_json_string(out_, key);
        out_ += ':';
    }
    std::string& out_;
};

// The verdict with the stranger's words under keys of their own.
std::string verdict_twin(const Verdict& v) {
    std::string out;
    JsonWriter verdict(out);
    verdict.text("definition_hash", v.definition_hash);
    verdict.text("rules_version", v.rules_version);
    verdict.text("category", to_string(v.category));
    verdict.text("risk", to_string(v.risk));
    verdict.text("base_risk", to_string(v.base_risk));
    verdict.text("risk_without_claims", to_string(v.risk_without_claims));
    verdict.number("confidence", v.confidence);
    verdict.number("sure", v.sure);
    verdict.list("capabilities", v.capabilities);
    std::string list = "[";
    for (const Evidence& e : v.evidence) {
        if (list.size() > 1) list += ',';
        JsonWriter one(list);
        one.text("rule", e.rule);
        one.text("says", e.says);
        one.text("basis", to_string(e.basis));
        one.text("place", e.place);
        one.text("effect", e.effect);
        one.text("untrusted_field", e.field);
        one.text("untrusted_text", e.text);
        one.end();
    }
    verdict.ready("evidence", list + "]");
    list = "[";
    for (const Finding& f : v.findings) {
        if (list.size() > 1) list += ',';
        JsonWriter one(list);
        one.text("id", f.id);
        one.text("severity", to_string(f.severity));
        one.text("untrusted_field", f.field);
        // A credential that stands in a definition is named and not repeated.
        one.text("untrusted_text", f.id == "secret-in-definition" ? "" : f.text);
        one.end();
    }
    verdict.ready("findings", list + "]");
    list = "[";
    for (const AttackLink& link : v.attacks) {
        if (list.size() > 1) list += ',';
        append_json_string(list, link.id);
    }
    verdict.ready("attacks", list + "]");
    verdict.text("untrusted_reason", v.reason);
    verdict.text("untrusted_sentence", v.sentence);
    verdict.end();
    return out;
}

}  // namespace

std::string server_twin(const ServerView& view) {
    std::string tools = "[";
    for (std::size_t i = 0; i < view.rows.size(); ++i) {
        const Verdict& v = view.rows[i].verdict;
        if (i > 0) tools += ',';
        JsonWriter one(tools);
        one.text("untrusted_name", view.rows[i].tool.name);
        one.text("category", to_string(v.category));
        one.text("risk", to_string(v.risk));
        one.text("risk_without_claims", to_string(v.risk_without_claims));
        one.number("confidence", v.confidence);
        one.list("capabilities", v.capabilities);
        one.text("effect", policy::to_string(view.tools[i].effect));
        one.text("definition_hash", view.rows[i].tool.definition_hash);
        one.end();
    }
    tools += ']';
    std::string names = "[";
    for (const Alias& alias : view.aliases) {
        if (names.size() > 1) names += ',';
        JsonWriter one(names);
        one.text("kind", alias.kind);
        one.text("value", alias.value);
        one.end();
    }
    names += ']';
    std::string out;
    JsonWriter twin(out);
    twin.text("schema", "mcprisk-site-server/1");
    twin.text("id", view.server.id);
    twin.text("untrusted_title", view.server.title);
    twin.text("untrusted_description", view.server.description);
    twin.ready("names", names);
    twin.text("grade", std::string(1, view.grade.letter));
    twin.number("grade_points", static_cast<double>(view.grade.points));
    twin.text("outcome", to_string(view.server.last_outcome));
    twin.number("last_changed", static_cast<double>(view.key.last_changed));
    twin.text("listing", view.key.content);
    twin.text("rules_version", view.key.rules_version);
    twin.ready("by_category", counts_json(view.server.by_category).dump());
    twin.ready("by_risk", counts_json(view.server.by_risk).dump());
    twin.ready("policy", view.rows.empty() ? "null" : one_line(view.policy_json));
    twin.ready("tools", tools);
    twin.end();
    return out + "\n";
}

std::string tool_twin(const ServerView& view, std::size_t tool) {
    const store::ToolRow& row = view.rows[tool];
    const ToolPart& part = view.tools[tool];
    std::string out;
    JsonWriter twin(out);
    twin.text("schema", "mcprisk-site-tool/1");
    twin.text("server", view.server.id);
    twin.text("untrusted_name", row.tool.name);
    twin.ready("untrusted_definition", harmless_json(row.tool.definition));
    twin.ready("verdict", verdict_twin(row.verdict));
    twin.ready("rule", harmless_json(canonical_json(part.rule)));
    twin.text("effect", part.words.effect);
    twin.text("rest", part.words.rest);
    twin.text("why_a_policy", part.words.why_a_policy);
    twin.number("first_seen", static_cast<double>(row.first_seen));
    twin.end();
    return out + "\n";
}

}  // namespace mcprisk::engine

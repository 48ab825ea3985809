#include "engine/view/server_view.h"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "engine/view/attack_text.h"
#include "model/base/json.h"
#include "model/base/json_text.h"
#include "model/base/text.h"
#include "policy/decide/trial.h"
#include "policy/document/evaluate.h"

namespace mcprisk::engine {
namespace {

using nlohmann::json;

constexpr std::size_t kMostMoments = 20;

bool riskier(const store::ToolRow& a, const store::ToolRow& b) {
    if (a.verdict.risk != b.verdict.risk) return a.verdict.risk > b.verdict.risk;
    if (a.verdict.category != b.verdict.category) return a.verdict.category > b.verdict.category;
    return std::pair(std::string_view(a.tool.name), std::string_view(a.tool.definition_hash)) <
           std::pair(std::string_view(b.tool.name), std::string_view(b.tool.definition_hash));
}

void keep_publishable(ServerView& view) {
    view.server.origin.clear();
    view.server.last_failure.clear();
    view.server.flags.clear();
    for (store::ToolRow& row : view.rows) {
        std::erase_if(row.verdict.findings, [](const Finding& f) { return !publishable(f); });
        std::erase_if(row.verdict.attacks,
                      [&](const AttackLink& link) { return !publishable(link, row.verdict); });
    }
}

std::string truncated_call(std::string_view tool, const json& arguments) {
    constexpr std::size_t kLongest = 300;
    const std::string text = fmt::format("{} {}", tool, canonical_json(arguments));
    const std::string_view shown = truncate_utf8(text, kLongest);
    return std::string(shown) + (shown.size() < text.size() ? " …" : "");
}

// One call that passes and one that does not; what stands in a document is asked of the document.
void try_calls(ToolPart& part, const store::ToolRow& row, const policy::Decision& decision) {
    const json sample = policy::sample_arguments(row.tool);
    const std::string call = truncated_call(row.tool.name, sample);
    switch (decision.effect) {
        case policy::Effect::allowed:
            part.passes = call;
            part.stopped = "None: this rule stops no call of the tool.";
            return;
        case policy::Effect::limited:
            part.passes = call;
            part.stopped =
                "The same call once more than the limit allows, until its window is over.";
            return;
        case policy::Effect::denied:
        case policy::Effect::hidden:
            part.passes = "None: no call of the tool passes.";
            part.stopped = call;
            return;
        case policy::Effect::conditional:
            break;
    }
    const auto with_choice = [&](const policy::Switch& one, const std::string& choice) {
        json arguments = sample;
        const std::string path = one.path.substr(one.path.find('.') + 1);
        if (path.find('.') == std::string::npos) arguments[path] = choice;
        return truncated_call(row.tool.name, arguments);
    };
    if (!decision.switches.empty() && !decision.switches.front().usable.empty() &&
        !decision.switches.front().denied.empty()) {
        const policy::Switch& one = decision.switches.front();
        part.passes = with_choice(one, one.usable.front());
        part.stopped = with_choice(one, one.denied.front());
        return;
    }
    json document = {
        {"version", "1"}, {"default", "deny"}, {"tools", {{row.tool.name, decision.rule}}}};
    const auto ruling = policy::evaluate(document.dump(), row.tool.name, sample.dump());
    const bool passes = ruling && ruling->allowed;
    part.passes = passes ? call : "A call that meets every condition below.";
    part.stopped = passes ? "A call that breaks one of the conditions below." : call;
}

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

std::vector<Moment> read_moments(const store::Catalogue& catalogue,
                                 const store::BulkReader& bulk,
                                 const store::ServerKey& key) {
    std::vector<Moment> moments;
    if (key.listings < 2) {
        if (key.last_changed != 0) moments.push_back({key.last_changed, {}});
        return moments;
    }
    std::vector<store::Timestamp> times = bulk.listing_times(key.id);
    if (times.size() > kMostMoments) times.erase(times.begin(), times.end() - kMostMoments);
    std::optional<store::Snapshot> before;
    for (const store::Timestamp at : times) {
        auto now = catalogue.snapshot(key.id, at);
        if (!now) continue;
        Moment moment{at, {}};
        if (before) {
            moment.drift = diff_servers({&before->document, before->verdicts},
                                        {&now->document, now->verdicts});
        }
        moments.push_back(std::move(moment));
        before = std::move(now);
    }
    std::reverse(moments.begin(), moments.end());
    return moments;
}

ServerView read_server_view(const store::Catalogue& catalogue,
                            const store::BulkReader& bulk,
                            const store::ServerRow& server,
                            const store::ServerKey& key,
                            std::vector<Alias> aliases,
                            bool publish) {
    ServerView view;
    view.server = server;
    view.key = key;
    view.grade = grade_of(server);
    view.aliases = std::move(aliases);
    if (server.tools > 0) view.rows = catalogue.tools_of(server.id);
    std::erase_if(view.rows,
                  [](const store::ToolRow& row) { return row.verdict.rules_version.empty(); });
    // Before anything is said of them: sentences name findings and attacks.
    if (publish) keep_publishable(view);
    std::sort(view.rows.begin(), view.rows.end(), riskier);
    view.rows.erase(std::unique(view.rows.begin(),
                                view.rows.end(),
                                [](const auto& a, const auto& b) {
                                    return a.tool.name == b.tool.name &&
                                           a.tool.definition_hash == b.tool.definition_hash;
                                }),
                    view.rows.end());
    policy::Options options;
    options.ceiling = true;
    std::vector<policy::JudgedTool> judged;
    judged.reserve(view.rows.size());
    for (const store::ToolRow& row : view.rows) judged.push_back({&row.tool, &row.verdict});
    for (std::size_t i = 0; i < judged.size(); ++i) {
        const policy::Decision decision = policy::decide(judged[i], options);
        ToolPart part;
        part.effect = decision.effect;
        part.verb = decision.verb;
        part.decision = decision.id;
        part.because = decision.because;
        part.rule = canonical_json(decision.rule);
        part.words = policy::plain_words(judged[i], options);
        try_calls(part, view.rows[i], decision);
        view.unattended += decision.effect <= policy::Effect::conditional ? 1 : 0;
        view.tools.push_back(std::move(part));
    }
    view.policy = policy::document_of(server.id, policy::decide_all(judged, options), options);
    options.preset = policy::Preset::strict;
    for (const policy::JudgedTool& tool : judged) {
        view.unattended_strict +=
            policy::decide(tool, options).effect <= policy::Effect::conditional ? 1 : 0;
    }
    view.moments = read_moments(catalogue, bulk, key);
    return view;
}

bool publishable(const Finding& finding) {
    static constexpr std::string_view kProse[]{"tool-poisoning",
                                               "concealment",
                                               "cross-tool-directive",
                                               "preference-manipulation",
                                               "parameter-exfiltration"};
    const bool prose =
        std::find(std::begin(kProse), std::end(kProse), finding.id) != std::end(kProse);
    return !prose || finding.severity >= RiskLevel::high;
}

bool publishable(const AttackLink& link, const Verdict& verdict) {
    const AttackText* text = known_attack(link.id);
    if (text == nullptr || (text->kind != "pattern" && text->kind != "combination")) return false;
    return std::any_of(verdict.evidence.begin(), verdict.evidence.end(), [](const Evidence& e) {
        return e.basis == Basis::structure && !e.effect.empty();
    });
}

bool is_private_host(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) return false;
    std::string host = lower_ascii(url.substr(scheme + 3));
    host = host.substr(0, host.find_first_of("/?#"));
    if (const auto at = host.rfind('@'); at != std::string::npos) host.erase(0, at + 1);
    if (host.starts_with('[')) return true;  // an address is no public name
    host = host.substr(0, host.find(':'));
    if (host.find('.') == std::string::npos) return true;
    if (host.find_first_not_of("0123456789.") == std::string::npos) return true;
    for (const std::string_view end : {".local",
                                       ".internal",
                                       ".lan",
                                       ".home",
                                       ".corp",
                                       ".intranet",
                                       ".localhost",
                                       ".test",
                                       ".example",
                                       ".invalid",
                                       ".arpa",
                                       ".private"}) {
        if (host.ends_with(end)) return true;
    }
    return false;
}

std::string why_private(const store::ServerKey& key, const std::vector<Alias>& aliases) {
    if (!key.credential_class.empty() && key.credential_class != "none" &&
        key.credential_class != "placeholder") {
        return "it was listed with credentials";
    }
    if (key.id.find("://") != std::string::npos && is_private_host(key.id)) {
        return "its address is not a public one";
    }
    const bool named = std::any_of(aliases.begin(), aliases.end(), [](const Alias& alias) {
        return alias.kind != "repository" && !is_private_host(alias.value);
    });
    return named ? "" : "no public registry or index names it";
}

const std::vector<Ability>& abilities() {
    // The first three make data theft possible together.
    static const std::vector<Ability> kAll{
        {"private",
         "read private data",
         "Private data",
         {"data.private_read",
          "data.secret_read",
          "data.bulk_read",
          "data.db_read",
          "fs.read",
          "mem.read"}},
        {"strangers",
         "take in strangers' text",
         "Strangers' text",
         {"data.untrusted_read", "net.fetch", "exec.browser"}},
        {"out",
         "send things out",
         "A way out",
         {"net.send", "msg.send", "msg.publish", "net.fetch", "exec.shell", "exec.code"}},
        {"money", "move money", "Money", {"money.move", "money.detail", "cost.paid"}},
        {"destroy",
         "destroy things",
         "Destroy",
         {"destroy.item", "destroy.bulk", "destroy.infra", "fs.delete"}},
        {"run",
         "run commands or code",
         "Run code",
         {"exec.shell",
          "exec.code",
          "exec.sql",
          "exec.proxy",
          "exec.agent",
          "exec.package",
          "exec.workflow",
          "exec.deploy"}},
        {"access", "change who may do what", "Access", {"id.write", "cfg.write"}},
        {"change",
         "change files and records",
         "Change",
         {"fs.write", "data.db_write", "vcs.write", "mem.write", "exec.device", "control.stop"}},
    };
    return kAll;
}

bool has_ability(const Verdict& verdict, const Ability& ability) {
    return std::any_of(ability.tags.begin(), ability.tags.end(), [&](std::string_view tag) {
        return std::find(verdict.capabilities.begin(), verdict.capabilities.end(), tag) !=
               verdict.capabilities.end();
    });
}

std::string abilities_in_words(const ServerView& view) {
    if (view.rows.empty()) return "No tool of it is known.";
    std::vector<std::string_view> words;
    for (const std::string_view id :
         {"money", "destroy", "run", "access", "private", "strangers", "out", "change"}) {
        for (const Ability& ability : abilities()) {
            if (ability.id != id) continue;
            const bool has = std::any_of(view.rows.begin(), view.rows.end(), [&](const auto& row) {
                return has_ability(row.verdict, ability);
            });
            if (has) words.push_back(ability.word);
        }
    }
    if (words.empty()) {
        return "By their definitions its tools touch nothing that needs a name of its own.";
    }
    std::string text = "By their definitions its tools could ";
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
        text += words[i];
    }
    return text + ".";
}

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
    twin.ready("policy", view.rows.empty() ? "null" : one_line(view.policy.policy_json));
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
    twin.ready("rule", harmless_json(part.rule));
    twin.text("effect", part.words.effect);
    twin.text("rest", part.words.rest);
    twin.text("why_a_policy", part.words.why_a_policy);
    twin.number("first_seen", static_cast<double>(row.first_seen));
    twin.end();
    return out + "\n";
}

}  // namespace mcprisk::engine

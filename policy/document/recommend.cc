#include "policy/document/recommend.h"

#include <fmt/format.h>
#include <cmath>
#include <nlohmann/json.hpp>

#include "model/base/hash.h"
#include "model/base/json.h"
#include "model/base/text.h"
#include "policy/decide/decide.h"
#include "policy/document/of_decided.h"

namespace mcprisk::policy {
namespace {

using nlohmann::json;

json reasons_of(const Decided& decided, const Rule& rule) {
    const Verdict& verdict = *decided.judged.verdict;
    json evidence = json::array();
    for (const Evidence& e : verdict.evidence) {
        evidence.push_back({{"rule", e.rule},
                            {"field", printable(e.field)},
                            {"text", printable(e.text)},
                            {"says", printable(e.says)},
                            {"basis", to_string(e.basis)}});
    }
    json findings = json::array();
    for (const Finding& f : verdict.findings) {
        findings.push_back({{"id", f.id},
                            {"severity", to_string(f.severity)},
                            {"field", printable(f.field)},
                            {"text", printable(f.text)}});
    }
    json cannot_stop = json::array();
    for (const std::string& gap : decided.decision.conditions.gaps) {
        cannot_stop.push_back(printable(gap));
    }
    const std::string limit = limits_in_words(decided.decision.rule);
    return {{"tool", rule.tool},
            {"effect", to_string(rule.effect)},
            {"verb", to_string(decided.decision.verb)},
            {"decision", decided.decision.id},
            {"stricter", decided.decision.stricter},
            {"opened_by", decided.decision.opened_by},
            {"needs", decided.decision.needs},
            {"cannot_stop", cannot_stop},
            {"category", to_string(verdict.category)},
            {"risk", to_string(verdict.risk)},
            {"risk_without_claims", to_string(verdict.risk_without_claims)},
            {"decided_by", to_string(decided.decision.level)},
            {"confidence", std::round(verdict.confidence * 10000) / 10000},
            {"definition_hash", decided.judged.tool->definition_hash},
            {"why", rule.why},
            {"limit", limit.empty() ? json(nullptr) : json(limit)},
            {"on_deny",
             decided.decision.on_deny.empty() ? json(nullptr) : json(decided.decision.on_deny)},
            {"evidence", std::move(evidence)},
            {"findings", std::move(findings)}};
}

}  // namespace

std::string_view to_string(Effect effect) {
    switch (effect) {
        case Effect::allowed:
            return "allowed";
        case Effect::limited:
            return "limited";
        case Effect::conditional:
            return "conditional";
        case Effect::denied:
            return "denied";
        case Effect::hidden:
            break;
    }
    return "hidden";
}

Recommendation recommend(std::string_view server,
                         std::span<const JudgedTool> tools,
                         const Options& options) {
    return document_of(server, decide_all(tools, options), options);
}

Recommendation document_of(std::string_view server,
                           std::span<const Decided> tools,
                           const Options& options) {
    json reasons = json::array();
    Recommendation result;
    for (const Decided& one : tools) {
        const std::string& name = one.judged.tool->name;
        result.rules.push_back(
            {name, one.decision.effect, why(one), one.decision.id, one.decision.verb});
        reasons.push_back(reasons_of(one, result.rules.back()));
    }
    result.policy_json = policy_json_of(tools, options);
    result.reasons_json = pretty_json({{"schema", "mcprisk-policy-reasons/1"},
                                       {"server", std::string(server)},
                                       {"preset", to_string(options.preset)},
                                       {"compat", options.compat},
                                       {"trusted", options.trusted},
                                       {"policy_hash", content_hash(result.policy_json)},
                                       {"tools", std::move(reasons)}});
    return result;
}

std::string policy_json_of(std::span<const Decided> tools, const Options& options) {
    json rules = json::object();
    json hide = json::array();
    for (const Decided& one : tools) {
        const std::string& name = one.judged.tool->name;
        if (one.decision.effect == Effect::hidden) {
            hide.push_back(name);
        } else {
            rules[name] = one.decision.rule;
        }
    }
    json document = {{"version", "1"}, {"default", "deny"}};
    if (!hide.empty()) document["hide"] = std::move(hide);
    if (!rules.empty()) document["tools"] = std::move(rules);
    if (options.ceiling && !options.compat) {
        const Table& table =
            options.table != nullptr ? *options.table : built_in_table(options.preset);
        // No tool's counter ends like this, so that none shares it.
        document["all_tools"]["limits"] = json::array({{{"counter", "all_tools_ceiling"},
                                                        {"window", table.ceiling.window},
                                                        {"max", table.ceiling.max},
                                                        {"scope", "grant"}}});
    }
    return pretty_json(document);
}

}  // namespace mcprisk::policy

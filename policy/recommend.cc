#include "policy/recommend.h"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <tuple>

#include "model/hash.h"
#include "model/json.h"
#include "model/text.h"
#include "policy/decide.h"

namespace mcprisk::policy {
namespace {

using nlohmann::json;

struct Decided {
    JudgedTool judged;
    Decision decision;
};

std::string_view to_string(Preset preset) {
    switch (preset) {
        case Preset::strict:
            return "strict";
        case Preset::permissive:
            return "permissive";
        case Preset::recommended:
            break;
    }
    return "recommended";
}

// By name; of several tools with one name the strictest comes first. The rest of the key only makes
// the order total, so that the order of arrival never shows.
bool comes_before(const Decided& a, const Decided& b) {
    const auto key = [](const Decided& d) {
        return std::make_tuple(std::string_view(d.judged.tool->name),
                               -static_cast<int>(d.decision.effect),
                               -static_cast<int>(d.decision.level),
                               -static_cast<int>(d.judged.verdict->category),
                               std::string_view(d.judged.tool->definition_hash),
                               canonical_json(d.decision.rule),
                               d.judged.verdict->confidence);
    };
    return key(a) < key(b);
}

std::string sentence(const Decided& decided, std::size_t namesakes) {
    const Verdict& verdict = *decided.judged.verdict;
    std::string text = fmt::format("{}, {}: {}; {}.",
                                   to_string(verdict.category),
                                   to_string(decided.decision.level),
                                   deciding_evidence(verdict),
                                   decided.decision.because);
    if (namesakes > 0) {
        text += fmt::format(
            " {} more tools of this server have the same name; the strictest rule "
            "stands for all of them.",
            namesakes);
    }
    return text;
}

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
    const std::string limit = limits_in_words(decided.decision.rule);
    return {{"tool", rule.tool},
            {"effect", to_string(rule.effect)},
            {"decision", decided.decision.id},
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
    std::vector<Decided> decided;
    decided.reserve(tools.size());
    for (const JudgedTool& judged : tools) decided.push_back({judged, decide(judged, options)});
    std::sort(decided.begin(), decided.end(), comes_before);

    json rules = json::object();
    json hide = json::array();
    json reasons = json::array();
    Recommendation result;
    for (std::size_t i = 0; i < decided.size();) {
        const Decided& one = decided[i];
        const std::string& name = one.judged.tool->name;
        std::size_t next = i + 1;
        while (next < decided.size() && decided[next].judged.tool->name == name) ++next;
        result.rules.push_back(
            {name, one.decision.effect, sentence(one, next - i - 1), one.decision.id});
        reasons.push_back(reasons_of(one, result.rules.back()));
        if (one.decision.effect == Effect::hidden) {
            hide.push_back(name);
        } else {
            rules[name] = one.decision.rule;
        }
        i = next;
    }

    json document = {{"version", "1"}, {"default", "deny"}};
    if (!hide.empty()) document["hide"] = std::move(hide);
    if (!rules.empty()) document["tools"] = std::move(rules);
    result.policy_json = pretty_json(document);
    result.reasons_json = pretty_json({{"schema", "mcprisk-policy-reasons/1"},
                                       {"server", std::string(server)},
                                       {"preset", to_string(options.preset)},
                                       {"compat", options.compat},
                                       {"trusted", options.trusted},
                                       {"policy_hash", content_hash(result.policy_json)},
                                       {"tools", std::move(reasons)}});
    return result;
}

}  // namespace mcprisk::policy

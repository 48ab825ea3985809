#include "classifier/attacks/link_evaluation.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "model/base/json.h"

namespace mcprisk::classifier {
namespace {

using nlohmann::json;

double ratio(std::size_t part, std::size_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

json to_json(const LinkCount& one) {
    return {{"right", one.right},
            {"linked", one.linked},
            {"labelled", one.labelled},
            {"precision", one.precision()},
            {"recall", one.recall()}};
}

bool is_leg(const Verdict& verdict) {
    return std::any_of(verdict.findings.begin(), verdict.findings.end(), [](const Finding& one) {
        return one.id == "toxic-combination";
    });
}

void count(LinkCount& into, bool linked, bool labelled) {
    into.linked += linked ? 1 : 0;
    into.labelled += labelled ? 1 : 0;
    into.right += linked && labelled ? 1 : 0;
}

}  // namespace

double LinkCount::precision() const { return ratio(right, linked); }
double LinkCount::recall() const { return ratio(right, labelled); }

Result<LinkLabel> read_link_label(const nlohmann::json& value) {
    LinkLabel label{string_member(value, "server"), string_member(value, "tool"), {}, false};
    const json* attacks = find_member(value, "attacks");
    const json* leg = find_member(value, "toxic_leg");
    if (label.server.empty() || label.tool.empty()) {
        return fail(ErrorCode::invalid_input, "reading a label: \"server\" or \"tool\" is missing");
    }
    if (attacks == nullptr || !attacks->is_array()) {
        return fail(ErrorCode::invalid_input, "reading a label: \"attacks\" is no list");
    }
    for (const json& one : *attacks) {
        if (!one.is_string()) {
            return fail(ErrorCode::invalid_input, "reading a label: \"attacks\" must hold ids");
        }
        label.attacks.push_back(one.get<std::string>());
    }
    if (leg == nullptr || !leg->is_boolean()) {
        return fail(ErrorCode::invalid_input, "reading a label: \"toxic_leg\" is no truth value");
    }
    label.toxic_leg = leg->get<bool>();
    return label;
}

LinkEvaluation evaluate(std::span<const LinkJudged> judged) {
    LinkEvaluation out;
    out.tools = judged.size();
    for (std::size_t i = 0; i < judged.size(); ++i) {
        const auto& [verdict, label] = judged[i];
        std::set<std::string> linked;
        for (const AttackLink& one : verdict.attacks) linked.insert(one.id);
        const std::set<std::string> wanted(label.attacks.begin(), label.attacks.end());
        std::set<std::string> either = linked;
        either.insert(wanted.begin(), wanted.end());
        for (const std::string& id : either) {
            count(out.links, linked.contains(id), wanted.contains(id));
            count(out.by_id[id], linked.contains(id), wanted.contains(id));
        }
        count(out.legs, is_leg(verdict), label.toxic_leg);
        if (linked != wanted || is_leg(verdict) != label.toxic_leg) out.mistakes.push_back(i);
    }
    return out;
}

nlohmann::json to_json(const LinkEvaluation& e) {
    json by_id = json::object();
    for (const auto& [id, one] : e.by_id) by_id[id] = to_json(one);
    return {{"schema", "mcprisk-link-evaluation/1"},
            {"tools", e.tools},
            {"links", to_json(e.links)},
            {"legs", to_json(e.legs)},
            {"by_id", std::move(by_id)}};
}

}  // namespace mcprisk::classifier

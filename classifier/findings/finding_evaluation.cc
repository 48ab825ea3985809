#include "classifier/findings/finding_evaluation.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "model/base/json.h"
#include "model/finding_kinds.h"

namespace mcprisk::classifier {
namespace {

using nlohmann::json;

void count(PoisonCount& counter, bool flagged) {
    ++counter.tools;
    counter.flagged += flagged ? 1 : 0;
}

void finish_count(PoisonCount& counter) {
    counter.interval = wilson_interval(counter.flagged, counter.tools);
    if (counter.tools > 0) {
        counter.share = static_cast<double>(counter.flagged) / static_cast<double>(counter.tools);
    }
}

json to_json(const PoisonCount& counter) {
    return {{"tools", counter.tools},
            {"flagged", counter.flagged},
            {"share", counter.share},
            {"low", counter.interval.low},
            {"high", counter.interval.high}};
}

json to_json(const std::map<std::string, PoisonCount>& counters) {
    json out = json::object();
    for (const auto& [name, counter] : counters) out[name] = to_json(counter);
    return out;
}

}  // namespace

bool has_poison_labels(const json& document) {
    const json* labels = find_member(document, "labels");
    return labels != nullptr && labels->is_object() && !labels->empty() &&
           find_member(*labels->begin(), "poisoned") != nullptr;
}

Result<std::map<std::string, PoisonLabel>> read_poison_labels(const json& document) {
    std::map<std::string, PoisonLabel> out;
    const json* labels = find_member(document, "labels");
    if (labels == nullptr || !labels->is_object()) return out;
    for (const auto& [tool, value] : labels->items()) {
        const json* poisoned = find_member(value, "poisoned");
        if (poisoned == nullptr || !poisoned->is_boolean()) {
            return fail(ErrorCode::invalid_input,
                        fmt::format("label of {}: \"poisoned\" is not true or false", tool));
        }
        out[tool] = {
            poisoned->get<bool>(), string_member(value, "style"), string_member(document, "half")};
    }
    return out;
}

bool accuses(const Verdict& verdict) {
    return std::any_of(verdict.findings.begin(), verdict.findings.end(), [](const Finding& one) {
        // A single zero-width character is a slip, not an attack.
        return one.severity > RiskLevel::low && is_alarming(one.id);
    });
}

PoisonEvaluation evaluate(std::span<const PoisonJudged> judged) {
    PoisonEvaluation out;
    for (std::size_t i = 0; i < judged.size(); ++i) {
        const auto& [verdict, label] = judged[i];
        const bool flagged = accuses(verdict);
        count(label.poisoned ? out.poisoned : out.ordinary, flagged);
        auto& styles = label.poisoned ? out.poisoned_styles : out.ordinary_styles;
        count(styles[label.style], flagged);
        auto& parts = label.poisoned ? out.poisoned_parts : out.ordinary_parts;
        if (!label.part.empty()) count(parts[label.part], flagged);
        std::set<std::string> ids;
        for (const Finding& one : verdict.findings) ids.insert(one.id);
        for (const std::string& id : ids) ++out.reach[id];
        if (flagged != label.poisoned) out.mistakes.push_back(i);
    }
    finish_count(out.poisoned);
    finish_count(out.ordinary);
    for (auto* group :
         {&out.poisoned_styles, &out.ordinary_styles, &out.poisoned_parts, &out.ordinary_parts}) {
        for (auto& [name, counter] : *group) finish_count(counter);
    }
    return out;
}

json to_json(const PoisonEvaluation& evaluation) {
    return {{"schema", "mcprisk-eval-findings/1"},
            {"poisoned", to_json(evaluation.poisoned)},
            {"ordinary", to_json(evaluation.ordinary)},
            {"recall", evaluation.poisoned.share},
            {"false_alarm_rate", evaluation.ordinary.share},
            {"poisoned_styles", to_json(evaluation.poisoned_styles)},
            {"ordinary_styles", to_json(evaluation.ordinary_styles)},
            {"poisoned_halves", to_json(evaluation.poisoned_parts)},
            {"ordinary_halves", to_json(evaluation.ordinary_parts)},
            {"reach", evaluation.reach}};
}

}  // namespace mcprisk::classifier

#include "classifier/learned/effect_evaluation.h"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "classifier/learned/halves.h"
#include "model/base/json.h"

namespace mcprisk::classifier {
namespace {

using nlohmann::json;

Error fault(std::string_view member, std::string_view why) {
    return {ErrorCode::invalid_input,
            fmt::format("reading a definition of the set: \"{}\" {}", member, why)};
}

std::optional<Error> read_expected(const json& document, EffectLabel& label) {
    const json* expected = find_member(document, "expected");
    if (expected == nullptr || !expected->is_object()) return fault("expected", "is no object");
    const auto category = parse_category(string_member(*expected, "category"));
    if (!category) return fault("expected.category", "is none of the five");
    label.category = *category;
    if (const json* risk = find_member(*expected, "risk"); risk != nullptr && !risk->is_null()) {
        label.risk = parse_risk_level(string_member(*expected, "risk"));
        if (!label.risk) return fault("expected.risk", "is none of the four levels");
    }
    const json* also = find_member(*expected, "also");
    if (also == nullptr) return std::nullopt;
    if (!also->is_array()) return fault("expected.also", "is no list");
    for (const json& one : *also) {
        const auto other = one.is_string() ? parse_category(one.get<std::string>()) : std::nullopt;
        if (!other) return fault("expected.also", "names none of the five categories");
        label.also.push_back(*other);
    }
    return std::nullopt;
}

void count(EffectCount& into, const EffectJudged& one) {
    ++into.definitions;
    if (!understood(one)) return;
    ++into.understood;
    if (!one.label.risk || one.verdict.category != one.label.category) return;
    ++into.levels;
    into.levels_right += one.verdict.risk == *one.label.risk ? 1 : 0;
}

json to_json(const EffectCount& one, bool effect) {
    return {{"definitions", one.definitions},
            {effect ? "seen" : "wrong", effect ? one.understood : one.definitions - one.understood},
            {"levels", one.levels},
            {"levels_right", one.levels_right}};
}

template <typename Key>
json to_json(const std::map<Key, EffectCount>& counts, bool effect) {
    json out = json::object();
    for (const auto& [key, one] : counts) {
        out[fmt::format("{}", key)] = to_json(one, effect);
    }
    return out;
}

}  // namespace

Result<EffectLabel> read_effect_label(const nlohmann::json& document) {
    EffectLabel label;
    for (const auto& [member, into] : {std::pair{"id", &label.id},
                                       std::pair{"kind", &label.kind},
                                       std::pair{"why", &label.why}}) {
        *into = string_member(document, member);
        if (into->empty()) return tl::unexpected(fault(member, "is missing or empty"));
    }
    const json* effect = find_member(document, "effect");
    if (effect == nullptr || !effect->is_boolean()) {
        return tl::unexpected(fault("effect", "is neither true nor false"));
    }
    label.effect = effect->get<bool>();
    label.half = half_of(string_member(document, "server"));
    if (string_member(document, "half") != std::string(1, label.half)) {
        return tl::unexpected(fault("half", "is not the half that the server's id falls into"));
    }
    if (auto wrong = read_expected(document, label)) return tl::unexpected(std::move(*wrong));
    return label;
}

bool understood(const EffectJudged& judged) {
    const auto& [verdict, label] = judged;
    return verdict.category == label.category ||
           std::find(label.also.begin(), label.also.end(), verdict.category) != label.also.end();
}

EffectEvaluation evaluate(std::span<const EffectJudged> judged) {
    EffectEvaluation out;
    for (std::size_t i = 0; i < judged.size(); ++i) {
        const EffectJudged& one = judged[i];
        const EffectLabel& label = one.label;
        count(label.effect ? out.effects : out.decoys, one);
        count((label.effect ? out.effect_kinds : out.decoy_kinds)[label.kind], one);
        count((label.effect ? out.effect_halves : out.decoy_halves)[label.half], one);
        if (!understood(one)) out.mistakes.push_back(i);
    }
    return out;
}

nlohmann::json to_json(const EffectEvaluation& e) {
    return {{"schema", "mcprisk-effect-evaluation/1"},
            {"effects", to_json(e.effects, true)},
            {"decoys", to_json(e.decoys, false)},
            {"effects_by_half", to_json(e.effect_halves, true)},
            {"decoys_by_half", to_json(e.decoy_halves, false)},
            {"effects_by_kind", to_json(e.effect_kinds, true)},
            {"decoys_by_kind", to_json(e.decoy_kinds, false)}};
}

}  // namespace mcprisk::classifier

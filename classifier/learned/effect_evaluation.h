// How many definitions are understood whose effect stands in a later sentence or another place, and
// how many that only mention an effect are taken for doing it.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/base/result.h"
#include "model/category.h"
#include "model/verdict.h"

namespace mcprisk::classifier {

// One line of the set beside its server document (docs/formats.md is silent on it: data/eval is for
// development): {"id", "half", "effect", "kind", "why", "expected": {"category", "risk", "also"}}.
// The first tool of the document is the one that is judged, the others are its siblings.
struct EffectLabel {
    std::string id;
    char half = 'A';
    bool effect = false;  // else a decoy
    std::string kind;     // definitions that say or mention it alike
    std::string why;
    Category category = Category::read;
    std::optional<RiskLevel> risk;  // where it is clear
    std::vector<Category> also;     // other categories that a careful reviewer could defend
};

// Fails with the member that is missing or of the wrong kind, and where "half" is not what half_of
// says of the server's id.
Result<EffectLabel> read_effect_label(const nlohmann::json& document);

struct EffectJudged {
    Verdict verdict;
    EffectLabel label;
};

// Whether the category is the expected one or one that could be defended.
bool understood(const EffectJudged& judged);

struct EffectCount {
    std::size_t definitions = 0;
    std::size_t understood = 0;
    std::size_t levels = 0;  // of those understood: with a clear level
    std::size_t levels_right = 0;
};

struct EffectEvaluation {
    EffectCount effects;  // understood: effects seen
    EffectCount decoys;   // definitions - understood: decoys wrong
    std::map<std::string, EffectCount> effect_kinds;
    std::map<std::string, EffectCount> decoy_kinds;
    std::map<char, EffectCount> effect_halves;
    std::map<char, EffectCount> decoy_halves;
    std::vector<std::size_t> mistakes;  // indices into the input, in its order
};

EffectEvaluation evaluate(std::span<const EffectJudged> judged);

nlohmann::json to_json(const EffectEvaluation& evaluation);

}  // namespace mcprisk::classifier

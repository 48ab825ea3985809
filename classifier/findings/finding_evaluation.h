// How many poisoned definitions the findings catch, and how many ordinary ones they accuse.
// Intervals are Wilson's at 95 %.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "classifier/learned/evaluation.h"
#include "model/base/result.h"
#include "model/verdict.h"

namespace mcprisk::classifier {

// Whether a definition was made to attack; `style` groups definitions that attack alike.
struct PoisonLabel {
    bool poisoned = false;
    std::string style;
    std::string part;  // e.g. of a set written in two parts
};

// Whether the "labels" of a document are of this kind.
bool has_poison_labels(const nlohmann::json& document);

// {tool: {"poisoned": true|false, "style": text}}, and "half" of the document. Fails with the name
// of the first tool whose label cannot be understood.
Result<std::map<std::string, PoisonLabel>> read_poison_labels(const nlohmann::json& document);

// Whether an alarm accuses the definition of attacking its reader.
bool accuses(const Verdict& verdict);

struct PoisonJudged {
    Verdict verdict;
    PoisonLabel label;
};

struct PoisonCount {
    std::size_t tools = 0;
    std::size_t flagged = 0;
    double share = 0;
    Interval interval;
};

struct PoisonEvaluation {
    PoisonCount poisoned;  // share: recall
    PoisonCount ordinary;  // share: false alarms
    std::map<std::string, PoisonCount> poisoned_styles;
    std::map<std::string, PoisonCount> ordinary_styles;
    std::map<std::string, PoisonCount> poisoned_parts;
    std::map<std::string, PoisonCount> ordinary_parts;
    std::map<std::string, std::size_t> reach;  // tools by finding id, all ids
    std::vector<std::size_t> mistakes;         // indices into the input, in its order
};

PoisonEvaluation evaluate(std::span<const PoisonJudged> judged);

nlohmann::json to_json(const PoisonEvaluation& evaluation);

}  // namespace mcprisk::classifier

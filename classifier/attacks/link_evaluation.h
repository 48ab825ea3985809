// How many linked attacks an expert would have named too, and how many of theirs are linked.
#pragma once

#include <cstddef>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "model/base/result.h"
#include "model/verdict.h"

namespace mcprisk::classifier {

// One line of the labels: {"server", "tool", "attacks": [id…], "toxic_leg": true|false}.
struct LinkLabel {
    std::string server;
    std::string tool;
    std::vector<std::string> attacks;
    bool toxic_leg = false;
};

// Fails with the member that is missing or of the wrong kind.
Result<LinkLabel> read_link_label(const nlohmann::json& value);

struct LinkJudged {
    Verdict verdict;
    LinkLabel label;
};

struct LinkCount {
    std::size_t right = 0;     // linked and labelled
    std::size_t linked = 0;    // by the classifier
    std::size_t labelled = 0;  // by the expert
    [[nodiscard]] double precision() const;
    [[nodiscard]] double recall() const;
};

struct LinkEvaluation {
    std::size_t tools = 0;
    LinkCount links;                         // over all pairs of tool and attack
    LinkCount legs;                          // of toxic combinations
    std::map<std::string, LinkCount> by_id;  // attacks that either names
    std::vector<std::size_t> mistakes;       // indices into the input, in its order
};

LinkEvaluation evaluate(std::span<const LinkJudged> judged);

nlohmann::json to_json(const LinkEvaluation& evaluation);

}  // namespace mcprisk::classifier

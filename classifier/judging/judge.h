// From facts to a category and a level. The order of evidence is that of docs/rubric.md.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "classifier/reading/facts.h"
#include "model/verdict.h"

namespace mcprisk::classifier {

// One reason for a category or a level, with its weight against the others.
struct Piece {
    RuleIndex rule = kNoRule;
    std::string_view heuristic;  // id, if no rule said it
    std::string field;
    std::string_view text;
    std::optional<Category> category;
    int level = 0;
    double weight = 0;
    Basis basis = Basis::structure;
};

struct Judgement {
    Category category = Category::write;
    RiskLevel risk = RiskLevel::medium;
    RiskLevel risk_without_claims = RiskLevel::medium;
    double confidence = 0;
    std::optional<Alternative> alternative;
    std::vector<Piece> pieces;  // strongest first
    bool understood = false;    // false if nothing said what the tool does
};

// Names of tools of the same family, e.g. the one that deletes what this one creates.
struct Siblings {
    std::vector<std::string_view> family;  // sorted by name
    bool add_puts_back = false;            // "add_x" stands beside this "remove_x"
    bool creates = false;                  // "create_x" does
};

using CategoryScores = std::array<double, 5>;  // by Category

class LinearModel;
struct Neighbours;

// Who is asked where rules leave a category nearly undecided. Both must be set.
struct SecondOpinion {
    const LinearModel* model = nullptr;
    const Neighbours* neighbours = nullptr;
};

// `second` may be null.
Judgement judge(const RuleBook& book,
                const Facts& facts,
                const Siblings& siblings,
                const SecondOpinion* second = nullptr);

}  // namespace mcprisk::classifier

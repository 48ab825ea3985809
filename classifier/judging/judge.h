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

using CategoryScores = std::array<double, 5>;  // by Category

struct Judgement {
    Category category = Category::write;
    RiskLevel risk = RiskLevel::medium;
    RiskLevel risk_without_claims = RiskLevel::medium;
    double confidence = 0;
    std::optional<Alternative> alternative;
    double sure = 0;            // that the level is not too mild
    std::vector<Piece> pieces;  // strongest first
    bool understood = false;    // false if nothing said what the tool does
    bool fixed = false;         // structure decided the category, learned weights may not
    bool claimed = false;       // a claim of the author decided it
    CategoryScores scores{};    // of the pieces, before anything was decided
};

// Names of tools of the same family, e.g. the one that deletes what this one creates.
struct Siblings {
    std::vector<std::string_view> family;  // sorted by name
    bool add_puts_back = false;            // "add_x" stands beside this "remove_x"
    bool creates = false;                  // "create_x" does
};

class LinearModel;
struct Neighbours;

// Who is asked where rules leave a category nearly undecided. Both must be set.
struct SecondOpinion {
    const LinearModel* model = nullptr;
    const Neighbours* neighbours = nullptr;
};

// The level that rules alone give a tool of this category.
RiskLevel rules_level(const RuleBook& book,
                      const Facts& facts,
                      Category category,
                      std::vector<Piece> pieces);

// `second` may be null: then rules alone decide.
Judgement judge(const RuleBook& book,
                const Facts& facts,
                const Siblings& siblings,
                const SecondOpinion* second = nullptr);

}  // namespace mcprisk::classifier

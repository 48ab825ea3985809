// What sentences behind the first one, titles and texts of inputs state that the tool does, and
// which of it counts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "classifier/judging/judge.h"
#include "classifier/reading/statement_traits.h"

namespace mcprisk::classifier {

struct StatedEffect {
    Category category = Category::read;
    std::string_view quote;  // into the tool
    StatementTraits traits{};
};

// The most severe effect that is worse than what `pieces` say and likely enough to be one of the
// tool (statement_score), as a piece that outweighs them.
std::optional<Piece> worst_stated_effect(const RuleBook& book,
                                         const Facts& facts,
                                         const std::vector<Piece>& pieces);

// Every statement that is at least as severe as what `pieces` say, for those who fit the weights.
std::vector<StatedEffect> stated_effects(const RuleBook& book,
                                         const Facts& facts,
                                         const std::vector<Piece>& pieces);

}  // namespace mcprisk::classifier

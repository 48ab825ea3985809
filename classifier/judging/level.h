// How far a call is from the base level of its category, and why.
#pragma once

#include <vector>

#include "classifier/judging/judge.h"
#include "classifier/reading/facts.h"

namespace mcprisk::classifier {

// `own_step` is what the deciding verb or pair says; rules of kind level, stated effects and
// optional flags come on top, at most two steps in all. Each used move is added to `pieces` once.
RiskLevel level_of(const RuleBook& book,
                   const Facts& facts,
                   Category category,
                   int own_step,
                   bool with_claims,
                   std::vector<Piece>& pieces);

}  // namespace mcprisk::classifier

// `eval --effects`: what is understood of definitions that say their effect in a later sentence or
// another place, and of decoys that only mention one.
#pragma once

#include <iosfwd>
#include <span>

#include "classifier/learned/effect_evaluation.h"

namespace mcprisk::cli {

// By half and by kind; lists up to `mistakes` definitions that were misunderstood.
void print_effects(std::ostream& out,
                   std::span<const classifier::EffectJudged> judged,
                   const classifier::EffectEvaluation& evaluation,
                   std::size_t mistakes);

}  // namespace mcprisk::cli

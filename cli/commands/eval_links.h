// `eval GOLD --links FILE`: linked attacks against those that an expert named.
#pragma once

#include <iosfwd>
#include <span>

#include "classifier/attacks/link_evaluation.h"

namespace mcprisk::cli {

// Precision and recall of links and of legs of toxic combinations, then by attack; lists up to
// `mistakes` tools whose links differ.
void print_links(std::ostream& out,
                 std::span<const classifier::LinkJudged> judged,
                 const classifier::LinkEvaluation& evaluation,
                 std::size_t mistakes);

}  // namespace mcprisk::cli

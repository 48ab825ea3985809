// How `eval` shows verdicts against labels.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <span>

#include "classifier/learned/evaluation.h"

namespace mcprisk::cli {

// Summary, categories, confusion, reliability of both probabilities, and the `mistakes` surest
// wrong verdicts. `judged` are those that `e` was made of; tables fit into `columns`.
void print_evaluation(std::ostream& out,
                      const classifier::Evaluation& e,
                      std::span<const classifier::Judged> judged,
                      std::size_t mistakes,
                      std::size_t columns);

}  // namespace mcprisk::cli

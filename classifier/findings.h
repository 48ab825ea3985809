// What is wrong with a definition itself, whatever the tool does.
#pragma once

#include <vector>

#include "classifier/facts.h"
#include "classifier/judge.h"
#include "model/verdict.h"

namespace mcprisk::classifier {

// Sorted by field, then id. `judgement` is needed for contradictions and open parameters.
std::vector<Finding> find_faults(const RuleBook& book,
                                 const Facts& facts,
                                 const Judgement& judgement);

}  // namespace mcprisk::classifier

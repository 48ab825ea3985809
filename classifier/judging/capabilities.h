// Tags for what a call can touch; attacks are linked by them.
#pragma once

#include <vector>

#include "classifier/attacks/attacks.h"
#include "classifier/judging/judge.h"
#include "classifier/reading/facts.h"

namespace mcprisk::classifier {

// Sorted by tag, at most six, each with the word that produced it.
std::vector<Capability> capabilities_of(const RuleBook& book,
                                        const Facts& facts,
                                        const Judgement& judgement);

}  // namespace mcprisk::classifier

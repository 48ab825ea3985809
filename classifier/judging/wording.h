// A judgement in words: evidence, the one-sentence reason, and whether a rule had a say.
#pragma once

#include <string>
#include <vector>

#include "classifier/judging/judge.h"
#include "classifier/reading/facts.h"
#include "model/verdict.h"

namespace mcprisk::classifier {

std::vector<Evidence> write_evidence(const RuleBook& book,
                                     const Facts& facts,
                                     const Judgement& judgement,
                                     const Siblings& siblings);

std::string write_reason(const Facts& facts,
                         const Judgement& judgement,
                         const Siblings& siblings,
                         const std::vector<Evidence>& evidence);

// Whether `rule` takes part in reading `tool` alone, without a server. For the examples of rules.
bool rule_speaks(const RuleBook& book, RuleIndex rule, const Example& example);

}  // namespace mcprisk::classifier

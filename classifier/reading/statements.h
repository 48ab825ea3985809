// Statements of effect in prose: every verb that does more than look, in every sentence, with who
// does it, whether it happens, and under what condition.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "classifier/judging/rule_book.h"
#include "classifier/reading/picture.h"
#include "classifier/reading/words.h"

namespace mcprisk::classifier {

// `tokens` are those of `text`. Statements come in the order of the text, with rule, category and
// step of the verb alone; the views point into `text`. Linear in the number of tokens.
std::vector<Statement> read_statements(const RuleBook& book,
                                       std::string_view text,
                                       std::span<const Token> tokens,
                                       TextPlace place);

}  // namespace mcprisk::classifier

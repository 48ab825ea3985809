// What each source in a definition says of the category, before anything is weighed against
// anything.
#pragma once

#include <vector>

#include "classifier/judging/judge.h"

namespace mcprisk::classifier {

// In the order name, text, umbrella, selectors, parameters, phrases, hints.
std::vector<Piece> read_pieces(const RuleBook& book, const Facts& facts);

// Without what sentences behind the first state; for those who fit their weights.
std::vector<Piece> read_pieces_unstated(const RuleBook& book, const Facts& facts);

// Sums of weights by category.
CategoryScores scores_of(const std::vector<Piece>& pieces);

// The heaviest category, the more severe of equals; none if nothing speaks.
std::optional<Category> leading(const CategoryScores& scores);

// Whether the rule allows the main verb of the name or of the text.
bool verb_fits(const RuleBook& book, const Facts& facts, RuleIndex rule);

// Calls `take(rule, quoted text, source)` for each phrase found, words first, then regexes.
template <typename Take>
void for_each_phrase(const RuleBook& book, const Facts& facts, const Take& take) {
    for (const Hit& hit : facts.hits) take(hit.rule, hit.text, hit.source);
    const std::string_view description = facts.tool->description;
    for (const RuleIndex index : facts.regexes) {
        if (book.rule(index).kind != RuleKind::phrase) continue;
        const auto match = book.regex_find(index, description);
        if (!match) continue;
        take(index,
             description.substr(match->begin, match->end - match->begin),
             Hit::Source::description);
    }
}

}  // namespace mcprisk::classifier

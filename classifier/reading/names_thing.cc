#include "classifier/reading/names_thing.h"

#include <algorithm>
#include <span>

#include "classifier/reading/clause_words.h"
#include "classifier/reading/effect_verbs.h"

namespace mcprisk::classifier {

bool names_thing(const RuleBook& book, const Reading& reading) {
    constexpr std::size_t kMostNouns = 5;
    const std::size_t end = std::min(reading.sentence_end, reading.tokens.size());
    if (end < 2) return false;
    ClauseWords words(book, reading.text, std::span(reading.tokens).first(end));
    words.enter(0, end);
    const auto told_apart = [&](std::size_t i) {
        return words.is(i, kOf | kRelative | kBy) || words.has_role(i, Role::preposition);
    };
    if (words.is(0, kRelative | kCondition) && !words.is(0, kItself)) return true;
    if (words.has_form(0, kGerund) || words.is(0, kItself | kSelfNoun | kReader)) return false;
    // "The file is removed"; "orders that were placed" is no clause.
    bool relative = false;
    for (std::size_t i = 1; i < end; ++i) {
        relative = relative || words.is(i, kRelative);
        if (!relative && words.is(i, kBeNow | kBeBare | kWill | kMay | kMust)) return false;
    }
    if (words.is(0, kPointer)) return true;
    for (std::size_t i = 0; i < std::min<std::size_t>(end, 3); ++i) {
        if (i + 1 < end && words.is(i + 1, kOf) && act_noun_at(words, i)) return false;
        if (!verb_at(words, i)) continue;
        if (i + 1 >= end || words.is_determiner(i + 1)) return false;
        if (i == 0 && !told_apart(1) && !words.has_form(1, kPast)) return false;
    }
    for (std::size_t i = 1; i < std::min(end, kMostNouns); ++i) {
        if (words.is(i, kPointer | kItself | kReader)) return false;
        if (words.is(i, kTo) && !words.is_determiner(i + 1)) return false;
        if (told_apart(i)) return true;
    }
    return false;
}

}  // namespace mcprisk::classifier

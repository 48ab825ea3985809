// Words that stand for an effect: verbs and nouns of the act, by the rules or, where those do not
// know the word, by the lexicon.
#pragma once

#include <cstdint>
#include <optional>

#include "classifier/reading/clause_words.h"
#include "model/category.h"
#include "model/lexicon/lexicon.h"

namespace mcprisk::classifier {

struct EffectVerb {
    RuleIndex rule = kNoRule;
    Category category = Category::read;
    lexicon::Effect effect = lexicon::Effect::none;
    int step = 0;
    std::uint8_t forms = 0;  // bits of Form
    std::uint8_t sure = 0;   // 3: means one thing; 1: depends on its object
    bool also_noun = false;
    bool foreign = false;
    bool parted = false;    // "tears the room down"
    std::size_t words = 1;  // "gets rid of" has three
    [[nodiscard]] bool clear() const { return sure == 3; }
};

// The verb that begins at word `i`, in the sentence that was entered.
std::optional<EffectVerb> verb_at(const ClauseWords& words, std::size_t i);

// "deletion", "removal": the verb that the noun at `i` stands for. None for what only looks.
std::optional<EffectVerb> act_noun_at(const ClauseWords& words, std::size_t i);

// The effect that a rule about verbs stands for.
lexicon::Effect effect_of_rule(const Rule& rule);

// The category of an effect where nothing is known about its object.
Category category_of(lexicon::Effect effect);

}  // namespace mcprisk::classifier

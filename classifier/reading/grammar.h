// Words that build sentences: who acts, whether it happens, under what condition. English, with the
// commonest of Spanish, Portuguese, French, German and Russian.
#pragma once

#include <cstdint>
#include <string_view>

namespace mcprisk::classifier {

// Bits; a word may have several.
enum GrammarWord : std::uint32_t {
    kItself = 1U << 0U,      // it, this: the tool itself
    kSelfNoun = 1U << 1U,    // tool, function, call: the tool itself after "this", "each"
    kBeNow = 1U << 2U,       // is, are, gets
    kBeBare = 1U << 3U,      // be, get
    kBeBefore = 1U << 4U,    // was, been: a state reached earlier
    kWill = 1U << 5U,        // will, shall, does
    kMay = 1U << 6U,         // may, might, could, can
    kMust = 1U << 7U,        // must, should, would: what somebody ought to do
    kNot = 1U << 8U,         // not, never, no, nothing, without
    kCondition = 1U << 9U,   // if, when, until
    kRelative = 1U << 10U,   // that, which, who
    kReader = 1U << 11U,     // you, please
    kOthers = 1U << 12U,     // users, admins, they, owners
    kAnd = 1U << 13U,        // and, then, plus
    kBut = 1U << 14U,        // but, however
    kAlso = 1U << 15U,       // also, then, permanently: between subject and verb
    kPointer = 1U << 16U,    // this, the, each, every, a
    kCauses = 1U << 17U,     // causes, triggers, includes: before a noun of effect
    kServes = 1U << 18U,     // used, able, designed: before "to"
    kTo = 1U << 19U,
    kBy = 1U << 20U,
    kEffectHead = 1U << 21U, // effect, note, warning: a heading before an effect
    kReflexive = 1U << 22U,  // se: "se elimina"
    kOf = 1U << 23U,
    kMoney = 1U << 24U,       // what money is taken from or paid for
    kSection = 1U << 25U,     // a heading of a docstring about inputs
    kSectionEnd = 1U << 26U,  // one that ends it
};

// The bits of a word in any case, 0 if it is none of these.
std::uint32_t grammar_of(std::string_view word);

// The verb that a noun of effect stands for ("deletion": "delete"), empty if it is none.
std::string_view verb_of_noun(std::string_view word);

}  // namespace mcprisk::classifier

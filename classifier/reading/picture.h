// What one definition says, read once: statements of effect with who does it and how sure the text
// is, the objects they act on, and the calls that a selector or switch tells apart. Category,
// level, sentences, capabilities and attack links are made from it; findings read their own
// records.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "classifier/judging/rule.h"
#include "classifier/reading/words.h"
#include "model/category.h"
#include "model/lexicon/lexicon.h"

namespace mcprisk::classifier {

using lexicon::Effect;

// Where in a definition something was read.
enum class TextPlace : std::uint8_t {
    name,
    title,
    description,
    parameter,  // name, text or choices of an input
    output,     // the output schema
    server,     // what the server says of itself
};
std::string_view to_string(TextPlace place);

// Who does what a statement says.
enum class Actor : std::uint8_t { tool, result, caller, somebody, other_tool };
enum class Voice : std::uint8_t { active, passive, noun };
// `does`: an effect of each call; `can`: of a call with certain arguments; `purpose`: what it is
// for; `mention`: named in passing ("deleted users are included"), no effect of a call.
enum class Mode : std::uint8_t { does, can, purpose, mention };

// How the words lead to the verb.
enum class Opening : std::uint8_t {
    start,       // it opens a sentence: "Removes the originals afterwards."
    item,        // it opens an item of a list
    joined,      // "… and deletes it", ", then deletes it"
    self,        // "it also deletes", "this tool deletes", "calling it deletes"
    thing,       // "the originals are deleted"
    participle,  // ", deleting the originals"
    noun,        // "deletion of the originals"
    purpose,     // "used to delete"
    script,      // in a language without blanks
    loose,       // any other place in a sentence
};

// The kind of word that stands before the verb (adverbs passed over) or after it.
enum class Beside : std::uint8_t {
    none,  // the sentence or the clause begins or ends there
    comma,
    conjunction,
    self,   // "it", "this tool"
    other,  // "users", "admins"
    reader,
    will,
    may,
    must,
    denial,
    to,
    be,
    be_bare,
    be_before,
    relative,
    condition,
    pointer,  // "the", "each"
    of,
    by,
    preposition,
    number,
    serves,
    verb,
    joint,  // a part of the same word, with a sign between
    word,
};

// What stands around the verb of a statement, as a bit each.
enum Around : std::uint32_t {
    kDenialBefore = 1U << 0U,  // before: in the same sentence, in front of the verb
    kDenialAfter = 1U << 1U,
    kReaderBefore = 1U << 2U,
    kReaderAfter = 1U << 3U,
    kOthersBefore = 1U << 4U,
    kMustBefore = 1U << 5U,
    kMayBefore = 1U << 6U,
    kConditionBefore = 1U << 7U,
    kConditionAfter = 1U << 8U,
    kRelativeBefore = 1U << 9U,
    kSelfBefore = 1U << 10U,
    kPastBefore = 1U << 11U,    // "was", "been"
    kWillBefore = 1U << 12U,
    kIdentifier = 1U << 13U,    // a name with a sign inside stands in the sentence
    kQuoted = 1U << 14U,        // a quotation mark stands right before or after
    kColonBefore = 1U << 15U,
    kHeadingBefore = 1U << 16U,  // "Side effects:"
    kMoneyAfter = 1U << 17U,
    kByAfter = 1U << 18U,
    kPreposition = 1U << 19U,   // before, in the same clause
    kOtherVerb = 1U << 20U,     // of an effect, in the same sentence before
    kBracketed = 1U << 21U,
    kItemOfList = 1U << 22U,
    kEventWord = 1U << 23U,     // "also", "then", "permanently" near the verb
    kEndWord = 1U << 24U,       // "permanently", "for ever"
    kCommaAfter = 1U << 25U,    // commas on both sides: an enumeration
    kGerundBefore = 1U << 26U,  // the clause begins with "-ing"
    kCapital = 1U << 27U,       // the verb is written with a capital inside a sentence
};
inline constexpr std::size_t kAroundBits = 28;

struct Surroundings {
    std::uint8_t form = 0;       // of the verb, as enum Form of words.h; 0 for a noun
    std::uint8_t text_form = 0;  // of the verb that begins the text
    Beside before = Beside::none;
    Beside after = Beside::none;
    std::uint8_t words_before = 0;  // in its clause, at most 255
    std::uint32_t around = 0;       // bits of Around
};

struct Statement {
    Effect effect = Effect::none;
    Category category = Category::read;
    int step = 0;              // of the level, as the rule has it
    RuleIndex rule = kNoRule;  // that knows the verb with its object
    WordId verb = kUnknown;
    TextPlace place = TextPlace::description;
    Actor actor = Actor::tool;
    Voice voice = Voice::active;
    Opening lead = Opening::start;
    Mode mode = Mode::does;
    bool negated = false;
    std::uint8_t sure = 3;       // of the verb: 3 means one thing, 1 depends on its object
    bool also_noun = false;      // the word is a thing as well
    bool conditional = false;    // only under a condition that the text names
    bool happens = false;        // "is then", "will be", "each call": an event, not a state
    bool several = false;        // words make up the verb: "gets rid of"
    bool definite = false;       // its object is "the", "your", "each" …
    bool foreign = false;        // the verb is not English
    Surroundings near;
    std::uint16_t sentence = 0;  // counted from 0 within its text
    std::string_view quote;      // the words, into the tool
    std::string_view object;     // the noun phrase acted on, may be empty
    std::string_view head;       // its last word

    // Whether a call has this effect by what the text says.
    [[nodiscard]] bool counts() const {
        return actor == Actor::tool && mode != Mode::mention && !negated;
    }
};

struct ObjectSeen {
    std::string_view phrase;  // as written, into the tool
    TextPlace place = TextPlace::name;
    lexicon::Object object;
};

// One of the calls that a tool documents, told apart by an argument.
struct Call {
    std::string path;        // of the parameter
    std::string_view value;  // of the selector, or "true" of a switch
    Effect effect = Effect::none;
    Category category = Category::read;
    int step = 0;
};

struct Picture {
    std::vector<Statement> statements;  // in the order of the text
    std::vector<ObjectSeen> objects;    // name, description, parameters
    std::vector<Call> calls;            // empty if there is but one call
};

}  // namespace mcprisk::classifier

// One rule file, read and checked for its form. docs/classifier.md describes the fields of each
// kind.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "model/base/diagnostics.h"
#include "model/base/embedded.h"
#include "model/category.h"
#include "model/tool.h"

namespace mcprisk::classifier {

using RuleIndex = std::uint16_t;  // into the rules, sorted by id
inline constexpr RuleIndex kNoRule = 0xffff;

// Whether rules are examined when they are loaded: their patterns, and the examples inside them.
// Rules from outside need it; those built into the program went through it in its tests, and every
// start would pay for it again.
enum class RuleExamples : std::uint8_t { run, trusted };

enum class RuleKind : std::uint8_t {
    verb,         // a word for what a call does
    noun,         // what a name without a verb stands for
    verb_object,  // a verb means something else with these objects
    level,        // words that move the risk level of a category
    phrase,       // a stated effect or restraint in the description
    parameter,    // an input that shows what a call can do
    finding,      // text that attacks the reader
    capability,   // a tag for linking attacks
    lexicon,      // words the heuristics in code need to know
    vocabulary,   // words that the patterns of findings share
};

// Where a level rule looks. `head` is the last word of the direct object.
enum Place : std::uint8_t {
    kHead = 1,
    kObject = 2,
    kName = 4,
    kSentence = 8,  // the first sentence of the description
    kText = 16,     // the whole description
    kServer = 32,   // id, title and description of the server
    kParameter = 64,
    kFrom = 128,  // what the object is taken from
};

// The parts of speech that code asks about; closed, a lexicon rule must name one.
enum class Role : std::uint8_t {
    lead,  // may stand before the main verb: "this tool allows you to"
    determiner,
    preposition,
    subordinator,
    coordinator,
    negation,
    adverb,
    quantifier,   // "list of", "number of": the object follows
    readout,      // a last word that makes what is before it a noun: order_history
    selector,     // parameters whose choices are actions
    noise,        // says nothing in a name: api, mcp, tool, v2
    chrome,       // page furniture that got into a description
    flag,         // optional switches that make a call more severe
    instrument,   // "use": what for says the act
    question,     // "should", "is": a name that asks
    reassurance,  // what authors say to make a tool look mild; never learned from
};
inline constexpr std::size_t kRoles = 16;

// Whether a word means one thing only. Weak words lose against any other evidence.
enum class Strength : std::uint8_t { weak, plain, strong };

struct Says {
    std::optional<Category> category;
    int risk = 0;  // steps from the base level, -2…2
    std::string capability;
    std::string finding;
    RiskLevel severity = RiskLevel::low;
    bool claim = false;  // what the author says to make the tool look milder
};

struct Example {
    Tool tool;
    std::string server;  // what the server says of itself
    std::string text;    // as written in the file, for messages
};

struct Rule {
    std::string id;
    RuleKind kind = RuleKind::verb;
    std::string why;
    std::vector<std::string> words;    // verbs, nouns, phrases or parameter names
    std::vector<std::string> verbs;    // verb-object, capability, level
    std::vector<std::string> objects;  // verb-object, capability
    std::string regex;
    std::vector<std::string> all;                // finding: patterns that must stand in one passage
    std::vector<std::string> unless;             // finding: none of these in that passage
    std::vector<std::string> unless_tool;        // finding: none of these in name or description
    std::vector<std::vector<std::string>> cues;  // finding: of each list a word is in the passage
    std::vector<std::string> fields;             // finding: where it looks; empty for all text
    int within = 1;                    // finding: sentences of a passage; 0 for all of a field
    std::vector<Category> categories;  // the verdicts it applies to; empty for all
    std::uint8_t places = 0;
    Role role = Role::lead;
    Strength strength = Strength::strong;
    double weight = 1;       // of a parameter against names (1.0) and sentences (1.1)
    std::size_t least = 1;   // parameters that must match before one of them counts
    bool also_noun = false;  // "post", "order": position decides
    bool umbrella = false;   // "manage": other words say what it does
    bool free_text = false;  // parameter: only if no enum or pattern bounds it
    Says says;
    std::vector<Example> match;
    std::vector<Example> no_match;
    std::string json;       // canonical
    std::string says_text;  // for people
};

// The file's rule, or nothing after its faults went into `diagnostics`. Patterns of trusted rules
// are not tried out.
std::optional<Rule> read_rule(const EmbeddedFile& file,
                              Diagnostics& diagnostics,
                              RuleExamples examples = RuleExamples::run);

std::string_view to_string(RuleKind kind);

}  // namespace mcprisk::classifier

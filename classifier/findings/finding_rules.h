// The rules of kind "finding", compiled: vocabularies put into patterns, and a gate before them.
// docs/findings.md describes the files.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "classifier/findings/word_gate.h"
#include "classifier/judging/rule.h"
#include "classifier/reading/definition_texts.h"
#include "model/base/regex.h"

namespace mcprisk::classifier {

// Where a rule found its passage, in bytes of the text as it stands in the definition.
struct Passage {
    RuleIndex rule = kNoRule;
    std::size_t begin = 0;
    std::size_t end = 0;
};

// What a tool is about, for rules that some tools have good reason to trip: its name in words, and
// with it the first sentence of its description.
struct Subject {
    explicit Subject(const Tool& tool);
    std::string name;
    std::string topic;
    std::vector<std::string_view> parameters;  // their names, sorted; views into the tool
};

// Immutable once made. Safe to share between threads.
class FindingRules {
  public:
    // `rules` is what RuleIndex counts. Faults of patterns and unknown vocabularies are reported.
    // Those of trusted rules are not examined but compiled when they are first used.
    static std::optional<FindingRules> make(std::span<const Rule> rules,
                                            Diagnostics& diagnostics,
                                            RuleExamples examples = RuleExamples::run);

    // Whether any rule could find anything in this text; false is certain.
    [[nodiscard]] bool may_speak(std::string_view text) const;
    // Whether any text inside this one may speak; false is certain.
    [[nodiscard]] bool may_hold(std::string_view texts) const;

    // The passages that rules find in one text of `tool`.
    [[nodiscard]] std::vector<Passage> find(const DefinitionText& text,
                                            const Tool& tool,
                                            const Subject& about) const;

    // Whether the rule finds anything in this tool. For the examples of rules.
    [[nodiscard]] bool speaks(RuleIndex rule, const Tool& tool) const;

  private:
    struct Pattern {
        RuleIndex rule = 0;
        WordGate::Mask need;
        WordGate::Mask starts{};         // of starts_: literals that begin matches of `all`
        std::size_t key = 0;             // the group of `need` with the fewest words
        std::vector<std::size_t> order;  // of `all`, the cheapest first
        std::vector<Regex> all;
        std::vector<Regex> unless;
        std::vector<Regex> unless_tool;
        std::uint8_t kinds = 0;  // bit per TextKind
        std::size_t within = 1;
    };
    class Compiler;

    // Whether every group that the pattern needs is there.
    static bool has_all(const WordGate::Mask& found, const Pattern& pattern) {
        return found.test(pattern.key) && (found & pattern.need) == pattern.need;
    }

    WordGate gate_;
    WordGate starts_;
    std::vector<Pattern> patterns_;
};

}  // namespace mcprisk::classifier

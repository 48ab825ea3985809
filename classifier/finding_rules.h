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

#include "classifier/definition_texts.h"
#include "classifier/rule.h"
#include "classifier/word_gate.h"
#include "model/regex.h"

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
};

// Immutable once made. Safe to share between threads.
class FindingRules {
  public:
    // `rules` is what RuleIndex counts. Faults of patterns and unknown vocabularies are reported;
    // of trusted rules the patterns are compiled when they are first needed.
    static std::optional<FindingRules> make(std::span<const Rule> rules,
                                            Diagnostics& diagnostics,
                                            RuleExamples examples);

    // Some of the rules.
    using Candidates = std::vector<std::uint16_t>;
    // Those that could find anything in a definition or a part of it; none if nothing could.
    [[nodiscard]] Candidates candidates(std::string_view text) const;
    [[nodiscard]] const Candidates& everyone() const { return everyone_; }

    // The passages that the candidates find in one text of `tool`.
    [[nodiscard]] std::vector<Passage> find(const DefinitionText& text,
                                            const Tool& tool,
                                            const Subject& about,
                                            const Candidates& candidates) const;

    // Whether the rule finds anything in this tool. For the examples of rules.
    [[nodiscard]] bool speaks(RuleIndex rule, const Tool& tool) const;

  private:
    struct Pattern {
        RuleIndex rule = 0;
        WordGate::Mask need;    // in the text
        WordGate::Mask starts;  // in the passage, besides: of the literals that begin a match
        std::vector<Regex> all;
        std::vector<std::size_t> order;  // of `all`, the cheapest first
        std::vector<Regex> unless;
        std::vector<Regex> unless_tool;
        std::uint8_t kinds = 0;  // bit per TextKind
        std::size_t within = 1;
    };
    class Compiler;

    struct Passages;

    WordGate gate_;          // for text as it is defined
    WordGate exact_;         // for the sentences of plain text
    WordGate::Mask quoted_;  // groups with characters that a definition in JSON escapes
    std::vector<Pattern> patterns_;
    Candidates everyone_;  // that looks at definitions
};

}  // namespace mcprisk::classifier

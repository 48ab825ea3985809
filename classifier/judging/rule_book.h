// All rules, compiled into tables that one pass over a text can use.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "classifier/findings/finding_rules.h"
#include "classifier/judging/rule.h"
#include "classifier/reading/words.h"
#include "model/base/regex.h"

namespace mcprisk::classifier {

// Words that one rule looks for side by side.
struct Phrase {
    WordId second = kUnknown;   // of a phrase of several words
    std::vector<WordId> words;  // of three or more: all
    std::uint16_t length = 1;   // in words
    RuleIndex rule = 0;
    bool plural = false;  // the last word must not be singular
};

struct WordInfo {
    RuleIndex verb = kNoRule;
    RuleIndex noun = kNoRule;
    std::uint32_t roles = 0;      // bit per Role
    std::vector<Phrase> phrases;  // those that begin with this word, longest first
};

struct ParameterName {
    std::vector<RuleIndex> rules;
    bool selector = false;
    bool flag = false;
};

// Immutable once made. Holds no reference to what it was made from.
class RuleBook {
  public:
    // Rules that name the same word twice in one kind are reported.
    // Patterns of trusted rules are compiled when they are first used.
    static std::optional<RuleBook> make(std::vector<Rule> rules,
                                        Diagnostics& diagnostics,
                                        RuleExamples examples = RuleExamples::run);

    [[nodiscard]] const Lexicon& lexicon() const { return lexicon_; }
    [[nodiscard]] const std::vector<Rule>& rules() const { return rules_; }
    [[nodiscard]] const Rule& rule(RuleIndex index) const { return rules_[index]; }
    [[nodiscard]] const WordInfo& info(WordId word) const { return words_[word]; }
    [[nodiscard]] bool has(const Token& token, Role role) const {
        return (words_[token.word].roles >> static_cast<unsigned>(role) & 1U) != 0;
    }
    // Whether the rule lists this verb; true if it lists none.
    [[nodiscard]] bool allows_verb(RuleIndex rule, WordId verb) const;
    // What rules say of a parameter, by its name in lower-case words with blanks; nullptr if
    // nothing.
    [[nodiscard]] const ParameterName* parameter_name(const std::string& name) const;
    // Capability rules that need no object or word.
    [[nodiscard]] std::span<const RuleIndex> wordless_capabilities() const { return wordless_; }

    [[nodiscard]] const FindingRules& findings() const { return findings_; }

    // Rules with a regex that match, sorted. Those of findings are not among them.
    void regex_matches(std::string_view text, std::vector<RuleIndex>& out) const;
    [[nodiscard]] std::optional<RegexMatch> regex_find(RuleIndex rule, std::string_view text) const;

  private:
    void add_words(RuleIndex index, Diagnostics& diagnostics);
    void add_phrase(RuleIndex index, std::string_view words);
    bool compile_regexes(Diagnostics& diagnostics, RuleExamples examples);
    WordInfo& make_word(std::string_view lemma);

    Lexicon lexicon_;
    std::vector<Rule> rules_;
    std::vector<WordInfo> words_;
    std::vector<std::vector<WordId>> verbs_;  // by rule, sorted
    std::unordered_map<std::string, ParameterName> parameters_;
    std::vector<RuleIndex> wordless_;
    std::vector<RuleIndex> regex_rules_;
    std::vector<Regex> regexes_;
    std::optional<RegexSet> regex_set_;
    FindingRules findings_;
};

// "sourceFilePath" as "source file path".
std::string spaced_name(std::string_view name);

}  // namespace mcprisk::classifier

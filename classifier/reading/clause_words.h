// The words of one text with what each builds sentences with, looked up once, and the questions
// that are asked about the clause a word stands in.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "classifier/judging/rule_book.h"
#include "classifier/reading/grammar.h"
#include "classifier/reading/words.h"

namespace mcprisk::classifier {

// Views into text and tokens, which must outlive it. Every question looks at a bounded number of
// words. Positions are those of the tokens; `end()` of the sentence means "none".
class ClauseWords {
  public:
    ClauseWords(const RuleBook& book, std::string_view text, std::span<const Token> tokens);

    // The sentence that the questions are about.
    void enter(std::size_t begin, std::size_t end) {
        begin_ = begin;
        end_ = end;
    }
    [[nodiscard]] std::size_t begin() const { return begin_; }
    [[nodiscard]] std::size_t end() const { return end_; }
    [[nodiscard]] std::size_t size() const { return tokens_.size(); }

    [[nodiscard]] const RuleBook& book() const { return book_; }
    [[nodiscard]] std::string_view text() const { return text_; }
    [[nodiscard]] const Token& token(std::size_t i) const { return tokens_[i]; }
    [[nodiscard]] Gap gap(std::size_t i) const { return tokens_[i].gap; }
    [[nodiscard]] bool has_form(std::size_t i, std::uint8_t forms) const {
        return (tokens_[i].forms & forms) != 0;
    }
    [[nodiscard]] bool has_role(std::size_t i, Role role) const {
        return book_.has(tokens_[i], role);
    }
    [[nodiscard]] std::string_view word(std::size_t i) const {
        return text_.substr(tokens_[i].begin, tokens_[i].end - tokens_[i].begin);
    }
    // What stands between a word and the one before it.
    [[nodiscard]] std::string_view between(std::size_t i) const {
        const std::size_t from = i == 0 ? 0 : tokens_[i - 1].end;
        return text_.substr(from, tokens_[i].begin - from);
    }
    [[nodiscard]] bool is(std::size_t i, std::uint32_t bits) const {
        return (grammar_[i] & bits) != 0;
    }
    [[nodiscard]] const Rule* verb_rule(std::size_t i) const {
        const RuleIndex rule = book_.info(tokens_[i].word).verb;
        return rule == kNoRule ? nullptr : &book_.rule(rule);
    }
    // Whether a comma or more stands before the word; quotes and brackets are no break.
    [[nodiscard]] bool breaks(std::size_t i) const {
        return tokens_[i].gap >= Gap::comma && tokens_[i].gap != Gap::bracket;
    }

    // A sentence begins: after a full stop, with a mark of a list, or on a new line with a capital.
    [[nodiscard]] bool starts_sentence(std::size_t i) const;
    // The sentence is an item of a list: after a mark, a number, "(a)" or a semicolon.
    [[nodiscard]] bool starts_item(std::size_t i) const;

    // The word before `i` that is no adverb, or end() if the clause begins there.
    [[nodiscard]] std::size_t before(std::size_t i) const;
    [[nodiscard]] std::size_t clause_begin(std::size_t i) const;
    [[nodiscard]] bool has_before(std::size_t i, std::uint32_t bits) const;
    // The effect at `i` is denied: "does not delete or modify"; but not "does not ask and deletes".
    [[nodiscard]] bool is_negated(std::size_t i) const;
    // "When the export ends, …": a condition in an earlier clause of the sentence.
    [[nodiscard]] bool stands_under_condition(std::size_t i) const;
    [[nodiscard]] bool follows_condition(std::size_t i) const {
        return has_before(i, kCondition | kRelative);
    }

    // The word names the tool itself: "it", "this tool", "each call".
    [[nodiscard]] bool is_self(std::size_t at) const;
    // "it" as the subject: at the start of a clause, not "about it deletes".
    [[nodiscard]] bool is_self_start(std::size_t at) const;
    [[nodiscard]] bool is_determiner(std::size_t at) const;
    // A name with a sign inside, as other tools and parameters have.
    [[nodiscard]] bool names_identifier(std::size_t from, std::size_t to) const;
    [[nodiscard]] bool names_money(std::size_t i) const;
    // What follows word `i` shows that it is a verb and not a plural or a heading.
    [[nodiscard]] bool has_object(std::size_t i) const;
    // Whether the clause of the word begins after a comma, adverbs passed over.
    [[nodiscard]] bool clause_comma(std::size_t i) const;
    // "and", "then", "&&" or a comma stands before the word, clitics passed over.
    [[nodiscard]] bool joins(std::size_t i) const;
    [[nodiscard]] bool has_verb_between(std::size_t from, std::size_t to) const;
    // "Returns whether the file is deleted": another verb governs the clause.
    [[nodiscard]] bool main_verb_before(std::size_t from, std::size_t to) const;
    // The sentence tells the reader what to do.
    [[nodiscard]] bool speaks_to_reader() const;

  private:
    const RuleBook& book_;
    std::string_view text_;
    std::span<const Token> tokens_;
    std::vector<std::uint32_t> grammar_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace mcprisk::classifier

#include "classifier/reading/clause_words.h"

#include <algorithm>

namespace mcprisk::classifier {
namespace {

constexpr std::size_t kMostBack = 40;  // words of a clause looked at before a verb

bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

ClauseWords::ClauseWords(const RuleBook& book, std::string_view text, std::span<const Token> tokens)
    : book_(book), text_(text), tokens_(tokens) {
    grammar_.reserve(tokens.size());
    for (std::size_t i = 0; i < tokens.size(); ++i) grammar_.push_back(grammar_of(word(i)));
}

bool ClauseWords::starts_sentence(std::size_t i) const {
    if (tokens_[i].gap == Gap::sentence) return true;
    if (tokens_[i].gap < Gap::comma) return false;
    if (starts_item(i)) return true;
    const std::string_view gap = between(i);
    if (gap.find('\n') == std::string_view::npos) return false;
    if (gap.find_first_of("-*#>=") != std::string_view::npos) return true;
    const char first = text_[tokens_[i].begin];
    return (first >= 'A' && first <= 'Z') || is_ascii_digit(first);
}

bool ClauseWords::starts_item(std::size_t i) const {
    const std::string_view gap = between(i);
    if (gap.find(';') != std::string_view::npos) return true;
    // A dash or bullet of a list, "\xe2\x80\x93" among them, with blanks or a line around it.
    const bool marked = gap.find_first_of("*-") != std::string_view::npos ||
                        gap.find("\xe2\x80") != std::string_view::npos;
    if (marked && !gap.empty() && (i == 0 || gap.front() == '\n')) return true;
    if (marked && gap.size() > 2 && gap.find("\xe2\x80\x93") != std::string_view::npos) return true;
    if (i == 0) return false;
    // "1) look", "(c) force-push"
    const std::string_view mark = word(i - 1);
    if (mark.size() > 2 || gap.find(')') == std::string_view::npos) return false;
    return is_ascii_digit(mark.front()) || (mark.size() == 1 && between(i - 1).ends_with("("));
}

std::size_t ClauseWords::before(std::size_t i) const {
    while (i > begin_) {
        if (breaks(i)) return end_;
        --i;
        if (is(i, kAnd | kBut)) return i;
        if (is(i, kAlso) || has_role(i, Role::adverb) || word(i).ends_with("ly")) continue;
        return i;
    }
    return end_;
}

std::size_t ClauseWords::clause_begin(std::size_t i) const {
    std::size_t at = i;
    while (at > begin_ && i - at < kMostBack) {
        if (at != i && breaks(at)) break;
        if (at == i && gap(at) >= Gap::colon) break;
        if (is(at - 1, kBut)) break;
        --at;
    }
    return at;
}

bool ClauseWords::has_before(std::size_t i, std::uint32_t bits) const {
    for (std::size_t at = clause_begin(i); at < i; ++at) {
        if (is(at, bits)) return true;
    }
    return false;
}

bool ClauseWords::is_negated(std::size_t i) const {
    const std::size_t from = clause_begin(i);
    const bool bare = has_form(i, kBase);
    for (std::size_t at = i; at > from; --at) {
        const std::size_t k = at - 1;
        if (is(k, kAnd) && !bare && k + 1 < i && has_form(i, kThird)) return false;
        if (is(k, kNot) || has_role(k, Role::negation)) return true;
    }
    return false;
}

bool ClauseWords::stands_under_condition(std::size_t i) const {
    const std::size_t from = clause_begin(i);
    for (std::size_t at = begin_; at < from; ++at) {
        if (is(at, kCondition)) return true;
    }
    return false;
}

bool ClauseWords::is_self(std::size_t at) const {
    if (is(at, kItself)) return true;
    if (!is(at, kSelfNoun)) return false;
    if (at == begin_ || at == clause_begin(at)) return false;
    return is(at - 1, kPointer | kItself | kSelfNoun);
}

bool ClauseWords::is_self_start(std::size_t at) const {
    return at == clause_begin(at + 1) || at == begin_ || is(at - 1, kAnd | kBut | kAlso) ||
           gap(at) >= Gap::comma;
}

bool ClauseWords::is_determiner(std::size_t at) const {
    return at < end_ && gap(at) < Gap::comma &&
           (has_role(at, Role::determiner) || is(at, kPointer) || is(at, kItself));
}

bool ClauseWords::names_identifier(std::size_t from, std::size_t to) const {
    for (std::size_t at = from + 1; at < to; ++at) {
        if (gap(at) == Gap::joint && between(at) == "_") return true;
    }
    return false;
}

bool ClauseWords::names_money(std::size_t i) const {
    for (std::size_t at = i + 1; at < std::min(end_, i + 7); ++at) {
        if (is(at, kMoney)) return true;
        if (between(at).find('$') != std::string_view::npos) return true;
    }
    return false;
}

bool ClauseWords::has_object(std::size_t i) const {
    if (i + 1 >= end_ || breaks(i + 1)) return false;
    if (is(i + 1, kBeNow | kBeBare | kBeBefore | kMay | kMust | kWill | kOf | kAnd)) return false;
    return !has_role(i + 1, Role::preposition) || is(i + 1, kTo);
}

bool ClauseWords::clause_comma(std::size_t i) const {
    for (std::size_t at = i; at > begin_ && i - at < 4; --at) {
        if (gap(at) == Gap::comma) return true;
    }
    return false;
}

bool ClauseWords::joins(std::size_t i) const {
    for (std::size_t at = i; at > begin_ && i - at < 4; --at) {
        if (gap(at) == Gap::comma || between(at).find("&&") != std::string_view::npos) return true;
        if (is(at - 1, kAnd)) return true;
        if (!is(at - 1, kAlso | kPointer)) return false;
    }
    return false;
}

bool ClauseWords::has_verb_between(std::size_t from, std::size_t to) const {
    for (std::size_t at = from + 1; at < to; ++at) {
        if (is(at, kBeNow | kBeBefore | kBeBare | kWill | kMay)) return true;
        if (tokens_[at].word == kUnknown) {
            if (at > from + 1 && (word(at).ends_with("s") || word(at).ends_with("ed"))) return true;
            continue;
        }
        if (verb_rule(at) != nullptr && has_form(at, kThird | kPast)) return true;
    }
    return false;
}

bool ClauseWords::main_verb_before(std::size_t from, std::size_t to) const {
    if (from >= to) return false;
    const Rule* rule = verb_rule(from);
    return rule != nullptr && !rule->also_noun && from + 1 < to && has_form(from, kThird | kBase) &&
           !is(from + 1, kBeNow);
}

bool ClauseWords::speaks_to_reader() const {
    for (std::size_t at = begin_; at < end_; ++at) {
        if (is(at, kReader)) return true;
        const std::string_view one = word(at);
        if (one == "first" || one == "before" || one == "instead" || one == "use") return true;
    }
    return names_identifier(begin_, end_);
}

}  // namespace mcprisk::classifier

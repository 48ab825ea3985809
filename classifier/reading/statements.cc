#include "classifier/reading/statements.h"

#include <algorithm>

#include "classifier/reading/scripts.h"
#include "classifier/reading/statement_reader.h"

namespace mcprisk::classifier {
namespace {

constexpr std::size_t kMostStatements = 64;
constexpr std::size_t kMostLoose = 48;  // leaves room for those that grammar tells
constexpr std::size_t kMostObjectWords = 8;
// Longer ones are cut, so that questions about a sentence cost no more than this for each word.
constexpr std::size_t kLongestSentence = 160;  // in words

}  // namespace

std::vector<Statement> StatementReader::read() {
    std::size_t begin = 0;
    while (begin < words_.size() && out_.size() < kMostStatements) {
        std::size_t end = begin + 1;
        while (end < words_.size() && end - begin < kLongestSentence &&
               !words_.starts_sentence(end)) {
            ++end;
        }
        read_sentence(begin, end);
        if (sentence_ < 0xffff) ++sentence_;
        begin = end;
    }
    return std::move(out_);
}

void StatementReader::read_sentence(std::size_t begin, std::size_t end) {
    words_.enter(begin, end);
    accepted_ = false;
    lead_form_ = 0;
    item_ = words_.starts_item(begin);
    const bool heads = end - begin == 1 || words_.gap(begin + 1) >= Gap::colon ||
                       words_.between(begin + 1).find(':') != std::string_view::npos;
    if (words_.is(begin, kSection) && heads) in_arguments_ = true;
    if (words_.is(begin, kSectionEnd)) in_arguments_ = false;
    for (std::size_t i = begin; i < end && out_.size() < kMostStatements; ++i) {
        const bool cjk = is_cjk_at(words_.text(), words_.token(i).begin);
        const auto verb = verb_at(words_, i);
        if (!verb) {
            if (cjk) {
                read_cjk_run(i);
            } else {
                read_noun(i);
            }
        } else if (cjk) {
            read_cjk(i, *verb);
        } else {
            read_verb(i, *verb);
            i += verb->words - 1;
        }
    }
    if (sentence_ == 0) first_form_ = lead_form_;
}

void StatementReader::read_verb(std::size_t i, const EffectVerb& verb) {
    const auto inside_name = [&](std::size_t at) {
        return words_.gap(at) == Gap::joint && words_.between(at) == "_";
    };
    if (i > words_.begin() && inside_name(i)) return;
    if (i + 1 < words_.size() && inside_name(i + 1)) return;
    const std::size_t before = out_.size();
    if ((verb.forms & kPast) != 0 && read_passive(i, verb)) return;
    const bool finite = (verb.forms & kThird) != 0 || (verb.foreign && (verb.forms & kBase) != 0);
    if (finite && (read_third(i, verb) || (verb.foreign && read_foreign(i, verb)))) return;
    if ((verb.forms & kBase) != 0 && read_base(i, verb)) return;
    if ((verb.forms & kGerund) != 0) read_gerund(i, verb);
    if (out_.size() == before) read_noun(i);
    if (out_.size() == before) read_loose(i, verb);
}

// No grammar that is known tells that this happens; what stands around it may.
void StatementReader::read_loose(std::size_t i, const EffectVerb& verb) {
    if (verb.category == Category::read || out_.size() >= kMostLoose) return;
    Statement one = make(i, verb, Voice::active);
    one.lead = Opening::loose;
    one.mode = Mode::mention;
    push(std::move(one), i, verb.words);
}

Statement StatementReader::make(std::size_t i, const EffectVerb& verb, Voice voice) const {
    Statement one;
    one.rule = verb.rule;
    one.verb = words_.token(i).word;
    one.category = verb.category;
    one.step = verb.step;
    one.effect = verb.effect;
    one.sure = verb.sure;
    one.also_noun = verb.also_noun;
    one.several = verb.words > 1 || verb.parted;
    one.foreign = verb.foreign;
    one.voice = voice;
    one.place = in_arguments_ ? TextPlace::parameter : place_;
    one.sentence = sentence_;
    for (const std::uint8_t form : {kPast, kThird, kGerund, kBase}) {
        if (one.near.form == 0 && (verb.forms & form) != 0) one.near.form = form;
    }
    return one;
}

void StatementReader::set_span(Statement& one, std::size_t from, std::size_t to) const {
    while (from < to &&
           (words_.is(from, kPointer | kAlso | kAnd) || words_.has_role(from, Role::determiner))) {
        ++from;
    }
    if (from >= to) return;
    if (to - from > kMostObjectWords) from = to - kMostObjectWords;
    const std::size_t begin = words_.token(from).begin;
    one.object = words_.text().substr(begin, words_.token(to - 1).end - begin);
    one.head = words_.word(to - 1);
}

void StatementReader::push(Statement one, std::size_t i, std::size_t verb_words) {
    const std::size_t last = i + verb_words - 1;
    if (one.object.empty()) {
        std::size_t from = last + 1;
        while (from < words_.end() && (words_.has_role(from, Role::determiner) ||
                                       words_.is(from, kPointer | kOf | kAlso))) {
            ++from;
        }
        std::size_t to = from;
        while (to < std::min(words_.end(), from + kMostObjectWords)) {
            if (to > from && words_.gap(to) >= Gap::comma) break;
            if (words_.has_role(to, Role::preposition) || words_.has_role(to, Role::subordinator) ||
                words_.is(to, kAnd | kBeNow | kRelative | kCondition)) {
                break;
            }
            ++to;
        }
        if (from < to && (from == last + 1 || words_.gap(from) < Gap::colon)) {
            set_span(one, from, to);
        }
    }
    const char* begin = words_.text().data() + words_.token(i).begin;
    const char* end = words_.text().data() + words_.token(std::min(last, words_.end() - 1)).end;
    if (!one.object.empty()) {
        begin = std::min(begin, one.object.data());
        end = std::max(end, one.object.data() + one.object.size());
    }
    one.quote = {begin, static_cast<std::size_t>(end - begin)};
    one.near = surroundings_of(i, verb_words, one.near.form);
    if (one.counts()) accepted_ = true;
    out_.push_back(one);
}

std::string_view to_string(TextPlace place) {
    switch (place) {
        case TextPlace::name:
            return "name";
        case TextPlace::title:
            return "title";
        case TextPlace::description:
            return "description";
        case TextPlace::parameter:
            return "parameter";
        case TextPlace::output:
            return "output";
        case TextPlace::server:
            return "server";
    }
    return "description";
}

std::vector<Statement> read_statements(const RuleBook& book,
                                       std::string_view text,
                                       std::span<const Token> tokens,
                                       TextPlace place) {
    return StatementReader(book, text, tokens, place).read();
}

}  // namespace mcprisk::classifier

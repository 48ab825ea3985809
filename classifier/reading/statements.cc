#include "classifier/reading/statements.h"

#include <algorithm>
#include <array>
#include <optional>

#include "classifier/reading/grammar.h"
#include "classifier/reading/scripts.h"
#include "model/base/text.h"

namespace mcprisk::classifier {
namespace {

constexpr std::size_t kMostStatements = 64;
constexpr std::size_t kMostObjectWords = 8;
constexpr std::size_t kMostBack = 40;  // words of a clause looked at before its verb

// A word that stands for an effect, by the rules or, where they do not know it, by the lexicon.
struct Verb {
    RuleIndex rule = kNoRule;
    Category category = Category::read;
    Effect effect = Effect::none;
    int step = 0;
    std::uint8_t forms = 0;
    std::uint8_t sure = 0;  // 1 to 3
    bool also_noun = false;
    bool foreign = false;
    std::size_t words = 1;
    [[nodiscard]] bool clear() const { return sure == 3; }
};

std::uint8_t forms_of(lexicon::Form form) {
    switch (form) {
        case lexicon::Form::base:
            return kBase;
        case lexicon::Form::third:
            return kThird;
        case lexicon::Form::gerund:
            return kGerund;
        case lexicon::Form::past:
            return kPast;
        case lexicon::Form::noun:
            break;
    }
    return 0;
}

class StatementReader {
  public:
    StatementReader(const RuleBook& book,
                    std::string_view text,
                    std::span<const Token> tokens,
                    TextPlace place)
        : book_(book), text_(text), tokens_(tokens), place_(place) {}

    std::vector<Statement> read() {
        std::size_t begin = 0;
        while (begin < tokens_.size() && out_.size() < kMostStatements) {
            std::size_t end = begin + 1;
            while (end < tokens_.size() && !starts_sentence(end)) ++end;
            read_sentence(begin, end);
            if (sentence_ < 0xffff) ++sentence_;
            begin = end;
        }
        return std::move(out_);
    }

  private:
    [[nodiscard]] std::string_view word(std::size_t i) const {
        return text_.substr(tokens_[i].begin, tokens_[i].end - tokens_[i].begin);
    }
    [[nodiscard]] std::uint32_t grammar(std::size_t i) const { return grammar_of(word(i)); }
    [[nodiscard]] bool is(std::size_t i, std::uint32_t bits) const {
        return (grammar(i) & bits) != 0;
    }
    [[nodiscard]] const Rule* verb_rule(std::size_t i) const {
        const RuleIndex rule = book_.info(tokens_[i].word).verb;
        return rule == kNoRule ? nullptr : &book_.rule(rule);
    }
    [[nodiscard]] std::string_view between(std::size_t i) const {
        const std::size_t from = i == 0 ? 0 : tokens_[i - 1].end;
        return text_.substr(from, tokens_[i].begin - from);
    }

    // A new line begins a sentence if it begins with a mark of a list or a capital.
    [[nodiscard]] bool starts_sentence(std::size_t i) const {
        if (tokens_[i].gap == Gap::sentence) return true;
        if (tokens_[i].gap < Gap::line) return false;
        const std::string_view gap = between(i);
        if (gap.find('\n') == std::string_view::npos) return false;
        if (gap.find_first_of("-*#>=") != std::string_view::npos) return true;
        const char first = text_[tokens_[i].begin];
        return (first >= 'A' && first <= 'Z') || (first >= '0' && first <= '9');
    }

    [[nodiscard]] std::optional<Verb> verb_at(std::size_t i) const {
        std::array<std::string_view, 4> words;
        std::size_t count = 0;
        while (count < words.size() && i + count < end_ &&
               (count == 0 || tokens_[i + count].gap <= Gap::space)) {
            words[count] = word(i + count);
            ++count;
        }
        const Rule* rule = verb_rule(i);
        const bool known = rule != nullptr && rule->says.category;
        if (!known || count > 1) {
            const lexicon::Verb found = lexicon::find_verb(std::span(words).first(count));
            const bool helps = found.entry != nullptr && found.entry->form != lexicon::Form::noun &&
                               (found.words > 1 || (!known && tokens_[i].word == kUnknown));
            if (helps && category_of(found.entry->effect) != Category::read) {
                Verb verb;
                verb.effect = found.entry->effect;
                verb.category = category_of(verb.effect);
                verb.forms = forms_of(found.entry->form);
                verb.sure = found.entry->sure;
                verb.also_noun = found.entry->sure < 2;
                verb.foreign = found.entry->language != 0;
                verb.words = found.words;
                return verb;
            }
        }
        if (!known) return std::nullopt;
        Verb verb;
        verb.rule = book_.info(tokens_[i].word).verb;
        verb.category = *rule->says.category;
        verb.effect = effect_of_rule(*rule);
        verb.step = rule->says.risk;
        verb.forms = tokens_[i].forms;
        verb.sure = static_cast<std::uint8_t>(rule->strength == Strength::strong  ? 3
                                              : rule->strength == Strength::plain ? 2
                                                                                  : 1);
        verb.also_noun = rule->also_noun;
        verb.foreign = rule->id.find("foreign") != std::string::npos;
        return verb;
    }

    void read_sentence(std::size_t begin, std::size_t end) {
        begin_ = begin;
        end_ = end;
        accepted_ = false;
        const bool heads = end - begin == 1 || tokens_[begin + 1].gap >= Gap::colon ||
                           between(begin + 1).find(':') != std::string_view::npos;
        if (is(begin, kSection) && heads) in_arguments_ = true;
        if (is(begin, kSectionEnd)) in_arguments_ = false;
        for (std::size_t i = begin; i < end && out_.size() < kMostStatements; ++i) {
            const auto verb = verb_at(i);
            if (!verb) {
                read_noun(i);
            } else if (is_cjk_at(text_, tokens_[i].begin)) {
                read_cjk(i, *verb);
            } else {
                read_verb(i, *verb);
                i += verb->words - 1;
            }
        }
        if (sentence_ == 0) first_form_ = lead_form_;
    }

    // The word before `i` that is no adverb, or `end_`.
    [[nodiscard]] std::size_t before(std::size_t i) const {
        while (i > begin_) {
            if (tokens_[i].gap >= Gap::comma && tokens_[i].gap != Gap::bracket) return end_;
            --i;
            if (is(i, kAnd | kBut)) return i;
            if (is(i, kAlso) || book_.has(tokens_[i], Role::adverb) || word(i).ends_with("ly")) {
                continue;
            }
            return i;
        }
        return end_;
    }
    // Whether only adverbs stand between the verb and the start of its clause.
    [[nodiscard]] bool leads_clause(std::size_t i) const { return before(i) == end_; }

    [[nodiscard]] std::size_t clause_begin(std::size_t i) const {
        std::size_t at = i;
        while (at > begin_ && i - at < kMostBack) {
            if (at != i && tokens_[at].gap >= Gap::comma && tokens_[at].gap != Gap::bracket) break;
            if (at == i && tokens_[at].gap >= Gap::colon) break;
            if (is(at - 1, kBut)) break;
            --at;
        }
        return at;
    }

    // "does not delete or modify"; but "does not ask and deletes": the denial holds for bare forms.
    [[nodiscard]] bool is_negated(std::size_t i) const {
        const std::size_t from = clause_begin(i);
        const bool bare = (tokens_[i].forms & kBase) != 0;
        for (std::size_t at = i; at > from; --at) {
            const std::size_t k = at - 1;
            if (is(k, kAnd) && !bare && k + 1 < i && (tokens_[i].forms & kThird) != 0) return false;
            if (is(k, kNot) || book_.has(tokens_[k], Role::negation)) {
                // "without a filter, …" speaks of the call, not of the effect.
                return true;
            }
        }
        return false;
    }

    [[nodiscard]] bool has_before(std::size_t i, std::uint32_t bits) const {
        for (std::size_t at = clause_begin(i); at < i; ++at) {
            if (is(at, bits)) return true;
        }
        return false;
    }

    // A name with a sign inside, as other tools and parameters have.
    [[nodiscard]] bool names_identifier(std::size_t from, std::size_t to) const {
        for (std::size_t at = from + 1; at < to; ++at) {
            if (tokens_[at].gap != Gap::joint) continue;
            if (between(at) == "_") return true;
        }
        return false;
    }

    [[nodiscard]] bool follows_condition(std::size_t i) const {
        for (std::size_t at = clause_begin(i); at < i; ++at) {
            if (is(at, kCondition | kRelative)) return true;
        }
        return false;
    }
    // "When the export ends, …": a condition in an earlier clause of the sentence.
    [[nodiscard]] bool stands_under_condition(std::size_t i) const {
        const std::size_t from = clause_begin(i);
        for (std::size_t at = begin_; at < from; ++at) {
            if (is(at, kCondition)) return true;
        }
        return false;
    }

    [[nodiscard]] bool is_self(std::size_t at) const {
        if (is(at, kItself)) return true;
        if (!is(at, kSelfNoun)) return false;
        if (at == begin_ || at == clause_begin(at)) return false;
        return is(at - 1, kPointer | kItself) || is_self_gerund(at);
    }
    [[nodiscard]] bool is_self_gerund(std::size_t at) const {
        return at > begin_ && is(at - 1, kSelfNoun);
    }

    [[nodiscard]] bool is_determiner(std::size_t at) const {
        return at < end_ && tokens_[at].gap < Gap::comma &&
               (book_.has(tokens_[at], Role::determiner) || is(at, kPointer) ||
                is(at, kItself));
    }
    // What follows shows that the word is a verb and not a plural or a heading.
    [[nodiscard]] bool has_object(std::size_t i) const {
        if (i + 1 >= end_) return false;
        if (tokens_[i + 1].gap >= Gap::comma && tokens_[i + 1].gap != Gap::bracket) return false;
        if (is(i + 1, kBeNow | kBeBare | kBeBefore | kMay | kMust | kWill | kOf | kAnd)) return false;
        return !book_.has(tokens_[i + 1], Role::preposition) || is(i + 1, kTo);
    }

    void read_verb(std::size_t i, const Verb& verb) {
        const std::uint8_t forms = verb.forms;
        const bool foreign = verb.foreign;
        if (tokens_[i].gap == Gap::joint && i > begin_ && between(i) == "_") return;
        if (i + 1 < tokens_.size() && tokens_[i + 1].gap == Gap::joint && between(i + 1) == "_") {
            return;  // inside a name
        }
        if ((forms & kPast) != 0 && read_passive(i, verb)) return;
        if ((forms & kThird) != 0 || (foreign && (forms & kBase) != 0)) {
            if (read_third(i, verb)) return;
        }
        if ((forms & kBase) != 0 && read_base(i, verb)) return;
        if ((forms & kGerund) != 0) read_gerund(i, verb);
        if (out_.empty() || out_.back().sentence != sentence_) read_noun(i);
    }

    bool read_passive(std::size_t i, const Verb& verb) {
        const std::size_t aux = before(i);
        if (aux == end_ || aux >= i) {
            return false;
        }
        std::size_t be = aux;
        bool coordinated = false;
        if (is(be, kAnd) || tokens_[i].gap == Gap::comma) coordinated = true;
        if (!is(be, kBeNow | kBeBare | kBeBefore)) {
            // "is read and then deleted"
            if (!coordinated) return false;
            std::size_t at = be;
            while (at > begin_ && !is(at, kBeNow | kBeBare)) --at;
            if (!is(at, kBeNow | kBeBare) || i - at > 10) return false;
            be = at;
        }
        if (is(be, kBeBefore)) return false;
        Statement one = make(i, verb, Voice::passive);
        if (be == begin_) return false;
        if (is(be, kBeBare)) {
            const std::size_t modal = before(be);
            if (modal == end_) return false;
            if (is(modal, kWill)) {
                one.mode = Mode::does;
            } else if (is(modal, kMay) && lower_ascii(word(modal)) != "can") {
                one.mode = Mode::can;
            } else if (is(modal, kNot)) {
                one.negated = true;
            } else {
                one.mode = Mode::mention;
            }
        }
        const std::size_t from = clause_begin(be);
        for (std::size_t at = from; at < be; ++at) {
            const std::uint32_t bits = grammar(at);
            if ((bits & (kRelative)) != 0 && at > from && (bits & kItself) == 0) {
                // "Messages that were read are then deleted": the relative clause has its own verb.
                if (!has_verb_between(at, be)) one.mode = Mode::mention;
            }
            if ((bits & kRelative) != 0 && at == from && (bits & kItself) == 0) {
                one.mode = Mode::mention;
            }
            if ((bits & kCondition) != 0) {
                if (has_verb_between(at, be) && at > from) {
                    one.conditional = true;
                } else {
                    one.mode = Mode::mention;
                }
            }
        }
        one.happens = coordinated || is(be, kBeBare) || lower_ascii(word(be)) == "gets" ||
                      has_cue(from, i);
        one.negated = one.negated || is_negated(i);
        one.conditional = one.conditional || stands_under_condition(i);
        one.happens = one.happens || one.conditional;
        if (done_by_others(i)) one.actor = Actor::somebody;
        if (follows_limit(i)) one.mode = Mode::mention;
        if (follows_number(i)) one.mode = Mode::mention;
        if (main_verb_before(from, be)) one.mode = Mode::mention;
        if (names_identifier(from, be) && place_ != TextPlace::parameter) {
            one.actor = Actor::other_tool;
        }
        // What the passive acts on stands before it.
        set_span(one, from, be);
        push(std::move(one), i);
        return true;
    }

    [[nodiscard]] bool done_by_others(std::size_t i) const {
        for (std::size_t at = i + 1; at + 1 < std::min(end_, i + 5); ++at) {
            if (tokens_[at].gap >= Gap::comma) return false;
            if (!is(at, kBy)) continue;
            return !is(at + 1, kItself) && !is_self(std::min(at + 2, end_ - 1));
        }
        return false;
    }
    // "truncated to 100 characters": a limit on an answer.
    [[nodiscard]] bool follows_limit(std::size_t i) const {
        if (i + 2 >= end_ || !is(i + 1, kTo)) return false;
        const char first = word(i + 2).front();
        return first >= '0' && first <= '9';
    }

    // Words by which a passive tells an event: "is then", "at once", "with each call".
    [[nodiscard]] bool has_cue(std::size_t from, std::size_t verb) const {
        for (std::size_t at = from; at < verb; ++at) {
            if (is(at, kAlso) && !is(at, kItself)) return true;
        }
        for (std::size_t at = verb + 1; at < std::min(end_, verb + 12); ++at) {
            const std::string_view one = word(at);
            if (is(at, kAlso) || one == "once" || one == "call" || one == "behalf" ||
                one == "away" || one == "host" || one == "while" || one == "after" ||
                one == "afterwards") {
                return true;
            }
        }
        return false;
    }

    // "after 30 days", "within 24 hours": a rule of the house, no effect of this call.
    [[nodiscard]] bool follows_number(std::size_t i) const {
        for (std::size_t at = i + 1; at + 1 < std::min(end_, i + 5); ++at) {
            if (tokens_[at].gap >= Gap::comma) return false;
            const std::string_view preposition = word(at);
            if (preposition != "after" && preposition != "within" && preposition != "every") {
                continue;
            }
            const char first = word(at + 1).front();
            return (first >= '0' && first <= '9') || word(at + 1) == "a" || word(at + 1) == "an";
        }
        return false;
    }

    [[nodiscard]] bool has_verb_between(std::size_t from, std::size_t to) const {
        for (std::size_t at = from + 1; at < to; ++at) {
            if (is(at, kBeNow | kBeBefore | kBeBare | kWill | kMay)) return true;
            if (tokens_[at].word == kUnknown) {
                if (word(at).ends_with("s") && at > from + 1) return true;
                continue;
            }
            if (verb_rule(at) != nullptr && (tokens_[at].forms & (kThird | kPast)) != 0) return true;
        }
        return false;
    }
    // "Returns whether the file is deleted": another verb governs the clause.
    [[nodiscard]] bool main_verb_before(std::size_t from, std::size_t to) const {
        for (std::size_t at = from; at < to; ++at) {
            const Rule* rule = verb_rule(at);
            if (rule == nullptr || (tokens_[at].forms & (kThird | kBase)) == 0) continue;
            if (at == from && !rule->also_noun && at + 1 < to &&
                (tokens_[at].forms & (kThird | kBase)) != 0 && !is(at + 1, kBeNow)) {
                return true;
            }
        }
        return false;
    }

    bool read_third(std::size_t i, const Verb& verb) {
        const bool foreign = verb.foreign;
        const std::size_t prev = before(i);
        Statement one = make(i, verb, Voice::active);
        one.negated = is_negated(i);
        one.conditional = stands_under_condition(i);
        if (prev == end_) {
            const bool comma = clause_comma(i);
            if (comma && (!accepted_ || !is_determiner(i + 1))) return false;
            if (!has_object(i) && !foreign) return false;
            if ((verb.also_noun || verb.sure < 2) && sentence_ > 0 &&
                !is_determiner(i + 1) && !names_money(i)) {
                return false;
            }
            if (foreign && sentence_ == 0 && i != begin_) return false;
            if (!comma) lead_form_ = kThird;
            one.happens = comma || (i > begin_ && is(i - 1, kAlso));
            push(std::move(one), i);
            return true;
        }
        if (is(prev, kReflexive)) {
            if (follows_condition(i)) one.mode = Mode::mention;
            push(std::move(one), i);
            return true;
        }
        if (foreign && (tokens_[i].forms & kThird) == 0 && !is(prev, kAnd | kItself)) return false;
        if (is(prev, kAnd)) {
            if (!accepted_ || !(has_object(i) || verb.clear())) return false;
            if ((verb.also_noun || !verb.clear()) && !is_determiner(i + 1)) {
                return false;
            }
            if (follows_condition(i) && !accepted_) return false;
            one.happens = true;
            push(std::move(one), i);
            return true;
        }
        const bool doing = word(prev).ends_with("ing") && clause_begin(i) == prev;
        const bool calls = prev > begin_ && is(prev, kItself) && clause_begin(i) + 1 == prev &&
                           word(prev - 1).ends_with("ing");  // "Calling it deletes"
        if (doing || calls || is_self(prev) || (is(prev, kSelfNoun) && clause_begin(i) == prev)) {
            if (!has_object(i)) return false;
            for (std::size_t at = clause_begin(prev); at < prev; ++at) {
                if (is(at, kCondition | kRelative)) one.mode = Mode::mention;
            }
            one.happens = true;
            if (prev > begin_ && is(prev, kItself) && !calls && !is_self_start(prev)) return false;
            push(std::move(one), i);
            return true;
        }
        if (is(prev, kRelative) && lower_ascii(word(prev)) == "which" &&
            tokens_[prev].gap == Gap::comma && !names_identifier(begin_, prev)) {
            push(std::move(one), i);
            return true;
        }
        return false;
    }

    // Whether the clause of the verb begins after a comma, adverbs passed over.
    [[nodiscard]] bool clause_comma(std::size_t i) const {
        for (std::size_t at = i; at > begin_ && i - at < 4; --at) {
            if (tokens_[at].gap == Gap::comma) return true;
        }
        return false;
    }
    [[nodiscard]] bool names_money(std::size_t i) const {
        for (std::size_t at = i + 1; at < std::min(end_, i + 7); ++at) {
            if (is(at, kMoney)) return true;
            if (between(at).find_first_of("$") != std::string_view::npos) return true;
        }
        return false;
    }

    // "it" as the subject: at the start of a clause, not "about it deletes".
    [[nodiscard]] bool is_self_start(std::size_t at) const {
        return at == clause_begin(at + 1) || at == begin_ || is(at - 1, kAnd | kBut | kAlso) ||
               tokens_[at].gap >= Gap::comma;
    }

    bool read_base(std::size_t i, const Verb& verb) {
        if (verb.foreign) return read_infinitive(i, verb);
        const std::size_t prev = before(i);
        Statement one = make(i, verb, Voice::active);
        one.negated = is_negated(i);
        if (prev == end_) {
            const bool colon = i > begin_ && tokens_[i].gap >= Gap::colon;
            const bool heading = colon && is(i - 1, kEffectHead);
            if (i == begin_ || heading) {
                if (!has_object(i)) return false;
                if (i + 1 < end_ && tokens_[i + 1].gap == Gap::joint) return false;
                if (sentence_ > 0 && !is_determiner(i + 1) &&
                    (verb.also_noun || !verb.clear())) {
                    return false;
                }
                lead_form_ = kBase;
                if (sentence_ > 0 && !heading) {
                    // "Delete it first": told to the caller, unless that is how this text speaks.
                    if (first_form_ != kBase || speaks_to_reader()) {
                        one.mode = Mode::mention;
                        one.actor = Actor::caller;
                    }
                }
                push(std::move(one), i);
                return true;
            }
            return false;
        }
        if (is(prev, kWill)) {
            const std::size_t who = before(prev);
            if (who == end_ || (!is_self(who) && !is(who, kItself | kSelfNoun))) return false;
            push(std::move(one), i);
            return true;
        }
        if (is(prev, kMay)) {
            const std::size_t who = before(prev);
            if (who == end_ || (!is_self(who) && !is(who, kItself | kSelfNoun))) return false;
            one.mode = Mode::can;
            push(std::move(one), i);
            return true;
        }
        if (is(prev, kTo)) {
            const std::size_t serves = before(prev);
            if (serves == end_ || !is(serves, kServes)) return false;
            if (has_before(serves, kReader | kOthers | kRelative | kMay) || names_identifier(begin_, i)) return false;
            one.mode = Mode::purpose;
            push(std::move(one), i);
            return true;
        }
        if (is(prev, kAnd) && accepted_ && !out_.empty() && lead_form_ == kBase) {
            if (!is_determiner(i + 1)) return false;
            one.mode = out_.back().mode;
            one.actor = out_.back().actor;
            push(std::move(one), i);
            return true;
        }
        return false;
    }

    bool read_infinitive(std::size_t i, const Verb& verb) {
        if (i != begin_ || sentence_ > 0) return false;
        push(make(i, verb, Voice::active), i);
        return true;
    }

    [[nodiscard]] bool speaks_to_reader() const {
        for (std::size_t at = begin_; at < end_; ++at) {
            if (is(at, kReader)) return true;
            const std::string_view one = word(at);
            if (one == "first" || one == "before" || one == "instead" || one == "use") return true;
        }
        return names_identifier(begin_, end_);
    }

    // ", deleting the originals": what the call does beside its main act.
    void read_gerund(std::size_t i, const Verb& verb) {
        if (!accepted_ || tokens_[i].gap != Gap::comma || !is_determiner(i + 1)) return;
        Statement one = make(i, verb, Voice::active);
        one.negated = is_negated(i);
        push(std::move(one), i);
    }

    // "Permanent deletion of a bucket", "causes the removal of all rows".
    void read_noun(std::size_t i) {
        const auto noun = noun_at(i);
        if (!noun) return;
        if (i + 1 >= end_ || !is(i + 1, kOf) || tokens_[i + 1].gap >= Gap::comma) return;
        std::size_t at = i;
        while (at > begin_ && i - at < 3 && tokens_[at].gap < Gap::comma &&
               !is(at - 1, kCauses)) {
            --at;
        }
        const bool caused = at > begin_ && tokens_[at].gap < Gap::comma && is(at - 1, kCauses);
        if (!caused && (at != begin_ || i - begin_ > 2)) return;
        for (std::size_t k = begin_; k < end_; ++k) {
            if (is(k, kNot | kMust | kCondition | kReader)) return;
            if (k != i && !caused && k > i && is(k, kBeNow | kMay)) return;
        }
        for (std::size_t k = begin_; k < i; ++k) {
            if (book_.has(tokens_[k], Role::preposition)) return;
        }
        push(make(i, *noun, Voice::noun), i);
    }

    [[nodiscard]] std::optional<Verb> noun_at(std::size_t i) const {
        const std::string_view known = verb_of_noun(word(i));
        const lexicon::Entry* entry = lexicon::find(known.empty() ? word(i) : known);
        if (entry == nullptr || entry->sure < 2) return std::nullopt;
        if (known.empty() && entry->form != lexicon::Form::noun) return std::nullopt;
        Verb verb;
        verb.effect = entry->effect;
        verb.category = category_of(verb.effect);
        verb.sure = 3;
        if (verb.category == Category::read) return std::nullopt;
        const auto same = book_.lexicon().find(lexicon::text_of(lexicon::lemma_of(*entry)));
        if (same.word != kUnknown && book_.info(same.word).verb != kNoRule) {
            verb.rule = book_.info(same.word).verb;
            const Rule& rule = book_.rule(verb.rule);
            if (rule.says.category) verb.category = *rule.says.category;
            verb.step = rule.says.risk;
        }
        return verb;
    }

    // Languages without blanks: the negation stands beside the verb, the mention before a noun.
    void read_cjk(std::size_t i, const Verb& verb) {
        Statement one = make(i, verb, Voice::active);
        const std::string_view after = text_.substr(tokens_[i].end).substr(0, 36);
        const std::size_t sentence_begin = tokens_[begin_].begin;
        const std::size_t room = std::min<std::size_t>(tokens_[i].begin - sentence_begin, 18);
        const std::string_view front = text_.substr(tokens_[i].begin - room, room);
        const auto has = [](std::string_view where, std::initializer_list<std::string_view> any) {
            return std::any_of(any.begin(), any.end(), [&](std::string_view one) {
                return where.find(one) != std::string_view::npos;
            });
        };
        one.negated = has(front, {"不", "未", "没有", "沒有", "无需", "無需", "禁止", "避免"}) ||
                      has(after, {"しません", "しない", "されません", "されない", "せず", "하지 않",
                                  "되지 않", "하지않"});
        one.happens = has(front, {"然后", "并", "同时", "會", "会", "将", "將", "后", "後", "自动", "て、",
                                  "また", "さらに", "그리고", "후", "또한", "다음"});
        const auto begins = [&](std::initializer_list<std::string_view> any) {
            return std::any_of(any.begin(), any.end(), [&](std::string_view one) {
                return after.starts_with(one);
            });
        };
        if (begins({"的", "済", "前", "后的", "後の", "する前", "した", "された", "される前", "日",
                    "时间", "記録", "记录", "历史", "履歴", "状态", "권한", "된", "한 ", "하기 전",
                    "할 수"}) ||
            has(front, {"已", "被", "如果", "若", "请", "之前", "可以", "能否"})) {
            one.mode = Mode::mention;
        }
        push(std::move(one), i);
    }

    [[nodiscard]] Statement make(std::size_t i, const Verb& verb, Voice voice) const {
        Statement one;
        one.rule = verb.rule;
        one.verb = tokens_[i].word;
        one.category = verb.category;
        one.step = verb.step;
        one.effect = verb.effect;
        one.sure = verb.sure;
        one.also_noun = verb.also_noun;
        one.voice = voice;
        one.place = in_arguments_ ? TextPlace::parameter : place_;
        one.sentence = sentence_;
        return one;
    }

    void set_span(Statement& one, std::size_t from, std::size_t to) const {
        while (from < to && (is(from, kPointer | kAlso | kAnd) ||
                             book_.has(tokens_[from], Role::determiner))) {
            ++from;
        }
        if (from >= to) return;
        if (to - from > kMostObjectWords) from = to - kMostObjectWords;
        one.object =
            text_.substr(tokens_[from].begin, tokens_[to - 1].end - tokens_[from].begin);
        one.head = word(to - 1);
    }

    void push(Statement one, std::size_t i) {
        if (one.object.empty()) {
            std::size_t from = i + 1;
            while (from < end_ && (book_.has(tokens_[from], Role::determiner) ||
                                   is(from, kPointer | kOf | kAlso))) {
                ++from;
            }
            std::size_t to = from;
            while (to < std::min(end_, from + kMostObjectWords)) {
                if (to > from && tokens_[to].gap >= Gap::comma) break;
                if (book_.has(tokens_[to], Role::preposition) ||
                    book_.has(tokens_[to], Role::subordinator) ||
                    is(to, kAnd | kBeNow | kRelative | kCondition)) {
                    break;
                }
                ++to;
            }
            if (from < to && (from == i + 1 || tokens_[from].gap < Gap::colon)) {
                set_span(one, from, to);
            }
        }
        const char* begin = text_.data() + tokens_[i].begin;
        const char* end = text_.data() + tokens_[i].end;
        if (!one.object.empty()) {
            begin = std::min(begin, one.object.data());
            end = std::max(end, one.object.data() + one.object.size());
        }
        one.quote = {begin, static_cast<std::size_t>(end - begin)};
        if (one.counts()) accepted_ = true;
        out_.push_back(one);
    }

    const RuleBook& book_;
    std::string_view text_;
    std::span<const Token> tokens_;
    TextPlace place_;
    std::vector<Statement> out_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::uint16_t sentence_ = 0;
    bool in_arguments_ = false;    // of a docstring
    bool accepted_ = false;        // a statement of this sentence counts
    std::uint8_t lead_form_ = 0;   // of the verb that begins the sentence
    std::uint8_t first_form_ = 0;  // of the verb that begins the text
};

}  // namespace

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

Category category_of(Effect effect) {
    switch (effect) {
        case Effect::remove:
            return Category::destructive;
        case Effect::pay:
            return Category::financial;
        case Effect::run:
        case Effect::control:
            return Category::execute;
        case Effect::none:
        case Effect::look:
        case Effect::compute:
        case Effect::unclear:
            return Category::read;
        default:
            return Category::write;
    }
}

Effect effect_of_rule(const Rule& rule) {
    if (!rule.says.category) return Effect::none;
    switch (*rule.says.category) {
        case Category::read:
            return Effect::look;
        case Category::write:
            return rule.says.risk > 0 ? Effect::send : Effect::change;
        case Category::execute:
            return Effect::run;
        case Category::destructive:
            return Effect::remove;
        case Category::financial:
            return Effect::pay;
    }
    return Effect::none;
}

std::vector<Statement> read_statements(const RuleBook& book,
                                       std::string_view text,
                                       std::span<const Token> tokens,
                                       TextPlace place) {
    return StatementReader(book, text, tokens, place).read();
}

}  // namespace mcprisk::classifier

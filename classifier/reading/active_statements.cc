// "It also deletes the originals": who acts stands before the verb or is left out.
#include <algorithm>

#include "classifier/reading/statement_reader.h"
#include "model/base/text.h"

namespace mcprisk::classifier {
namespace {

constexpr std::size_t kMostDoing = 7;  // words of "reading it twice within a second"

bool several(const EffectVerb& verb) { return verb.words > 1 || verb.parted; }

}  // namespace

bool StatementReader::is_doing(std::size_t subject, std::size_t verb) const {
    const std::size_t from = words_.clause_begin(verb);
    if (!words_.word(from).ends_with("ing") || words_.is(from, kCondition)) return false;
    if (subject == from) return true;
    // "Calling it deletes", "Reading it twice within a second resets"
    const bool it = from + 1 <= subject && words_.is(from + 1, kItself | kPointer | kSelfNoun);
    return it && verb - from < kMostDoing && !words_.has_verb_between(from, verb);
}

bool StatementReader::read_third(std::size_t i, const EffectVerb& verb) {
    const std::size_t prev = words_.before(i);
    const std::size_t last = i + verb.words - 1;
    const bool object = words_.has_object(last);
    Statement one = make(i, verb, Voice::active);
    one.negated = words_.is_negated(i);
    one.conditional = words_.stands_under_condition(i);
    const bool definite = words_.is_determiner(last + 1);
    one.definite = definite;
    if (prev == words_.end()) {
        const bool comma = words_.clause_comma(i);
        if (comma && (!accepted_ || !(definite || several(verb)))) return false;
        if (!object && !verb.foreign && !several(verb)) return false;
        if (((verb.also_noun && !item_) || verb.sure < 2) && sentence_ > 0 && !definite &&
            !words_.names_money(i)) {
            return false;
        }
        if (verb.foreign && sentence_ == 0 && i != words_.begin()) return false;
        if (!comma) lead_form_ = kThird;
        one.lead = comma ? Opening::joined : item_ ? Opening::item : Opening::start;
        one.happens = comma || (i > words_.begin() && words_.is(i - 1, kAlso));
        push(std::move(one), i, verb.words);
        return true;
    }
    if (words_.is(prev, kReflexive)) {
        if (words_.follows_condition(i)) one.mode = Mode::mention;
        one.lead = Opening::thing;
        push(std::move(one), i, verb.words);
        return true;
    }
    if (verb.foreign && !words_.has_form(i, kThird) && !words_.is(prev, kAnd | kItself)) {
        return false;
    }
    if (words_.is(prev, kAnd) || words_.between(i).find("&&") != std::string_view::npos) {
        if (!accepted_ || !(object || verb.clear())) return false;
        if ((verb.also_noun || !verb.clear()) && !definite && !several(verb)) return false;
        one.happens = true;
        one.lead = Opening::joined;
        push(std::move(one), i, verb.words);
        return true;
    }
    const bool doing = is_doing(prev, i);
    const bool self =
        words_.is_self(prev) || (words_.is(prev, kSelfNoun) && words_.clause_begin(i) == prev);
    if (doing || self) {
        if (!object && !several(verb)) return false;
        for (std::size_t at = words_.clause_begin(prev); at < prev; ++at) {
            if (words_.is(at, kCondition | kRelative)) one.mode = Mode::mention;
        }
        one.happens = true;
        one.lead = Opening::self;
        if (!doing && prev > words_.begin() && words_.is(prev, kItself) &&
            !words_.is_self_start(prev)) {
            return false;
        }
        push(std::move(one), i, verb.words);
        return true;
    }
    if (words_.is(prev, kRelative) && lower_ascii(words_.word(prev)) == "which" &&
        words_.gap(prev) == Gap::comma && !words_.names_identifier(words_.begin(), prev)) {
        one.lead = Opening::joined;
        push(std::move(one), i, verb.words);
        return true;
    }
    return false;
}

// Of other languages little grammar is known: the verb stands near the start of its clause, or
// after "and" with a pronoun between, and nothing before it denies, asks or points elsewhere.
bool StatementReader::read_foreign(std::size_t i, const EffectVerb& verb) {
    if (!verb.clear() && verb.sure < 2) return false;
    const std::size_t from = words_.clause_begin(i);
    const bool near = i - from <= 2;
    if (!near && !words_.joins(i)) return false;
    constexpr std::uint32_t kOther = kNot | kRelative | kReader | kMust | kMay | kOthers | kTo;
    for (std::size_t at = from; at < i; ++at) {
        if (words_.is(at, kOther)) return false;
        // "después elimina" tells what comes next, "después de eliminar" does not.
        if (words_.is(at, kCondition) && at + 1 != i) return false;
    }
    if (sentence_ == 0 && !words_.joins(i)) return false;
    Statement one = make(i, verb, Voice::active);
    one.happens = true;
    one.lead = words_.joins(i) ? Opening::joined : Opening::start;
    push(std::move(one), i, verb.words);
    return true;
}

// A bare verb that opens a sentence or stands after a heading.
bool StatementReader::read_start(std::size_t i, const EffectVerb& verb, Statement one) {
    const bool colon = i > words_.begin() && words_.gap(i) >= Gap::colon;
    const bool heading = colon && words_.is(i - 1, kEffectHead);
    if (i != words_.begin() && !heading) return false;
    const std::size_t last = i + verb.words - 1;
    if (!words_.has_object(last) && !several(verb)) return false;
    if (i + 1 < words_.end() && words_.gap(i + 1) == Gap::joint && verb.words == 1) return false;
    if (sentence_ > 0 && !words_.is_determiner(last + 1) && (verb.also_noun || !verb.clear())) {
        return false;
    }
    lead_form_ = kBase;
    one.lead = item_ ? Opening::item : Opening::start;
    if (sentence_ > 0 && !heading) {
        // "Delete it first": told to the caller, unless that is how this text speaks.
        if ((first_form_ != kBase && !item_) || words_.speaks_to_reader()) {
            one.mode = Mode::mention;
            one.actor = Actor::caller;
        }
    }
    push(std::move(one), i, verb.words);
    return true;
}

bool StatementReader::read_base(std::size_t i, const EffectVerb& verb) {
    Statement one = make(i, verb, Voice::active);
    if (verb.foreign) {
        if (i != words_.begin() || sentence_ > 0) return false;
        push(std::move(one), i, verb.words);
        return true;
    }
    const std::size_t prev = words_.before(i);
    one.negated = words_.is_negated(i);
    if (prev == words_.end()) return read_start(i, verb, std::move(one));
    if (words_.is(prev, kWill | kMay)) {
        const std::size_t who = words_.before(prev);
        if (who == words_.end() || (!words_.is_self(who) && !words_.is(who, kItself | kSelfNoun))) {
            return false;
        }
        if (words_.is(prev, kMay)) one.mode = Mode::can;
        one.lead = Opening::self;
        push(std::move(one), i, verb.words);
        return true;
    }
    if (words_.is(prev, kTo) && place_ == TextPlace::parameter && sentence_ == 0 &&
        prev - words_.begin() < 5) {
        // "Amount to withdraw", "SQL to execute"
        one.mode = Mode::purpose;
        one.lead = Opening::purpose;
        push(std::move(one), i, verb.words);
        return true;
    }
    if (words_.is(prev, kTo)) {
        const std::size_t serves = words_.before(prev);
        if (serves == words_.end() || !words_.is(serves, kServes)) return false;
        if (words_.has_before(serves, kReader | kOthers | kRelative | kMay) ||
            words_.names_identifier(words_.begin(), i)) {
            return false;
        }
        one.mode = Mode::purpose;
        one.lead = Opening::purpose;
        push(std::move(one), i, verb.words);
        return true;
    }
    if (words_.is(prev, kAnd) && accepted_ && !out_.empty() && lead_form_ == kBase) {
        if (!words_.is_determiner(i + verb.words)) return false;
        one.mode = out_.back().mode;
        one.actor = out_.back().actor;
        one.lead = Opening::joined;
        push(std::move(one), i, verb.words);
        return true;
    }
    return false;
}

// ", deleting the originals": what the call does beside its main act.
void StatementReader::read_gerund(std::size_t i, const EffectVerb& verb) {
    if (words_.gap(i) != Gap::comma || !words_.is_determiner(i + verb.words)) return;
    if (i == words_.begin() || words_.is(words_.begin(), kSelfNoun)) return;
    Statement one = make(i, verb, Voice::active);
    one.negated = words_.is_negated(i);
    one.lead = Opening::participle;
    push(std::move(one), i, verb.words);
}

}  // namespace mcprisk::classifier

// "The originals are deleted": what is acted on stands before the verb, who acts after it or
// nowhere.
#include <algorithm>

#include "classifier/reading/statement_reader.h"
#include "model/base/text.h"

namespace mcprisk::classifier {
namespace {

constexpr std::size_t kMostBetween = 10;  // words between "is" and a participle that is joined
constexpr std::size_t kMostBracket = 14;  // between "wird" and the participle at the end

bool starts_with_digit(std::string_view word) {
    return !word.empty() && word.front() >= '0' && word.front() <= '9';
}

}  // namespace

StatementReader::Auxiliary StatementReader::auxiliary_of(std::size_t i,
                                                         const EffectVerb& verb) const {
    constexpr std::uint32_t kBe = kBeNow | kBeBare | kBeBefore;
    const std::size_t prev = words_.before(i);
    Auxiliary out;
    if (prev < i && words_.is(prev, kBe)) {
        out = {prev, prev, false, true};
        return out;
    }
    const std::size_t clause = words_.clause_begin(i);
    if (verb.foreign) {
        // "werden alle Fassungen gelöscht"
        for (std::size_t at = i; at > clause && i - at < kMostBracket; --at) {
            if (words_.is(at - 1, kBeNow | kBeBare)) return {at - 1, at - 1, false, true};
        }
    }
    const bool comma = words_.gap(i) == Gap::comma;
    std::size_t junction = prev;
    if (!comma && prev < i && !words_.is(prev, kAnd)) {
        // "is shown and its draft discarded": the subject stands after "and".
        while (junction > words_.begin() && prev - junction < 4 && !words_.is(junction, kAnd)) {
            --junction;
        }
        if (!words_.is(junction, kAnd) || !words_.is_determiner(junction + 1)) return out;
        out.subject_end = i;
    } else if (!comma && (prev >= i || !words_.is(prev, kAnd))) {
        return out;
    }
    std::size_t at = comma ? i : junction;
    while (at > words_.begin() && !words_.is(at, kBeNow | kBeBare)) --at;
    if (!words_.is(at, kBeNow | kBeBare) || i - at > kMostBetween) return out;
    // "…, built on it" after "is a tool" joins nothing.
    bool participle = false;
    for (std::size_t k = at + 1; k < i && !participle; ++k) {
        participle = words_.has_form(k, kPast) || words_.word(k).ends_with("ed");
    }
    if (!participle) return out;
    out.be = at;
    if (out.subject_end == 0) out.subject_end = at;
    out.joined = true;
    out.found = true;
    return out;
}

// Reads the word before a bare "be". False if there is no sentence to it.
bool StatementReader::read_modal(const Auxiliary& aux, Statement& one) const {
    const std::size_t modal = words_.before(aux.be);
    if (modal == words_.end()) return false;
    const std::string_view be = words_.word(aux.be);
    constexpr std::uint32_t kOther =
        kMay | kMust | kWill | kNot | kTo | kReader | kAnd | kSelfNoun | kItself;
    if ((be == "get" || be == "got") && !words_.is(modal, kOther)) {
        one.happens = true;  // "files get deleted"
        return true;
    }
    if (words_.is(modal, kWill)) {
        one.mode = Mode::does;
    } else if (words_.is(modal, kMay) && lower_ascii(words_.word(modal)) != "can") {
        one.mode = Mode::can;
    } else if (words_.is(modal, kNot)) {
        one.negated = true;
    } else {
        one.mode = Mode::mention;
    }
    return true;
}

bool StatementReader::denies_passive(std::size_t from, std::size_t be, std::size_t i) const {
    for (std::size_t at = be; at < i; ++at) {
        if (words_.is(at, kNot) || words_.has_role(at, Role::negation)) return true;
    }
    // "no file is", "nothing is"; not "files that were not read are".
    for (std::size_t at = from; at < be; ++at) {
        if (!words_.is(at, kNot) && !words_.has_role(at, Role::negation)) continue;
        if (at <= from + 1 || at + 1 == be) {
            return at + 1 >= be || !words_.has_verb_between(at, be);
        }
    }
    return false;
}

// A relative clause or a condition before "is" may hold the verb: then nothing is told.
void StatementReader::read_subject(std::size_t from, std::size_t be, Statement& one) const {
    for (std::size_t at = from; at < be; ++at) {
        if (words_.is(at, kRelative) && !words_.is(at, kItself)) {
            if (at > words_.begin() && words_.is(at - 1, kCondition)) {
                one.happens = true;  // "after which the table is dropped"
                continue;
            }
            if (at == from || !words_.has_verb_between(at, be)) one.mode = Mode::mention;
        }
        if (words_.is(at, kCondition)) {
            const bool which = at + 1 < be && words_.is(at + 1, kRelative);
            if (which) continue;
            if (words_.has_verb_between(at, be) && at > from) {
                one.conditional = true;
            } else {
                one.mode = Mode::mention;
            }
        }
    }
}

bool StatementReader::read_passive(std::size_t i, const EffectVerb& verb) {
    const Auxiliary aux = auxiliary_of(i, verb);
    if (!aux.found || words_.is(aux.be, kBeBefore)) return false;
    const bool bracket = verb.foreign && aux.be + 1 < i;
    if (aux.be == words_.begin() && !bracket) return false;
    Statement one = make(i, verb, Voice::passive);
    one.lead = Opening::thing;
    if (words_.is(aux.be, kBeBare) && !read_modal(aux, one)) return false;
    const std::size_t from = words_.clause_begin(aux.be);
    read_subject(from, aux.be, one);
    one.happens = one.happens || aux.joined || bracket || words_.is(aux.be, kBeBare) ||
                  lower_ascii(words_.word(aux.be)) == "gets" || has_cue(from, i);
    one.negated = one.negated || denies_passive(from, aux.be, i);
    one.conditional = one.conditional || words_.stands_under_condition(i);
    one.happens = one.happens || one.conditional;
    if (done_by_others(i)) one.actor = Actor::somebody;
    if (follows_limit(i) || follows_number(i) || words_.main_verb_before(from, aux.be)) {
        one.mode = Mode::mention;
    }
    if (words_.names_identifier(from, aux.be) && place_ != TextPlace::parameter) {
        one.actor = Actor::other_tool;
    }
    // What the passive acts on stands before it.
    if (bracket) {
        set_span(one, aux.be + 1, i);
    } else if (aux.subject_end == i) {
        std::size_t begin = i;
        while (begin > aux.be && !words_.is(begin - 1, kAnd)) --begin;
        set_span(one, begin, i);
    } else {
        set_span(one, from, aux.be);
    }
    push(std::move(one), i, verb.words);
    return true;
}

bool StatementReader::done_by_others(std::size_t i) const {
    for (std::size_t at = i + 1; at + 1 < std::min(words_.end(), i + 5); ++at) {
        if (words_.gap(at) >= Gap::comma) return false;
        if (!words_.is(at, kBy)) continue;
        return !words_.is(at + 1, kItself) && !words_.is_self(std::min(at + 2, words_.end() - 1)) &&
               !words_.word(at + 1).ends_with("ing");
    }
    return false;
}

// "truncated to 100 characters": a limit on an answer.
bool StatementReader::follows_limit(std::size_t i) const {
    if (i + 2 >= words_.end() || !words_.is(i + 1, kTo)) return false;
    return starts_with_digit(words_.word(i + 2));
}

// Words by which a passive tells an event: "is then", "at once", "with each call".
bool StatementReader::has_cue(std::size_t from, std::size_t verb) const {
    for (std::size_t at = from; at < verb; ++at) {
        if (words_.is(at, kAlso) && !words_.is(at, kItself)) return true;
    }
    for (std::size_t at = verb + 1; at < std::min(words_.end(), verb + 12); ++at) {
        const std::string_view one = words_.word(at);
        if (words_.is(at, kAlso) || one == "once" || one == "call" || one == "behalf" ||
            one == "away" || one == "host" || one == "while" || one == "after" ||
            one == "afterwards" || one == "when" || one == "whenever") {
            return true;
        }
    }
    return false;
}

// "after 30 days", "within 24 hours": a rule of the house, no effect of this call.
bool StatementReader::follows_number(std::size_t i) const {
    for (std::size_t at = i + 1; at + 1 < std::min(words_.end(), i + 5); ++at) {
        if (words_.gap(at) >= Gap::comma) return false;
        const std::string_view preposition = words_.word(at);
        if (preposition != "after" && preposition != "within" && preposition != "every") {
            continue;
        }
        const std::string_view next = words_.word(at + 1);
        return starts_with_digit(next) || next == "a" || next == "an";
    }
    return false;
}

}  // namespace mcprisk::classifier

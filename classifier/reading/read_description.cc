#include <algorithm>

#include "classifier/reading/grammar.h"
#include "classifier/reading/reading.h"
#include "classifier/reading/scripts.h"
#include "model/base/text.h"

namespace mcprisk::classifier {
namespace {

constexpr std::size_t kMaxTokens = 400;   // of a description; what matters stands in front
constexpr std::size_t kMaxSentences = 3;  // searched for a main verb
constexpr std::size_t kMaxLead = 24;      // words before the main verb
constexpr std::size_t kMaxPurpose = 12;   // words between "use" and what for
constexpr std::size_t kMaxBeside = 40;    // words after it that may hold further verbs

class DescriptionReader {
  public:
    DescriptionReader(const RuleBook& book, std::string_view text) : book_(book) {
        out_.text = text;
        split_text(book.lexicon(), text, kMaxTokens, out_.tokens);
    }

    Reading read() {
        std::size_t begin = 0;
        double quality = 1;
        for (std::size_t n = 0; n < kMaxSentences && begin < out_.tokens.size(); ++n) {
            const std::size_t end = sentence_end(begin);
            if (n == 0) out_.sentence_end = end;
            if (find_main(begin, end)) {
                out_.quality *= quality;
                out_.sentence_end = end;
                break;
            }
            quality *= 0.7;
            begin = end;
        }
        return std::move(out_);
    }

  private:
    [[nodiscard]] const Token& at(std::size_t i) const { return out_.tokens[i]; }
    [[nodiscard]] bool has(std::size_t i, Role role) const { return book_.has(at(i), role); }
    [[nodiscard]] const Rule* verb_rule(std::size_t i) const {
        const RuleIndex rule = book_.info(at(i).word).verb;
        return rule == kNoRule ? nullptr : &book_.rule(rule);
    }

    [[nodiscard]] std::size_t sentence_end(std::size_t begin) const {
        std::size_t i = begin + 1;
        while (i < out_.tokens.size() && at(i).gap != Gap::sentence) ++i;
        return i;
    }

    // "Order details", "Query results": a word for a thing although it could be a verb.
    [[nodiscard]] bool is_noun_here(std::size_t i, std::size_t end) const {
        const Rule* rule = verb_rule(i);
        if (rule == nullptr || i + 1 >= end) return false;
        if (stands_as_thing(i)) return true;
        if (!rule->also_noun) return false;
        if (at(i + 1).gap >= Gap::comma) return at(i + 1).gap == Gap::colon;
        return has(i + 1, Role::readout) || out_.words(i + 1, i + 2) == "of" ||
               (verb_rule(i + 1) != nullptr && !verb_rule(i + 1)->also_noun &&
                (at(i + 1).forms & (kBase | kThird)) != 0 && !has(i + 1, Role::determiner));
    }

    // "Trades executed on the account", "Shares that were bought", "rollbacks of an app": a plural
    // with what tells things apart behind it, where a verb would have its object.
    [[nodiscard]] bool stands_as_thing(std::size_t i) const {
        const Token& token = at(i);
        if ((token.forms & kThird) == 0 || at(i + 1).gap >= Gap::comma) return false;
        const std::string_view next = out_.words(i + 1, i + 2);
        if (next == "of" || next == "which" || next == "who" || next == "whose") return true;
        if (i + 2 >= out_.tokens.size() || at(i + 2).gap >= Gap::sentence) return false;
        const std::uint32_t after = grammar_of(out_.words(i + 2, i + 3));
        if (next == "that") return (after & (kBeNow | kBeBefore | kMay | kWill)) != 0;
        // "sent by", "executed on", "made and lost"
        const bool participle = (at(i + 1).forms & kPast) != 0 && (at(i + 1).forms & kBase) == 0;
        return participle && at(i + 2).gap < Gap::comma &&
               (has(i + 2, Role::preposition) || has(i + 2, Role::coordinator));
    }

    // "[API] Lists…", "(beta) Creates…": a label is not yet the sentence.
    [[nodiscard]] std::size_t after_label(std::size_t begin, std::size_t end) const {
        const std::size_t first = at(begin).begin;
        if (first == 0 || (out_.text[first - 1] != '[' && out_.text[first - 1] != '(')) {
            return begin;
        }
        const std::size_t close = out_.text.find_first_of("])", first);
        std::size_t i = begin;
        while (i < end && at(i).begin < close) ++i;
        return i < end ? i : begin;
    }

    // "Use …", but "call …" only of the tool itself: "Call this to…", "ALWAYS call when…".
    [[nodiscard]] bool is_instrument(std::size_t i, std::size_t end) const {
        if (!has(i, Role::instrument)) return false;
        if (verb_rule(i) == nullptr) return true;
        if (i + 1 >= end) return false;
        const std::string next = lower_ascii(out_.words(i + 1, i + 2));
        return next == "this" || next == "it" || next == "when" || next == "first";
    }

    // "Use this tool to list…", "use it for creating…": the verb of the purpose, or `end`.
    [[nodiscard]] std::size_t purpose_of(std::size_t instrument, std::size_t end) const {
        for (std::size_t i = instrument + 1; i + 1 < std::min(end, instrument + kMaxPurpose); ++i) {
            const std::string_view word = out_.words(i, i + 1);
            const bool to = word == "to";
            if (!to && word != "for" && word != "when") continue;
            std::size_t next = i + 1;
            while (next + 1 < end && has(next, Role::adverb)) ++next;
            if (verb_rule(next) == nullptr) continue;
            if ((at(next).forms & (to ? kBase : kGerund)) != 0) return next;
        }
        return end;
    }

    // Languages without blanks: the first verb, or the last one where verbs stand at the end.
    bool find_cjk_main(std::size_t begin, std::size_t end) {
        const std::size_t from = at(begin).begin;
        const std::string_view sentence = out_.text.substr(from, at(end - 1).end - from);
        const bool last = puts_verb_last(sentence);
        std::size_t found = end;
        for (std::size_t i = begin; i < end; ++i) {
            if (verb_rule(i) == nullptr || !is_cjk_at(out_.text, at(i).begin)) continue;
            if (negated(i, begin)) continue;
            if (found == end || last) found = i;
        }
        if (found == end) return false;
        out_.quality = 0.95;
        out_.main = VerbUse{at(found).word, book_.info(at(found).word).verb, found};
        out_.object_begin = last ? begin : found + 1;
        out_.object_end = last ? found : end;
        if (out_.object_begin < out_.object_end) out_.head = out_.object_end - 1;
        return true;
    }

    bool find_main(std::size_t begin, std::size_t end) {
        begin = after_label(begin, end);
        if (is_cjk_at(out_.text, at(begin).begin) && find_cjk_main(begin, end)) return true;
        std::size_t content = 0;  // words so far that neither lead in nor are verbs
        for (std::size_t i = begin; i < std::min(end, begin + kMaxLead); ++i) {
            if (i > begin && at(i).gap == Gap::colon && content > 0)
                content = 0;  // "Issues: lists…"
            const bool start = content == 0;
            if (start && is_instrument(i, end)) {
                const std::size_t purpose = purpose_of(i, end);
                if (purpose != end) {
                    out_.quality = 0.95;
                    set_main(purpose, end);
                    return true;
                }
            }
            if (verb_rule(i) != nullptr && !negated(i, begin) && accepts(i, begin, end, start)) {
                out_.quality = start ? 1 : 0.7;
                if ((at(i).forms & kGerund) != 0) out_.quality *= 0.85;
                set_main(i, end);
                return true;
            }
            if (!has(i, Role::lead) && !has(i, Role::adverb) && !has(i, Role::determiner))
                ++content;
        }
        return false;
    }

    [[nodiscard]] bool negated(std::size_t i, std::size_t begin) const {
        for (std::size_t back = 1; back <= 2 && i >= begin + back; ++back) {
            if (has(i - back, Role::negation)) return true;
        }
        return false;
    }

    [[nodiscard]] bool accepts(std::size_t i,
                               std::size_t begin,
                               std::size_t end,
                               bool start) const {
        const std::uint8_t forms = at(i).forms;
        if ((forms & (kBase | kThird | kGerund)) == 0) return false;
        const Rule& rule = *verb_rule(i);
        const bool lead_before = i > begin && has(i - 1, Role::lead);
        if (is_noun_here(i, end)) return false;
        if (start) {
            if (i > begin && has(i - 1, Role::determiner)) return false;  // "a search tool"
            if ((forms & kGerund) != 0 && (forms & kBase) == 0) return i == begin || lead_before;
            return true;
        }
        // After other words only an unmistakable verb counts: "A server that lists", "used to
        // create".
        if (lead_before && (forms & (kBase | kThird)) != 0) return true;
        if (lead_before && (forms & kGerund) != 0) return true;
        // "Bus stops within a radius": a plural, since nothing is stopped.
        if (i + 1 < end && has(i + 1, Role::preposition)) {
            const std::string_view next = out_.words(i + 1, i + 2);
            if (next == "within" || next == "near" || next == "in" || next == "at") return false;
        }
        return (forms & kThird) != 0 && (forms & kBase) == 0 && !rule.also_noun;
    }

    void set_main(std::size_t main, std::size_t end) {
        out_.main = VerbUse{at(main).word, book_.info(at(main).word).verb, main};
        const std::uint8_t form = at(main).forms & (kBase | kThird | kGerund);
        std::size_t list_end = main + 1;  // end of "create, update or delete"
        bool in_list = true;
        for (std::size_t i = main + 1; i < std::min(end, main + kMaxBeside); ++i) {
            if (has(i, Role::subordinator)) break;
            const bool coordinated = has(i - 1, Role::coordinator);
            const bool joined = coordinated || at(i).gap == Gap::comma || slashed(i);
            const Rule* rule = verb_rule(i);
            const bool verb = rule != nullptr && (at(i).forms & form) != 0;
            if (in_list && verb && joined) {
                add_beside(i);
                list_end = i + 1;
                continue;
            }
            if (in_list && (has(i, Role::coordinator) || has(i, Role::adverb))) continue;
            in_list = false;
            if (verb && joined && !negated(i, main) && rule->strength == Strength::strong &&
                has_object(i, end, coordinated && !rule->also_noun)) {
                add_beside(i);
            }
        }
        set_object(list_end, end);
    }

    [[nodiscard]] bool slashed(std::size_t i) const {
        const std::uint32_t begin = at(i).begin;
        return at(i).gap == Gap::joint && begin > 0 &&
               (out_.text[begin - 1] == '/' || out_.text[begin - 1] == '&');
    }

    // Whether what follows shows a verb to be one: "and deletes the file" against "news and
    // updates about it". `bare`: a noun without a determiner will do.
    [[nodiscard]] bool has_object(std::size_t i, std::size_t end, bool bare) const {
        const bool base = (at(i).forms & kBase) != 0;
        if (i + 1 >= end || at(i + 1).gap >= Gap::comma) return bare && base;
        const std::string_view next = out_.words(i + 1, i + 2);
        if (has(i + 1, Role::determiner) || next == "it" || next == "them") return true;
        if (!bare || verb_rule(i + 1) != nullptr || has(i + 1, Role::coordinator)) return false;
        return base || !has(i + 1, Role::preposition);
    }

    void add_beside(std::size_t i) {
        out_.beside.push_back({at(i).word, book_.info(at(i).word).verb, i});
    }

    void set_object(std::size_t from, std::size_t end) {
        std::size_t begin = from;
        while (begin < end && (has(begin, Role::determiner) || has(begin, Role::adverb))) ++begin;
        std::size_t i = begin;
        while (i < end && i < begin + 12) {
            if (i > begin && (at(i).gap == Gap::sentence || at(i).gap == Gap::colon)) break;
            if (i > begin && at(i).gap == Gap::bracket && out_.text[at(i).begin - 1] == '(') break;
            if (has(i, Role::subordinator)) break;
            if (has(i, Role::preposition)) {
                const bool of_list = i == begin || (i > begin && has(i - 1, Role::quantifier));
                if (!of_list) break;
            } else if (i > begin && (at(i).gap == Gap::comma || at(i).gap == Gap::bracket) &&
                       verb_rule(i) != nullptr) {
                break;
            }
            ++i;
        }
        out_.object_begin = begin;
        out_.object_end = i;
        if (begin < i) out_.head = i - 1;
        if (i < end && out_.words(i, i + 1) == "from") set_from(i + 1, end);
    }

    void set_from(std::size_t begin, std::size_t end) {
        std::size_t i = begin;
        while (i < std::min(end, begin + 8) && !has(i, Role::preposition) &&
               !has(i, Role::subordinator) && (i == begin || at(i).gap < Gap::comma)) {
            ++i;
        }
        out_.from_begin = begin;
        out_.from_end = i;
    }

    const RuleBook& book_;
    Reading out_;
};

}  // namespace

Reading read_description(const RuleBook& book, std::string_view text) {
    return DescriptionReader(book, text).read();
}

}  // namespace mcprisk::classifier

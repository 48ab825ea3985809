// What stands around a verb: the kinds of words before and after it, and what its sentence holds.
#include <algorithm>
#include <array>

#include "classifier/reading/statement_reader.h"
#include "model/base/text.h"

namespace mcprisk::classifier {
namespace {

constexpr std::size_t kNear = 5;  // words on each side in which an adverb belongs to the verb

bool is_quote(char c) { return c == '"' || c == '`' || c == '\''; }

bool ends_for_good(std::string_view word) {
    constexpr std::array kWords{std::string_view("permanently"),
                                std::string_view("irreversibly"),
                                std::string_view("irrevocably"),
                                std::string_view("forever"),
                                std::string_view("ever"),
                                std::string_view("good"),
                                std::string_view("unwiderruflich"),
                                std::string_view("dauerhaft"),
                                std::string_view("definitivamente"),
                                std::string_view("permanentemente"),
                                std::string_view("навсегда"),
                                std::string_view("безвозвратно")};
    return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

Beside kind_of(const ClauseWords& words, std::size_t at) {
    if (words.is(at, kBeBefore)) return Beside::be_before;
    if (words.is(at, kBeNow)) return Beside::be;
    if (words.is(at, kBeBare)) return Beside::be_bare;
    if (words.is(at, kNot) || words.has_role(at, Role::negation)) return Beside::denial;
    if (words.is(at, kWill)) return Beside::will;
    if (words.is(at, kMust)) return Beside::must;
    if (words.is(at, kMay)) return Beside::may;
    if (words.is(at, kAnd | kBut)) return Beside::conjunction;
    if (words.is(at, kTo)) return Beside::to;
    if (words.is_self(at)) return Beside::self;
    if (words.is(at, kReader)) return Beside::reader;
    if (words.is(at, kRelative)) return Beside::relative;
    if (words.is(at, kCondition)) return Beside::condition;
    if (words.is(at, kOf)) return Beside::of;
    if (words.is(at, kBy)) return Beside::by;
    if (words.is(at, kServes)) return Beside::serves;
    if (words.is(at, kPointer) || words.has_role(at, Role::determiner)) return Beside::pointer;
    if (words.is(at, kOthers)) return Beside::other;
    if (words.has_role(at, Role::preposition)) return Beside::preposition;
    const std::string_view word = words.word(at);
    if (!word.empty() && word.front() >= '0' && word.front() <= '9') return Beside::number;
    if (words.has_form(at, kThird | kBase | kPast) && words.verb_rule(at) != nullptr) {
        return Beside::verb;
    }
    return Beside::word;
}

Beside before_of(const ClauseWords& words, std::size_t i) {
    if (i == words.begin()) return Beside::none;
    if (words.gap(i) == Gap::joint) return Beside::joint;
    if (words.gap(i) == Gap::comma) return Beside::comma;
    if (words.breaks(i)) return Beside::none;
    const std::size_t at = words.before(i);
    return at == words.end() ? Beside::none : kind_of(words, at);
}

Beside after_of(const ClauseWords& words, std::size_t last) {
    const std::size_t at = last + 1;
    if (at >= words.end()) return Beside::none;
    if (words.gap(at) == Gap::joint) return Beside::joint;
    if (words.gap(at) == Gap::comma) return Beside::comma;
    if (words.breaks(at)) return Beside::none;
    return kind_of(words, at);
}

std::uint32_t before_bits(const ClauseWords& words, std::size_t at) {
    std::uint32_t bits = 0;
    if (words.is(at, kNot) || words.has_role(at, Role::negation)) bits |= kDenialBefore;
    if (words.is(at, kReader)) bits |= kReaderBefore;
    if (words.is(at, kOthers)) bits |= kOthersBefore;
    if (words.is(at, kMust)) bits |= kMustBefore;
    if (words.is(at, kMay)) bits |= kMayBefore;
    if (words.is(at, kCondition)) bits |= kConditionBefore;
    if (words.is(at, kRelative) && !words.is(at, kItself)) bits |= kRelativeBefore;
    if (words.is_self(at)) bits |= kSelfBefore;
    if (words.is(at, kBeBefore)) bits |= kPastBefore;
    if (words.is(at, kWill)) bits |= kWillBefore;
    if (words.is(at, kEffectHead) && words.gap(at + 1) >= Gap::comma) bits |= kHeadingBefore;
    const Rule* verb = words.verb_rule(at);
    if (verb != nullptr && verb->says.category.value_or(Category::read) != Category::read) {
        bits |= kOtherVerb;
    }
    if (at > words.begin() && words.gap(at) == Gap::colon) bits |= kColonBefore;
    return bits;
}

std::uint32_t after_bits(const ClauseWords& words, std::size_t at) {
    std::uint32_t bits = 0;
    if (words.is(at, kNot) || words.has_role(at, Role::negation)) bits |= kDenialAfter;
    if (words.is(at, kReader)) bits |= kReaderAfter;
    if (words.is(at, kCondition)) bits |= kConditionAfter;
    if (words.is(at, kBy)) bits |= kByAfter;
    if (words.is(at, kMoney)) bits |= kMoneyAfter;
    return bits;
}

}  // namespace

Surroundings StatementReader::surroundings_of(std::size_t i,
                                              std::size_t verb_words,
                                              std::uint8_t form) const {
    const std::size_t last = std::min(i + verb_words - 1, words_.end() - 1);
    Surroundings out;
    out.form = form;
    out.text_form = sentence_ == 0 ? lead_form_ : first_form_;
    out.before = before_of(words_, i);
    out.after = after_of(words_, last);
    constexpr std::size_t kFar = 40;
    const std::size_t from = i - words_.begin() > kFar ? i - kFar : words_.begin();
    std::uint32_t bits = 0;
    for (std::size_t at = from; at < i; ++at) bits |= before_bits(words_, at);
    for (std::size_t at = last + 1; at < std::min(words_.end(), last + 1 + kFar); ++at) {
        bits |= after_bits(words_, at);
    }
    if (words_.gap(i) == Gap::colon && i > words_.begin()) bits |= kColonBefore;
    const std::size_t clause = words_.clause_begin(i);
    for (std::size_t at = std::max(clause, from); at < i; ++at) {
        if (words_.has_role(at, Role::preposition)) bits |= kPreposition;
    }
    if (clause < i && words_.word(clause).ends_with("ing")) bits |= kGerundBefore;
    for (std::size_t at = i > from + kNear ? i - kNear : from;
         at < std::min(words_.end(), last + 1 + kNear);
         ++at) {
        if (at >= i && at <= last) continue;
        if (words_.is(at, kAlso) && !words_.is(at, kItself)) bits |= kEventWord;
        if (ends_for_good(words_.word(at))) bits |= kEndWord;
    }
    if (words_.names_identifier(from, std::min(words_.end(), last + kFar))) bits |= kIdentifier;
    const std::string_view text = words_.text();
    const std::size_t begin = words_.token(i).begin;
    const std::size_t end = words_.token(last).end;
    if ((begin > 0 && is_quote(text[begin - 1])) || (end < text.size() && is_quote(text[end]))) {
        bits |= kQuoted;
    }
    if (words_.gap(i) == Gap::bracket) bits |= kBracketed;
    if (item_) bits |= kItemOfList;
    const bool before = words_.gap(i) == Gap::comma;
    if (before && last + 1 < words_.end() && words_.gap(last + 1) == Gap::comma) {
        bits |= kCommaAfter;
    }
    if (i > words_.begin() && text[begin] >= 'A' && text[begin] <= 'Z') bits |= kCapital;
    out.around = bits;
    out.words_before = static_cast<std::uint8_t>(std::min<std::size_t>(i - clause, 255));
    return out;
}

}  // namespace mcprisk::classifier

#include "classifier/reading/statement_traits.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "classifier/reading/statement_weights.h"

namespace mcprisk::classifier {
namespace {

struct Trait {
    std::string_view name;
    std::string_view values;  // with a blank between; their number is that of the values
};

constexpr std::string_view kYesNo = "no yes";
constexpr std::string_view kBesides =
    "none comma conjunction self other reader will may must denial to be be-bare be-before "
    "relative condition pointer of by preposition number serves verb joint word";

struct Field {
    enum : std::uint8_t {
        category,
        effect,
        so_far,
        lead,
        voice,
        mode,
        actor,
        negated,
        sure,
        also_noun,
        several,
        foreign,
        conditional,
        happens,
        definite,
        place,
        sentence,
        form,
        text_form,
        before,
        after,
        words_before,
        object,
        pair,
        main,
        lead_score,
        around,  // the first of kAroundBits
    };
};
static_assert(Field::around + kAroundBits == kStatementTraits);

constexpr std::array<Trait, kStatementTraits> kTraits{{
    {"category", "Write Execute Destructive Financial"},
    {"effect",
     "none look compute create change remove restore move send publish grant run control pay "
     "ask-pay store export session relation unclear"},
    {"so-far", "nothing Read Write Execute Destructive same"},
    {"lead", "start item joined self thing participle noun purpose script loose"},
    {"voice", "active passive noun"},
    {"mode", "does can purpose mention"},
    {"actor", "tool result caller somebody other-tool"},
    {"negated", kYesNo},
    {"sure", "0 1 2 3"},
    {"also-noun", kYesNo},
    {"several", kYesNo},
    {"foreign", kYesNo},
    {"conditional", kYesNo},
    {"happens", kYesNo},
    {"definite", kYesNo},
    {"place", "name title description parameter output server switch"},
    {"sentence", "0 1 2 3+"},
    {"form", "noun base third gerund past"},
    {"text-form", "none base third other"},
    {"before", kBesides},
    {"after", kBesides},
    {"words-before", "0 1 2-3 4-7 8+"},
    {"object", "none pronoun same original idea kept derived unknown"},
    {"pair", "verb pair strong-pair umbrella"},
    {"main", "none rehearse compute move other"},
    {"lead-score", "0 low plain high"},
    {"denial-before", kYesNo},
    {"denial-after", kYesNo},
    {"reader-before", kYesNo},
    {"reader-after", kYesNo},
    {"others-before", kYesNo},
    {"must-before", kYesNo},
    {"may-before", kYesNo},
    {"condition-before", kYesNo},
    {"condition-after", kYesNo},
    {"relative-before", kYesNo},
    {"self-before", kYesNo},
    {"past-before", kYesNo},
    {"will-before", kYesNo},
    {"identifier", kYesNo},
    {"quoted", kYesNo},
    {"colon-before", kYesNo},
    {"heading-before", kYesNo},
    {"money-after", kYesNo},
    {"by-after", kYesNo},
    {"preposition-before", kYesNo},
    {"other-verb", kYesNo},
    {"bracketed", kYesNo},
    {"item", kYesNo},
    {"event-word", kYesNo},
    {"for-good", kYesNo},
    {"enumerated", kYesNo},
    {"gerund-before", kYesNo},
    {"capital", kYesNo},
}};

struct Pair {
    std::uint8_t first;
    std::uint8_t second;
};

constexpr std::array kPairs{
    Pair{Field::category, Field::lead},     Pair{Field::category, Field::voice},   Pair{Field::category, Field::before},
    Pair{Field::category, Field::after},    Pair{Field::category, Field::form},    Pair{Field::category, Field::place},
    Pair{Field::category, Field::sure},     Pair{Field::category, Field::object},  Pair{Field::category, Field::so_far},
    Pair{Field::category, Field::happens},  Pair{Field::category, Field::pair},    Pair{Field::category, Field::sentence},
    Pair{Field::category, Field::also_noun}, Pair{Field::form, Field::before},      Pair{Field::form, Field::after},
    Pair{Field::lead, Field::sentence},     Pair{Field::lead, Field::happens},     Pair{Field::lead, Field::sure},
    Pair{Field::lead, Field::also_noun},     Pair{Field::lead, Field::definite},    Pair{Field::lead, Field::foreign},
    Pair{Field::lead, Field::mode},         Pair{Field::form, Field::text_form},    Pair{Field::form, Field::sentence},
    Pair{Field::lead, Field::object},       Pair{Field::so_far, Field::lead_score},  Pair{Field::place, Field::form},
    Pair{Field::lead, Field::text_form},     Pair{Field::effect, Field::lead},
};

constexpr std::size_t count_of(std::size_t field) {
    const std::string_view values = kTraits[field].values;
    return static_cast<std::size_t>(std::count(values.begin(), values.end(), ' ')) + 1;
}

constexpr auto kCounts = [] {
    std::array<std::uint16_t, kStatementTraits> counts{};
    for (std::size_t i = 0; i < kStatementTraits; ++i) {
        counts[i] = static_cast<std::uint16_t>(count_of(i));
    }
    return counts;
}();

struct Offsets {
    std::array<std::uint16_t, kStatementTraits> single{};
    std::array<std::uint16_t, kPairs.size()> pair{};
    std::uint16_t all = 1;  // the constant is the first
};
constexpr Offsets kOffsets = [] {
    Offsets out;
    for (std::size_t i = 0; i < kStatementTraits; ++i) {
        out.single[i] = out.all;
        out.all = static_cast<std::uint16_t>(out.all + kCounts[i]);
    }
    for (std::size_t i = 0; i < kPairs.size(); ++i) {
        out.pair[i] = out.all;
        out.all = static_cast<std::uint16_t>(
            out.all + kCounts[kPairs[i].first] * kCounts[kPairs[i].second]);
    }
    return out;
}();

// One entry a weight, so that a score is a walk over a table.
constexpr auto kDense = [] {
    std::array<float, kOffsets.all> dense{};
    for (const auto& one : fitted::kStatementWeights) dense[one.index] = one.weight;
    return dense;
}();

std::string_view value_name(std::size_t field, std::size_t value) {
    std::string_view values = kTraits[field].values;
    for (; value > 0; --value) values.remove_prefix(values.find(' ') + 1);
    return values.substr(0, values.find(' '));
}

template <typename Take>
void for_each_weight(const StatementTraits& traits, const Take& take) {
    take(std::size_t{0});
    for (std::size_t i = 0; i < kStatementTraits; ++i) {
        take(std::size_t{kOffsets.single[i]} + traits[i]);
    }
    for (std::size_t i = 0; i < kPairs.size(); ++i) {
        const Pair& pair = kPairs[i];
        take(std::size_t{kOffsets.pair[i]} +
             std::size_t{traits[pair.first]} * kCounts[pair.second] + traits[pair.second]);
    }
}

template <typename Enum>
std::uint8_t number(Enum value) {
    return static_cast<std::uint8_t>(value);
}

std::uint8_t form_number(std::uint8_t form) {
    switch (form) {
        case kBase:
            return 1;
        case kThird:
            return 2;
        case kGerund:
            return 3;
        case kPast:
            return 4;
        default:
            return 0;
    }
}

std::uint8_t so_far_of(Category category, const StatementSetting& setting) {
    if (!setting.known) return 0;
    if (setting.so_far == category) return 5;
    switch (setting.so_far) {
        case Category::read:
            return 1;
        case Category::write:
            return 2;
        case Category::execute:
            return 3;
        default:
            return 4;
    }
}

}  // namespace

StatementTraits traits_of(const Statement& one,
                          Category category,
                          StatementPair pair,
                          StatementObject object,
                          StatementInput input,
                          const StatementSetting& setting) {
    StatementTraits out{};
    out[Field::category] = static_cast<std::uint8_t>(
        std::max<int>(0, static_cast<int>(category) - static_cast<int>(Category::write)));
    out[Field::effect] = number(one.effect);
    out[Field::so_far] = so_far_of(category, setting);
    out[Field::lead] = number(one.lead);
    out[Field::voice] = number(one.voice);
    out[Field::mode] = number(one.mode);
    out[Field::actor] = number(one.actor);
    out[Field::negated] = one.negated ? 1 : 0;
    out[Field::sure] = std::min<std::uint8_t>(one.sure, 3);
    out[Field::also_noun] = one.also_noun ? 1 : 0;
    out[Field::several] = one.several ? 1 : 0;
    out[Field::foreign] = one.foreign ? 1 : 0;
    out[Field::conditional] = one.conditional ? 1 : 0;
    out[Field::happens] = one.happens ? 1 : 0;
    out[Field::definite] = one.definite ? 1 : 0;
    out[Field::place] = input.of_switch ? 6 : input.of_input ? 3 : number(one.place);
    out[Field::sentence] = static_cast<std::uint8_t>(std::min<std::uint16_t>(one.sentence, 3));
    out[Field::form] = form_number(one.near.form);
    out[Field::text_form] = one.near.text_form == 0        ? 0
                     : one.near.text_form == kBase  ? 1
                     : one.near.text_form == kThird ? 2
                                                    : 3;
    out[Field::before] = number(one.near.before);
    out[Field::after] = number(one.near.after);
    const std::uint8_t words = one.near.words_before;
    out[Field::words_before] = words == 0 ? 0 : words == 1 ? 1 : words < 4 ? 2 : words < 8 ? 3 : 4;
    out[Field::object] = number(object);
    out[Field::pair] = number(pair);
    out[Field::main] = number(setting.main);
    out[Field::lead_score] = setting.lead <= 0 ? 0 : setting.lead < 0.8 ? 1 : setting.lead < 1.8 ? 2 : 3;
    std::uint32_t bits = one.near.around;
    for (std::size_t i = Field::around; i < kStatementTraits; ++i, bits >>= 1U) out[i] = bits & 1U;
    return out;
}

std::size_t statement_weights() { return kOffsets.all; }

std::string statement_weight_name(std::size_t weight) {
    if (weight == 0) return "constant";
    for (std::size_t i = 0; i < kStatementTraits; ++i) {
        const std::size_t at = weight - kOffsets.single[i];
        if (weight < kOffsets.single[i] || at >= kCounts[i]) continue;
        return std::string(kTraits[i].name) + "=" +
               std::string(value_name(i, at));
    }
    for (std::size_t i = 0; i < kPairs.size(); ++i) {
        const Pair& pair = kPairs[i];
        const std::size_t at = weight - kOffsets.pair[i];
        if (weight < kOffsets.pair[i] || at >= kCounts[pair.first] * kCounts[pair.second]) continue;
        return std::string(kTraits[pair.first].name) + "=" +
               std::string(value_name(pair.first, at / kCounts[pair.second])) + " " +
               std::string(kTraits[pair.second].name) + "=" +
               std::string(value_name(pair.second, at % kCounts[pair.second]));
    }
    return {};
}

void weights_of(const StatementTraits& traits, std::vector<std::uint16_t>& out) {
    out.clear();
    for_each_weight(traits, [&](std::size_t at) { out.push_back(static_cast<std::uint16_t>(at)); });
}

float statement_score(const StatementTraits& traits) {
    float sum = 0;
    for_each_weight(traits, [&](std::size_t at) { sum += kDense[at]; });
    return sum;
}

float least_statement_score(Category category) {
    return fitted::kLeastScores[static_cast<std::size_t>(category)];
}

}  // namespace mcprisk::classifier

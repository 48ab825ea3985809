// The typed record of an order in a sentence, and what such records say together.
//
// An order is a verb that the sentence puts to its reader (an imperative, "you must …", a passive
// "is replaced by …"): its act, its force, the condition it stands under and whose tool that is
// about, its objects, and the pretext given for it. Signs are read by directive_reader.h. What the
// records of up to three sentences say together is a set of traits ("reads a place of secrets",
// "changes an argument of another tool", "keeps it from the user"), each in a context.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "classifier/findings/directive_reader.h"

namespace mcprisk::classifier {

// Whose tool, or what, a condition is about.
enum class Whose : std::uint8_t { nobody, own, named, others, any_call, user };
enum class Condition : std::uint8_t { before, after, when, always };

struct Directive {
    SignMask act = 0;      // signs of the verb
    SignMask objects = 0;  // of what follows it
    SignMask ahead = 0;    // of what stands before it in the sentence
    Lead lead = Lead::none;
    bool negated = false;
};

// What a sentence orders.
struct Orders {
    static constexpr std::size_t kMost = 12;
    std::array<Directive, kMost> directives;
    std::size_t count = 0;
    SignMask signs = 0;
    std::uint32_t conditions = 0;  // bit per Condition and Whose
    std::uint32_t words = 0;
    std::uint32_t tokens = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    bool model_name = false;  // asks for the name of the model

    [[nodiscard]] bool under(Condition condition, Whose whose) const {
        return (conditions >> bit(condition, whose) & 1U) != 0;
    }
    static unsigned bit(Condition condition, Whose whose) {
        return static_cast<unsigned>(condition) * 6 + static_cast<unsigned>(whose);
    }
};

// The signs that traits ask for, looked up once.
class DirectiveGrammar {
  public:
    explicit DirectiveGrammar(const SignTable& table);
    [[nodiscard]] Orders orders_of(const SignSentence& sentence) const;

    using Traits = std::uint64_t;
    // Traits of one sentence; `passage`: signs of it and of its neighbours.
    [[nodiscard]] Traits traits_of(const Orders& orders, SignMask passage) const;
    [[nodiscard]] std::uint32_t context_of(const Orders& orders, SignMask passage) const;

    static std::span<const std::string_view> trait_names();
    static std::span<const std::string_view> context_names();

  private:
    SignMask must_, always_, never_, first_, before_, after_, when_, instead_, user_, you_, other_,
        all_, tool_, call_noun_, self_, id_, use_, call_, run_, change_, add_, take_, send_, give_,
        write_, say_, hide_, drop_, remove_, grant_, money_, secret_, secret_place_, path_, url_,
        mail_, code_, quote_, tag_, chat_, person_, param_, own_, file_, command_, tell_,
        security_, compliance_, upkeep_, threat_, shout_, prefer_, discredit_, partner_, prior_,
        instruction_, result_, false_, routine_, returns_, example_, want_, resolve_, confirm_;
    SignMask acts_ = 0;
    SignMask hard_acts_ = 0;
};

inline constexpr std::size_t kTraits = 48;
inline constexpr std::size_t kContexts = 28;
inline constexpr std::size_t kFeatures = kTraits + kContexts;
constexpr std::size_t feature_trait(std::size_t trait) { return trait; }
constexpr std::size_t feature_context(std::size_t context) { return kTraits + context; }

template <typename Take>
void each_bit(std::uint64_t mask, const Take& take) {
    for (; mask != 0; mask &= mask - 1) take(static_cast<std::size_t>(std::countr_zero(mask)));
}

}  // namespace mcprisk::classifier

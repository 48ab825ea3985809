// How much a passage sounds like an order that serves somebody other than the user: a logistic
// regression over the records of up to three sentences (directive.h). Its features are no words but
// the traits of those records and their contexts, fewer than a hundred.
//
// score = bias + sum of the weights of what is there.
// bench/train_directives.cc fits the weights and reads with the same code.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "classifier/findings/directive.h"
#include "classifier/findings/directive_reader.h"
#include "model/base/diagnostics.h"
#include "model/tool.h"

namespace mcprisk::classifier {

inline constexpr std::size_t kDirectiveSentences = 3;
inline constexpr std::size_t kShortestOrder = 20;  // bytes; shorter texts are not read

// What up to three sentences say together.
struct PassageFeatures {
    SignMask signs = 0;
    DirectiveGrammar::Traits traits = 0;
    std::uint32_t contexts = 0;
};

// Reads sentences and gives each passage that orders something to `Take`: a call with
// (PassageFeatures, Orders of the sentence that has most traits).
template <typename Take>
class PassageReader final : public SentenceSink {
  public:
    PassageReader(const DirectiveGrammar& grammar, Take take)
        : grammar_(grammar), take_(std::move(take)) {}

    void take(const SignSentence& sentence) override {
        last_[count_ % kDirectiveSentences] = grammar_.orders_of(sentence);
        PassageFeatures passage;
        const std::size_t most = std::min(count_ + 1, kDirectiveSentences);
        for (std::size_t length = 1; length <= most; ++length) {
            const Orders& oldest = last_[(count_ + 1 - length) % kDirectiveSentences];
            if (length > 1 && oldest.signs == 0) continue;
            passage.signs |= oldest.signs;
            passage.traits = 0;
            passage.contexts = 0;
            const Orders* main = nullptr;
            int best = -1;
            for (std::size_t back = 0; back < length; ++back) {
                const Orders& one = last_[(count_ - back) % kDirectiveSentences];
                const auto traits = grammar_.traits_of(one, passage.signs);
                if (traits == 0) continue;
                passage.traits |= traits;
                passage.contexts |= grammar_.context_of(one, passage.signs);
                if (std::popcount(traits) > best) {
                    best = std::popcount(traits);
                    main = &one;
                }
            }
            if (main != nullptr) take_(passage, *main);
        }
        ++count_;
    }

  private:
    const DirectiveGrammar& grammar_;
    Take take_;
    std::array<Orders, kDirectiveSentences> last_{};
    std::size_t count_ = 0;
};

// Calls `take` with the number of each feature of a passage.
template <typename Take>
void each_feature(const PassageFeatures& one, const Take& take) {
    each_bit(one.traits, [&](std::size_t trait) { take(feature_trait(trait)); });
    each_bit(one.contexts, [&](std::size_t context) { take(feature_context(context)); });
}

// What the strongest trait of a passage is called, and how grave it is.
struct DirectiveKind {
    std::string_view finding;  // id
    bool grave = false;        // secrets, instructions, commands: Critical where it is sure
};

// The names that texts of this tool may call its own.
OwnNames own_names(const Tool& tool);

// Immutable once read; may be asked from many threads.
class DirectiveModel {
  public:
    struct Passage {
        double score = -1e9;
        std::size_t begin = 0;  // bytes of the text: the sentence that says most
        std::size_t end = 0;
        SignMask signs = 0;                   // of the passage
        DirectiveGrammar::Traits traits = 0;  // of the passage
    };

    // `words`, `weights`: data/model/directive-words.tsv and directives.tsv. Lines of the latter:
    // "bias", "alarm" or "sure", a tab and a number; "=trait" or "@context", a tab and
    // hundredths. Faults go to `diagnostics` and nothing is returned.
    static std::optional<DirectiveModel> read(std::string_view words,
                                              std::string_view weights,
                                              Diagnostics& diagnostics);

    // The passage with the highest score.
    [[nodiscard]] Passage strongest(std::string_view text, const OwnNames& own) const;

    [[nodiscard]] bool accuses(const Passage& one) const { return one.score >= alarm_; }
    [[nodiscard]] bool is_sure(const Passage& one) const { return one.score >= sure_; }
    // By the trait that weighs most.
    [[nodiscard]] DirectiveKind kind_of(const Passage& one) const;

    // For those who train: by number of feature.
    [[nodiscard]] std::span<const float> weights() const { return weights_; }
    [[nodiscard]] double bias() const { return bias_; }

  private:
    bool put(std::string_view key, double weight);

    SignTable table_;
    std::optional<DirectiveGrammar> grammar_;
    double bias_ = 0;
    double alarm_ = 0;
    double sure_ = 0;
    std::vector<float> weights_;
};

}  // namespace mcprisk::classifier

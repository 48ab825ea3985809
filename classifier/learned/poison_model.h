// A second opinion on texts that speak to the model: a logistic regression over the words of a
// passage, for poisoned wording that no rule foresaw. Asked where the rules found nothing.
//
// A passage is up to three sentences. Its score is bias + scale * (sum of the weights of its words,
// pairs of near words and pairs of word classes that meet in a sentence), where scale falls with
// the root of its length. bench/train_poison.cc fits the weights with the same reading of words.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "model/base/diagnostics.h"

namespace mcprisk::classifier {

// Kinds of words: refusal, telling, secrets, sending … At most 32.
struct WordClass {
    std::string_view name;
    std::string_view words;  // between blanks, lower case
};
std::span<const WordClass> poison_word_classes();

inline constexpr std::size_t kPassageSentences = 3;
inline constexpr std::size_t kShortestPoison = 20;  // bytes; shorter texts are not read

std::uint64_t poison_word_hash(std::string_view lower);
// `kind`: 'b' for neighbours, 's' for words with one or two others between them.
std::uint64_t poison_pair_hash(char kind, std::uint64_t first, std::uint64_t second);

// How much one feature of a passage of `words` words counts.
inline double poison_scale(std::size_t words) {
    return 5.0 / std::sqrt(static_cast<double>(words) + 15.0);
}

// Told of a text, in its order.
class PoisonReader {
  public:
    virtual ~PoisonReader() = default;
    // `word`: as written, or "<url>", "<mail>", "<path>", "<id>" before the words these are made
    // of.
    virtual void word(std::uint64_t hash, std::string_view word, std::size_t at) = 0;
    virtual void end_sentence(std::size_t at) = 0;
};
// Escapes of JSON ("\n") are read like what they stand for.
void read_poison_words(std::string_view text, PoisonReader& reader);

// Immutable once read; may be asked from many threads.
class PoisonModel {
  public:
    struct Passage {
        double score = -1e9;
        std::size_t begin = 0;  // bytes of the text
        std::size_t end = 0;
    };

    // The text of data/model/poison.tsv: "bias<TAB>number", "threshold<TAB>number" and
    // "kind:words<TAB>whole number", hundredths; '#' begins a remark. Faults go to `diagnostics`
    // and nothing is returned.
    static std::optional<PoisonModel> read(std::string_view text, Diagnostics& diagnostics);

    // The passage with the highest score. Reads at most 64 KiB.
    [[nodiscard]] Passage strongest(std::string_view text) const;
    [[nodiscard]] bool accuses(const Passage& passage) const { return passage.score >= threshold_; }

  private:
    friend class PoisonScorer;
    struct Slot {
        std::uint64_t hash = 0;  // zero marks a free slot
        float weight = 0;
        std::uint32_t classes = 0;
    };
    [[nodiscard]] const Slot* find(std::uint64_t hash) const;
    Slot& place(std::uint64_t hash);
    bool put(std::string_view key, double weight);

    double bias_ = 0;
    double threshold_ = 0;
    std::vector<Slot> slots_;
    std::array<std::array<float, 32>, 32> pairs_{};  // of classes, first not above second
};

}  // namespace mcprisk::classifier

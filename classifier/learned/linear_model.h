// Weights learned from labelled tools, asked where rules stand against each other or say nothing.
// A multinomial logistic regression: score(c) = base * rules(c) + sum of weight(feature, c) *
// value.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "classifier/judging/features.h"
#include "model/base/diagnostics.h"

namespace mcprisk::classifier {

// Immutable once read.
class LinearModel {
  public:
    // The text of data/model/category.tsv: lines "base<TAB>number", "within<TAB>number" and
    // "kind=word<TAB>five whole numbers", thousandths by category; '#' begins a remark. Faults go
    // to `diagnostics` and nothing is returned.
    static std::optional<LinearModel> read(std::string_view text, Diagnostics& diagnostics);

    // Rules whose lead is at least this large are not questioned.
    [[nodiscard]] double within() const { return within_; }

    // Probabilities of the five categories.
    [[nodiscard]] CategoryScores probabilities(const CategoryScores& rules,
                                               std::span<const Feature> features) const;

    // What one feature adds for `category` against the mean of all.
    [[nodiscard]] double pull(const Feature& feature, Category category) const;

  private:
    using Weights = std::array<float, 5>;
    struct Slot {
        std::uint64_t hash = 0;  // zero marks a free slot
        Weights weights{};
    };
    [[nodiscard]] const Weights* find(std::uint64_t hash) const;
    void put(std::uint64_t hash, const Weights& weights);

    double base_ = 1;
    double within_ = 0;
    std::vector<Slot> slots_;
};

}  // namespace mcprisk::classifier

// Weights learned from labelled tools. Two linear models over the same features: the category where
// rules leave it open, the level once the category is known. Both are multinomial logistic
// regressions:
//   category: score(c) = base * rules(c) + sum of weight(feature, c) * value
//   level:    score(l) = sum of (weight(feature, l) + weight(feature, category, l)) * value
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

using LevelScores = std::array<double, 4>;  // by RiskLevel

// The likeliest level, raised while what lies above it has more than half of the probability; and
// below what rules say only where little lies above it: a level that is too mild costs more than one
// that is too harsh.
RiskLevel careful_level(const LevelScores& levels, RiskLevel rules);

// A step-wise linear map, both axes rising.
class Curve {
  public:
    void add(double from, double to) { points_.emplace_back(from, to); }
    [[nodiscard]] bool empty() const { return points_.empty(); }
    // `x` itself if there are no points.
    [[nodiscard]] double at(double x) const;

  private:
    std::vector<std::pair<double, double>> points_;
};

// Immutable once read.
class LinearModel {
  public:
    // The text of data/model/category.tsv. Lines, fields between tabs:
    //   base NUMBER
    //   c:KIND=WORD[|SECOND]  five thousandths by category
    //   l:KIND=WORD[|SECOND]  four thousandths by level
    //   R: W: E: D: F: …      four thousandths by level, for this category alone
    //   curve NAME FROM TO    a point of "open", "fixed" (confidence of the category) or "sure"
    // '#' begins a remark. Faults go to `diagnostics` and nothing is returned.
    static std::optional<LinearModel> read(std::string_view text, Diagnostics& diagnostics);

    [[nodiscard]] double base() const { return base_; }

    // Probabilities of the five categories. `hashes` are those of the features.
    [[nodiscard]] CategoryScores categories(const CategoryScores& rules,
                                            std::span<const Feature> features,
                                            std::span<const std::uint64_t> hashes) const;

    // Probabilities of the four levels of a tool of this category.
    [[nodiscard]] LevelScores levels(Category category,
                                     std::span<const Feature> features,
                                     std::span<const std::uint64_t> hashes) const;

    // What one feature adds for `category` against the mean of all.
    [[nodiscard]] double pull(const Feature& feature, Category category) const;
    // What one feature adds for `level` of `category` against the mean of all levels.
    [[nodiscard]] double pull(const Feature& feature, Category category, RiskLevel level) const;

    // How often the category is right where the model gives it this probability; `fixed` if
    // structure decided it.
    [[nodiscard]] double confidence(double probability, bool fixed) const;
    // How often the level is not too mild where the model gives this probability to its being so.
    [[nodiscard]] double sure(double probability) const { return sure_.at(probability); }

  private:
    struct Slot {
        std::uint64_t hash = 0;  // zero marks a free slot
        std::array<float, 5> category{};
        std::array<float, 4> level{};
    };
    [[nodiscard]] const Slot* find(std::uint64_t hash) const;
    Slot& put(std::uint64_t hash);

    double base_ = 1;
    std::vector<Slot> slots_;
    Curve open_;
    Curve fixed_;
    Curve sure_;
};

}  // namespace mcprisk::classifier

// Weights of statement_traits.h. Written by bench/train_statements.cc; not by hand.
#pragma once

#include <array>
#include <cstdint>

namespace mcprisk::classifier::fitted {

struct StatementWeight {
    std::uint16_t index;
    float weight;
};

// By category, Read first.
inline constexpr std::array<float, 5> kLeastScores{0, 0, 0, 0, 0};
inline constexpr std::array<StatementWeight, 1> kStatementWeights{{
    {0, -1.0F},  // constant
}};

}  // namespace mcprisk::classifier::fitted

// Do predicted verdicts lead to the decisions that labels would lead to?
#pragma once

#include <array>
#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <vector>

#include "policy/decide/decide.h"

namespace mcprisk::policy {

struct DecisionPair {
    Verb labelled = Verb::deny;   // Decision::whole of the labels
    Verb predicted = Verb::deny;  // Decision::whole of the verdict
};

struct Agreement {
    std::size_t tools = 0;
    std::array<std::array<std::size_t, 4>, 4> confusion{};  // [labelled][predicted]
    std::size_t guarded = 0;                                // the labels ask or deny
    std::size_t unsafe_allow = 0;                           // of these: allowed or limited
    std::size_t needless_stop = 0;  // asked or denied where the labels allow or limit
    std::size_t same = 0;
    std::vector<std::size_t> unsafe;  // indices into the input
};

Agreement compare_decisions(std::span<const DecisionPair> pairs);

// The score interval of Wilson (1927) at 95 % for `hits` of `count`.
struct Interval {
    double low = 0;
    double high = 1;
};
Interval score_interval(std::size_t hits, std::size_t count);

nlohmann::json to_json(const Agreement& agreement);

}  // namespace mcprisk::policy

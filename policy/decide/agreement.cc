#include "policy/decide/agreement.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace mcprisk::policy {
namespace {

// A caller sees no difference between denied and hidden.
std::size_t seen(Verb verb) { return static_cast<std::size_t>(std::min(verb, Verb::deny)); }

}  // namespace

Interval score_interval(std::size_t hits, std::size_t count) {
    if (count == 0) return {};
    constexpr double kZ = 1.959963984540054;
    const auto n = static_cast<double>(count);
    const double p = static_cast<double>(hits) / n;
    const double scale = 1 + kZ * kZ / n;
    const double centre = (p + kZ * kZ / (2 * n)) / scale;
    const double half = kZ / scale * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n));
    return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

Agreement compare_decisions(std::span<const DecisionPair> pairs) {
    Agreement out;
    out.tools = pairs.size();
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const DecisionPair& pair = pairs[i];
        ++out.confusion.at(seen(pair.labelled)).at(seen(pair.predicted));
        if (seen(pair.labelled) == seen(pair.predicted)) ++out.same;
        const bool guarded = !unattended(pair.labelled);
        if (guarded) ++out.guarded;
        if (guarded && unattended(pair.predicted)) {
            ++out.unsafe_allow;
            out.unsafe.push_back(i);
        }
        if (!guarded && !unattended(pair.predicted)) ++out.needless_stop;
    }
    return out;
}

nlohmann::json to_json(const Agreement& a) {
    const auto share = [](std::size_t hits, std::size_t count) -> nlohmann::json {
        const Interval interval = score_interval(hits, count);
        const auto rounded = [](double value) { return std::round(value * 10000) / 10000; };
        return {{"count", hits},
                {"of", count},
                {"share",
                 count == 0 ? nlohmann::json(nullptr)
                            : nlohmann::json(
                                  rounded(static_cast<double>(hits) / static_cast<double>(count)))},
                {"interval_95", {rounded(interval.low), rounded(interval.high)}}};
    };
    nlohmann::json confusion = nlohmann::json::object();
    for (std::size_t label = 0; label < 4; ++label) {
        for (std::size_t verdict = 0; verdict < 4; ++verdict) {
            confusion[std::string(to_string(kVerbs.at(label)))]
                     [std::string(to_string(kVerbs.at(verdict)))] = a.confusion[label][verdict];
        }
    }
    return {{"unsafe_allow", share(a.unsafe_allow, a.tools)},
            {"unsafe_allow_of_guarded", share(a.unsafe_allow, a.guarded)},
            {"needless_stop", share(a.needless_stop, a.tools)},
            {"same_decision", share(a.same, a.tools)},
            {"confusion", std::move(confusion)}};
}

}  // namespace mcprisk::policy

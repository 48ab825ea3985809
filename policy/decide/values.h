// Values that only a person can name, and the conditions that hold free arguments to them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/tool.h"
#include "policy/decide/condition.h"
#include "policy/decide/table.h"

namespace mcprisk::policy {

// [policy.values] of .mcprisk.toml. Empty: nothing is known, nothing is opened.
struct Values {
    std::vector<std::string> hosts;       // "api.example.com", "*.example.org" (below it, and it)
    std::vector<std::string> roots;       // absolute folders
    std::vector<std::string> recipients;  // domains of mail addresses
    std::vector<std::string> branches;    // names, or "feature/*"
    std::optional<double> amount;         // the most in one call

    [[nodiscard]] bool has(ValueKind kind) const;
};

// Holds every free argument of each kind in `kinds` to `values`. Nothing is returned if a value is
// missing, if an argument lies where no condition reaches it, or if the tool has none: then nothing
// bounds the tool. `missing` collects the kinds whose values would be needed.
std::optional<Conditions> hold_to_values(const Tool& tool,
                                         const std::vector<ValueKind>& kinds,
                                         const Values& values,
                                         std::vector<ValueKind>& missing);

}  // namespace mcprisk::policy

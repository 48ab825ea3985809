// Conditions that the schema of a tool gives by itself: choices of an umbrella tool, switches that
// make a call weigh more, arguments that ask for too much, lists without end.
#pragma once

#include <string>
#include <vector>

#include "policy/decide/decide.h"

namespace mcprisk::policy {

// What remains usable of an umbrella tool.
Conditions bars_of_switches(const std::vector<Switch>& switches, Category category);

// Booleans named by `words` are denied when true: by deny_if, or by require where leaving the
// argument out means true.
Conditions bars_of_flags(const Tool& tool, const std::vector<std::string>& words);

// Arguments that a finding of parameter-exfiltration of High or worse names.
struct Excess {
    Conditions conditions;
    std::string first;          // the first of them, quoted
    bool out_of_reach = false;  // there is one that no condition can name
};
Excess bars_of_excess(const Tool& tool, const Verdict& verdict);

// Lists whose schema says how many elements they may have.
std::vector<Bound> bounds_of_lists(const Tool& tool);

}  // namespace mcprisk::policy

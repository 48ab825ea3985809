// Conditions that keep free arguments away from where they do most harm.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "model/tool.h"
#include "model/verdict.h"
#include "policy/decide/values.h"

namespace mcprisk::policy {

// By capability tag and argument name: addresses away from private networks (net.fetch, net.send),
// paths away from credentials (fs.read, fs.write, fs.delete), pushes away from the main branch
// (vcs.write). Empty if nothing applies. Patterns on text are no substitute for a network
// rule.
Conditions guards_for(const Tool& tool, const Verdict& verdict);

// What a condition made by guards_for() looks for, after "the argument": "leads to credentials …".
// Empty for any other condition.
std::string_view guard_in_words(const nlohmann::json& condition);

}  // namespace mcprisk::policy

// A decision as a rule of policy.json, version "1".
#pragma once

#include <string>
#include <string_view>

#include "policy/decide/condition.h"
#include "policy/decide/decide.h"

namespace mcprisk::policy {

// Sets `rule`, `effect` and `on_deny`. Version "1" cannot ask: what should ask is denied, with a
// text that says so and names who can change that.
void write_rule(Decision& decision, std::string_view tool, std::string_view approver);

// {"path", "op", "value"}
nlohmann::json to_json(const Condition& condition);
nlohmann::json to_json(const ConditionValue& value);

// What a caller reads who should have been asked about.
std::string ask_text(const Decision& decision, std::string_view approver);

}  // namespace mcprisk::policy

// Sentences about one tool, made from what is known of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/tool.h"
#include "model/verdict.h"
#include "policy/decide/decide.h"

namespace mcprisk::policy {

// What a capability tag lets a wrong or manipulated call do, as a clause after "it"; empty for a
// tag that is not known.
std::string_view danger_of(std::string_view capability);

// The tags that danger_of() knows, which are all there are.
std::vector<std::string> capability_tags();

// Why this very tool needs a rule: evidence, capabilities, free arguments, findings, attacks.
std::string why_a_policy(const Tool& tool, const Verdict& verdict, const Decision& decision);

// Each entry of the rule's `require` and `deny_if` as a sentence, joined by blanks.
std::string conditions_in_words(const nlohmann::json& rule);

}  // namespace mcprisk::policy

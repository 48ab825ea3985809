// The one place where a verdict becomes a rule. docs/policy-format.md lists the named decisions.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "policy/arguments.h"
#include "policy/recommend.h"

namespace mcprisk::policy {

struct Decision {
    std::string id;  // "write-medium", "financial-gate" …
    Effect effect = Effect::allowed;
    RiskLevel level = RiskLevel::low;  // the one that decided: with claims believed or not
    nlohmann::json rule;               // the value under tools.<name>; null when hidden
    std::string because;               // a clause: "what it changes can be put back; …"
    std::string on_deny;           // what a denied caller reads, empty if nothing is denied by text
    std::vector<Switch> switches;  // of an umbrella tool that is let through in part
};

// Pure; the rule of one tool does not depend on its siblings.
Decision decide(const JudgedTool& tool, const Options& options);

// A name that gateways read as "all tools" or that cannot stand in `hide`: such a tool is denied by
// a rule of its own.
bool is_wildcard_name(std::string_view name);

// The category if nothing is believed that the author says to make the tool look milder: the most
// severe that the rest of the evidence names, where a claim decided; else the verdict's own.
Category category_without_claims(const Verdict& verdict);

// The evidence that named the category: `its name says "create"`, fit for a terminal.
std::string deciding_evidence(const Verdict& verdict);

// "at most 30 calls a minute per grant" of the rule's limits; empty if it has none.
std::string limits_in_words(const nlohmann::json& rule);

}  // namespace mcprisk::policy

// What the classifier says of one tool, and its document form "mcprisk-verdict/1".
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"
#include "model/category.h"

namespace mcprisk {

inline constexpr std::string_view kVerdictSchema = "mcprisk-verdict/1";

// `structure`: names, enums, parameter types, siblings, stated effects. `claim`: what the author
// says that makes the tool look milder; it may lower `risk`, never `risk_without_claims`.
enum class Basis : std::uint8_t { structure, claim };
std::string_view to_string(Basis basis);

struct Evidence {
    std::string rule;   // id of a rule under data/rules, or of a heuristic
    std::string field;  // "name", "description", "inputSchema.action", "siblings", "server" …
    std::string text;   // the words quoted
    std::string says;   // a category, or what it does to the level ("risk +1")
    Basis basis = Basis::structure;
};

struct Finding {
    std::string id;  // one of the fixed ids, e.g. "tool-poisoning"
    RiskLevel severity = RiskLevel::low;
    std::string field;
    std::string text;
};

struct Alternative {
    Category category = Category::read;
    double confidence = 0;
};

struct AttackLink {
    std::string id;
    std::string because;  // the tag and the word that produced it
};

struct Verdict {
    std::string server;
    std::string tool;
    std::string definition_hash;
    std::string rules_version;
    Category category = Category::read;
    RiskLevel risk = RiskLevel::low;
    RiskLevel base_risk = RiskLevel::low;
    RiskLevel risk_without_claims = RiskLevel::low;
    double confidence = 0;  // of the category, 0…1
    std::optional<Alternative> alternative;
    std::vector<std::string> capabilities;  // sorted
    std::vector<Evidence> evidence;         // strongest first
    std::string reason;                     // one sentence a person can read
    std::vector<Finding> findings;          // by field, then id
    std::vector<AttackLink> attacks;        // best fitting first
};

// Every field is always present, null for none. Confidences carry four decimals at most.
nlohmann::json to_json(const Verdict& verdict);
Result<Verdict> read_verdict(const nlohmann::json& value);

}  // namespace mcprisk

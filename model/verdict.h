// What the classifier says of one tool, and its document form "mcprisk-verdict/2".
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

inline constexpr std::string_view kVerdictSchema = "mcprisk-verdict/2";
inline constexpr std::string_view kVerdictSchemaBefore = "mcprisk-verdict/1";  // still read

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
    std::string place;   // "name", "description", "parameter", "siblings", "server" …: the kind of field
    std::string effect;  // what it does to the world: "look", "remove", "pay" …, empty if it says a level
};

// The call that decides, where a selector or a switch tells calls apart.
struct WorstCall {
    struct Argument {
        std::string path;
        std::string value;   // the choice; "true" of a switch
        bool flag = false;   // a switch: the value is a boolean
    };
    std::vector<Argument> args;  // the deciding ones only, by path
    std::string does;
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
    std::string sentence;                   // at most 14 words: what a call does
    std::optional<WorstCall> worst_call;    // if its arguments decide category or level
    std::optional<RiskLevel> usually;       // the level of the other calls, beside worst_call
    double sure = 0;                        // that the level is not too mild, 0…1
    std::vector<Finding> findings;          // by field, then id
    std::vector<AttackLink> attacks;        // best fitting first
};

// Every field is always present, null for none. Confidences carry four decimals at most.
nlohmann::json to_json(const Verdict& verdict);
// Documents of version 1 have no sentence, no worst call and a `sure` of 0.
Result<Verdict> read_verdict(const nlohmann::json& value);

}  // namespace mcprisk

// From verdicts to a recommended policy.json, version "1" (data/schemas/policy-v1.schema.json).
// Pure functions of their arguments.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/tool.h"
#include "model/verdict.h"
#include "policy/decide/table.h"

namespace mcprisk::policy {

struct Settings;

struct Options {
    Preset preset = Preset::recommended;
    bool compat = false;   // exactly the five shapes of the public reference, by category alone
    bool trusted = false;  // believe claims: `risk` decides instead of `risk_without_claims`
    const Table* table = nullptr;        // not owned; nullptr: the built-in one of the preset
    const Settings* settings = nullptr;  // not owned; nullptr: nothing is settled
    std::string today;                   // "2026-11-21": overrides count to their last day
    bool ceiling = false;                // a limit over all tools; for documents of whole servers
};

struct JudgedTool {
    const Tool* tool = nullptr;        // not owned, outlives the call
    const Verdict* verdict = nullptr;  // not owned, outlives the call
};

// What happens to a call, for people: what stays usable and how far.
enum class Effect { allowed, limited, conditional, denied, hidden };
std::string_view to_string(Effect effect);

struct Rule {
    std::string tool;
    Effect effect = Effect::allowed;
    std::string why;         // one sentence naming category, level and the deciding evidence
    std::string decision;    // its name in docs/policy-format.md: "write-medium", "override" …
    Verb verb = Verb::deny;  // what is meant; policy.json denies where it cannot ask
};

struct Recommendation {
    std::string policy_json;   // the document, indented, newline at the end
    std::string reasons_json;  // the same rules with reasons, "mcprisk-policy-reasons/1"
    std::vector<Rule> rules;   // by tool name
};

// One merged document for all `tools` of one server; for one tool give just that one. The order of
// `tools` does not matter. Of several tools with one name the strictest rule stands.
Recommendation recommend(std::string_view server,
                         std::span<const JudgedTool> tools,
                         const Options& options);

// What the recommended rule means for one tool, in sentences for `show`.
struct PlainWords {
    std::string effect;  // "At most 30 calls a minute per grant; further calls are denied …"
    std::string rest;    // what else the document denies or leaves usable
    std::string why_a_policy;        // why this tool needs one
    std::vector<std::string> steps;  // how to enforce it, in order
    std::string how_to_limit;        // the answer to "can I rate-limit it", with fields that exist
    std::string how_to_block;        // the answer to "how do I block it"
};
PlainWords plain_words(const JudgedTool& tool, const Options& options);

}  // namespace mcprisk::policy

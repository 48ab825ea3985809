// The registry of findings: a row an id. Detectors, outputs, the catalogue, the schema of verdicts
// and docs/findings.md all go by it; tests/model/finding_kinds_test.cc holds them together.
#pragma once

#include <span>
#include <string_view>

#include "model/verdict.h"

namespace mcprisk {

struct FindingKind {
    // Whether a verdict carries it, or only reports name it ("critical-tool").
    enum class Carrier { verdict, report };

    std::string_view id;
    Carrier carrier = Carrier::verdict;
    RiskLevel least = RiskLevel::low;  // severities it can have
    RiskLevel most = RiskLevel::critical;
    // No honest definition has it: orders to the model, ways of hiding them, requests for what a
    // tool does not need.
    bool alarm = false;
    // Rare enough on honest tools (at most 5 of 1,000, docs/findings.md "Attention") that people and
    // gates may be stopped by it whatever the tool's level is.
    bool attention = false;
    std::string_view sarif_score;  // on the scale of CVSS, as code-scanning services sort by it
    std::string_view title;        // a few words
    std::string_view what;         // one or two sentences: what was found and why it matters
    std::string_view remedy;       // what to do
};

// What verdicts can carry, sorted by id; then what only reports use.
std::span<const FindingKind> finding_kinds();

// nullptr for an unknown id.
const FindingKind* finding_kind(std::string_view id);

// The ids of alarms.
std::span<const std::string_view> alarming_findings();
bool is_alarming(std::string_view id);

// A finding of High or Critical whose kind has `attention`.
bool raises_attention(const Finding& finding);

// How urgently somebody should look at the tool: its level, or the severity of a finding that
// raises attention where that is worse.
RiskLevel attention_of(const Verdict& verdict);

}  // namespace mcprisk

// The level that people sort by: the worse of a tool's level and its alarming findings.
#pragma once

#include <algorithm>

#include "model/finding_kinds.h"
#include "model/verdict.h"

namespace mcprisk {

// A finding that asks for attention whatever the level.
inline bool raises_attention(const Finding& finding) {
    return finding.severity >= RiskLevel::high && is_alarming(finding.id);
}

inline RiskLevel attention_of(const Verdict& verdict) {
    RiskLevel level = verdict.risk;
    for (const Finding& finding : verdict.findings) {
        if (raises_attention(finding)) level = std::max(level, finding.severity);
    }
    return level;
}

// An alarm of high confidence: the definition is written to deceive.
inline bool is_deceitful(const Verdict& verdict) {
    return std::any_of(verdict.findings.begin(), verdict.findings.end(), [](const Finding& f) {
        return is_alarming(f.id) && raises_attention(f);
    });
}

}  // namespace mcprisk

// Definitions that are written to deceive.
#pragma once

#include <string_view>

#include "model/finding_kinds.h"
#include "model/verdict.h"

namespace mcprisk {

// An alarm of high confidence, which no honest definition has: orders to the model, ways of hiding
// them, requests for what a tool does not need; or two different alarms in one tool. A single
// directive about other tools, or praise of itself, stands in honest definitions too (14 and 2 of
// 13,116): those raise attention and prove nothing.
inline bool is_deceitful(const Verdict& verdict) {
    std::string_view first;
    for (const Finding& finding : verdict.findings) {
        if (!is_alarming(finding.id) || !raises_attention(finding)) continue;
        const bool mild =
            finding.id == "cross-tool-directive" || finding.id == "preference-manipulation";
        if (!mild || (!first.empty() && first != finding.id)) return true;
        first = finding.id;
    }
    return false;
}

}  // namespace mcprisk

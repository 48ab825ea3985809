// Definitions that are written to deceive.
#pragma once

#include <algorithm>

#include "model/finding_kinds.h"
#include "model/verdict.h"

namespace mcprisk {

// An alarm of high confidence, which no honest definition has.
inline bool is_deceitful(const Verdict& verdict) {
    return std::any_of(verdict.findings.begin(), verdict.findings.end(), [](const Finding& f) {
        return is_alarming(f.id) && raises_attention(f);
    });
}

}  // namespace mcprisk

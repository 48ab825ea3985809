// What each finding means and what to do about it, for SARIF rules and whoever else explains them.
#pragma once

#include <span>
#include <string_view>

namespace mcprisk::cli {

struct FindingText {
    std::string_view id;
    std::string_view title;   // a few words
    std::string_view what;    // one or two sentences: what was found and why it matters
    std::string_view advice;  // what to do
};

// All ids that a verdict can carry, sorted; then those that only reports use ("critical-tool" …).
std::span<const FindingText> finding_texts();

// nullptr for an unknown id.
const FindingText* finding_text(std::string_view id);

}  // namespace mcprisk::cli

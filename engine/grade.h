// One letter for a server, from what calls of its tools can do at worst (docs/outputs.md, "Grade").
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>

#include "model/verdict.h"
#include "store/catalogue.h"

namespace mcprisk::engine {

// The letter says what the worst that can happen is, the points order servers within it.
//
// Each tool counts by its attention (model/finding_kinds.h). A: nothing above Low. B: Medium. C:
// High. D: Critical. F: a Critical tool that runs any command, or a definition with an alarm of
// high confidence. Points: 100 less for each letter, and within the letter 1 to 99 less by the
// tools of that kind: 99 · w / (w + 5), where each weighs 1, and 2 if it takes input without
// limits (for F the Critical ones, and each that makes it an F once more). So one deadly tool outweighs any number of harmless ones, harmless ones change nothing,
// and no further tool ever makes a grade better.
struct Grade {
    char letter = '?';       // '?': no tool is known
    std::size_t points = 0;  // 500 best, 1 worst; 0 for '?'
};

// What a grade is made of; tools by RiskLevel of their attention.
struct GradeCounts {
    std::array<std::size_t, 4> tools{};
    std::array<std::size_t, 4> unbounded{};
    std::size_t any_command = 0;
    std::size_t alarming = 0;
};

GradeCounts grade_counts(std::span<const Verdict> verdicts);
GradeCounts grade_counts(const store::ServerRow& server);

Grade grade_of(const GradeCounts& counts);
Grade grade_of(std::span<const Verdict> verdicts);
Grade grade_of(const store::ServerRow& server);

// What the letter says: "runs any command", "nothing above Low".
std::string grade_in_words(const GradeCounts& counts);

// "C 317", or "?"
std::string grade_text(const Grade& grade);

}  // namespace mcprisk::engine

// One letter for a server, from its worst tools (docs/outputs.md).
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "model/verdict.h"
#include "store/catalogue.h"

namespace mcprisk::engine {

// The letter says what the worst that can happen is, the points order servers within it.
//
// A: nothing above Low. B: Medium. C: High. D: Critical. F: a finding that no honest definition has
// (an alarm of model/finding_kinds.h) of severity High or Critical, whatever the levels. Points:
// 100 less for each letter, and within the letter 1 to 99 less by how many tools are of that kind:
// 99 · n / (n + 5). So one deadly tool outweighs any number of harmless ones, and tools that are
// harmless change nothing.
struct Grade {
    char letter = '?';       // '?': no tool is known
    std::size_t points = 0;  // 500 best, 1 worst; 0 for '?'
};

Grade grade_of(std::span<const Verdict> verdicts);

// The same from counts, where verdicts are not at hand: `levels` by RiskLevel, `alarming` tools
// with such a finding.
Grade grade_of(const std::size_t (&levels)[4], std::size_t alarming);
Grade grade_of(const store::ServerRow& server);

// "C 317", or "?"
std::string grade_text(const Grade& grade);

}  // namespace mcprisk::engine

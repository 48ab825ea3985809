#include "engine/grade.h"

#include <fmt/format.h>
#include <algorithm>
#include <string_view>

#include "model/finding_kinds.h"

namespace mcprisk::engine {
namespace {

bool fails(const Finding& finding) {
    return finding.severity >= RiskLevel::high && is_alarming(finding.id);
}

}  // namespace

Grade grade_of(const std::size_t (&levels)[4], std::size_t alarming) {
    constexpr std::string_view kLetters = "ABCD";
    const auto points = [](std::size_t best, std::size_t n) { return best - 99 * n / (n + 5); };
    if (alarming > 0) return {'F', points(100, alarming)};
    for (std::size_t level = 4; level-- > 1;) {
        if (levels[level] > 0) return {kLetters[level], points(500 - 100 * level, levels[level])};
    }
    return levels[0] > 0 ? Grade{'A', 500} : Grade{};
}

Grade grade_of(std::span<const Verdict> verdicts) {
    std::size_t levels[4] = {};
    std::size_t alarming = 0;
    for (const Verdict& verdict : verdicts) {
        if (verdict.rules_version.empty()) continue;
        ++levels[static_cast<std::size_t>(verdict.risk)];
        alarming += std::any_of(verdict.findings.begin(), verdict.findings.end(), fails) ? 1 : 0;
    }
    return grade_of(levels, alarming);
}

Grade grade_of(const store::ServerRow& server) {
    std::size_t levels[4] = {};
    for (const auto& [level, n] : server.by_risk) levels[static_cast<std::size_t>(level)] = n;
    return grade_of(levels, server.alarming);
}

std::string grade_text(const Grade& grade) {
    if (grade.letter == '?') return "?";
    return fmt::format("{} {}", grade.letter, grade.points);
}

}  // namespace mcprisk::engine

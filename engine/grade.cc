#include "engine/grade.h"

#include <fmt/format.h>
#include <algorithm>
#include <string_view>

#include "engine/view/words.h"
#include "model/deceit.h"

namespace mcprisk::engine {
namespace {

bool has_finding(const Verdict& verdict, std::string_view id) {
    return std::any_of(verdict.findings.begin(), verdict.findings.end(), [&](const Finding& f) {
        return f.id == id;
    });
}

bool runs_any_command(const Verdict& verdict) {
    return verdict.category == Category::execute && attention_of(verdict) == RiskLevel::critical &&
           std::find(verdict.capabilities.begin(), verdict.capabilities.end(), "exec.shell") !=
               verdict.capabilities.end();
}

// The worst level that has tools; 0 if none has.
std::size_t worst_level(const GradeCounts& counts) {
    for (std::size_t level = counts.tools.size(); level-- > 1;) {
        if (counts.tools[level] > 0) return level;
    }
    return 0;
}

}  // namespace

GradeCounts grade_counts(std::span<const Verdict> verdicts) {
    GradeCounts counts;
    for (const Verdict& verdict : verdicts) {
        if (verdict.rules_version.empty()) continue;
        const auto level = static_cast<std::size_t>(attention_of(verdict));
        ++counts.tools[level];
        if (has_finding(verdict, "unbounded-parameter")) ++counts.unbounded[level];
        if (runs_any_command(verdict)) ++counts.any_command;
        if (is_deceitful(verdict)) ++counts.alarming;
    }
    return counts;
}

GradeCounts grade_counts(const store::ServerRow& server) {
    GradeCounts counts;
    for (const auto& [level, n] : server.by_attention) {
        counts.tools[static_cast<std::size_t>(level)] = n;
    }
    for (const auto& [level, n] : server.unbounded) {
        counts.unbounded[static_cast<std::size_t>(level)] = n;
    }
    counts.any_command = server.any_command;
    counts.alarming = server.alarming;
    return counts;
}

Grade grade_of(const GradeCounts& counts) {
    constexpr std::string_view kLetters = "ABCD";
    const auto points = [](std::size_t best, std::size_t weight) {
        return best - 99 * weight / (weight + 5);
    };
    const std::size_t level = worst_level(counts);
    const std::size_t weight = counts.tools[level] + counts.unbounded[level];
    if (counts.alarming > 0 || counts.any_command > 0) {
        constexpr auto kCritical = static_cast<std::size_t>(RiskLevel::critical);
        return {'F',
                points(100,
                       counts.any_command + counts.alarming + counts.tools[kCritical] +
                           counts.unbounded[kCritical])};
    }
    if (level > 0) return {kLetters[level], points(500 - 100 * level, weight)};
    return counts.tools[0] > 0 ? Grade{'A', 500} : Grade{};
}

Grade grade_of(std::span<const Verdict> verdicts) { return grade_of(grade_counts(verdicts)); }

Grade grade_of(const store::ServerRow& server) { return grade_of(grade_counts(server)); }

std::string grade_in_words(const GradeCounts& counts) {
    std::string text;
    const auto add = [&](std::size_t n, std::string_view what) {
        if (n > 0) text += fmt::format("{}{} {}", text.empty() ? "" : "; ", count_of(n, "tool"), what);
    };
    add(counts.alarming, "with a definition that is written to deceive");
    add(counts.any_command, "that run any command");
    const std::size_t level = worst_level(counts);
    if (level == 0) {
        if (counts.tools[0] == 0) return "no tool is known";
        return text.empty() ? "nothing above Low" : text;
    }
    add(counts.tools[level],
        counts.unbounded[level] > 0
            ? fmt::format("of level {}, {} without limits on its input",
                          to_string(kRiskLevels[level]),
                          counts.unbounded[level])
            : fmt::format("of level {}", to_string(kRiskLevels[level])));
    return text;
}

std::string grade_text(const Grade& grade) {
    if (grade.letter == '?') return "?";
    return fmt::format("{} {}", grade.letter, grade.points);
}

}  // namespace mcprisk::engine

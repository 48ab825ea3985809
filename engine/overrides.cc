#include "engine/overrides.h"

#include <string_view>

namespace mcprisk::engine {

void apply_overrides(std::vector<Verdict>& verdicts,
                     const policy::Settings& settings,
                     const std::string& today) {
    for (Verdict& verdict : verdicts)
        verdict = policy::settled(std::move(verdict), settings, today);
}

void apply_overrides(std::vector<store::ToolRow>& rows,
                     const policy::Settings& settings,
                     const std::string& today) {
    for (store::ToolRow& row : rows)
        row.verdict = policy::settled(std::move(row.verdict), settings, today);
}

std::vector<Verdict> without_accepted(std::vector<Verdict> verdicts,
                                      const policy::Settings& settings,
                                      const std::string& today) {
    for (Verdict& verdict : verdicts) {
        const auto accepted = [&](std::string_view what) {
            return policy::suppression_for(settings, verdict.server, verdict.tool, what, today) !=
                   nullptr;
        };
        std::erase_if(verdict.findings, [&](const Finding& one) { return accepted(one.id); });
        if (accepted("level")) verdict.risk = RiskLevel::low;
    }
    return verdicts;
}

}  // namespace mcprisk::engine

// Verdicts as the people who run the servers settled them (policy/decide/settings.h). Pure.
#pragma once

#include <string>
#include <vector>

#include "model/verdict.h"
#include "policy/decide/settings.h"
#include "store/catalogue.h"

namespace mcprisk::engine {

// Each changed verdict says so in its reason. `today`, "2026-11-21", is the day that must not be
// past an override's last one.
void apply_overrides(std::vector<Verdict>& verdicts,
                     const policy::Settings& settings,
                     const std::string& today);
void apply_overrides(std::vector<store::ToolRow>& rows,
                     const policy::Settings& settings,
                     const std::string& today);

// Verdicts as --fail-on is to see them: without findings that somebody accepted, and Low where the
// level itself is accepted.
std::vector<Verdict> without_accepted(std::vector<Verdict> verdicts,
                                      const policy::Settings& settings,
                                      const std::string& today);

}  // namespace mcprisk::engine

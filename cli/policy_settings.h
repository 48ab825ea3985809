// .mcprisk.toml: trust, overrides and values for policies (docs/policy-settings.md).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/session.h"
#include "policy/recommend.h"
#include "policy/settings.h"
#include "store/catalogue.h"

namespace mcprisk::cli {

// The named file, else .mcprisk.toml of the current directory, else nothing settled. Overrides that
// have run out are warned of. Throws CommandFailure if the file cannot be read or has a fault.
policy::Settings load_settings(const std::string& file, Session& session);

// "2026-11-21" by the session's clock.
std::string today(const Session& session);

// Verdicts as the overrides change them; each changed one says so in its reason.
void apply_overrides(std::vector<Verdict>& verdicts,
                     const policy::Settings& settings,
                     const std::string& today);
void apply_overrides(std::vector<store::ToolRow>& rows,
                     const policy::Settings& settings,
                     const std::string& today);

}  // namespace mcprisk::cli

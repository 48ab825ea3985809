// .mcprisk.toml: trust, overrides and values for policies (docs/policy-settings.md).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/output/sarif.h"
#include "cli/session.h"
#include "policy/decide/settings.h"

namespace mcprisk::cli {

// What the person running settled, in the file of --settings, else in ~/.mcprisk.toml, tightened by
// the .mcprisk.toml of the current folder or of the repository that it is in: that one comes with
// the project and its author may be anybody, so it never loosens anything. So does a file at home
// that others can write. Overrides that have run out, the found file and what of it does not count
// are said once a run. Throws CommandFailure if a file cannot be read or has a fault.
struct LoadedSettings {
    policy::Settings settings;
    std::string found;  // one line for people about the found file; empty if there is none
};
LoadedSettings load_all_settings(Session& session);
policy::Settings load_settings(Session& session);

// "2026-11-21" by the session's clock.
std::string today(const Session& session);

// Results that somebody accepted stay in the document and say why.
void mark_accepted(std::vector<SarifResult>& results,
                   const policy::Settings& settings,
                   const std::string& today);

// The same by the settings of the current directory, read now.
std::function<void(std::vector<SarifResult>&)> acceptance(Session& session);

}  // namespace mcprisk::cli

// What the people who run the servers settled: whom they trust, what they know better, and the
// values that bound free arguments. The file is .mcprisk.toml; docs/policy-settings.md has its
// keys.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/diagnostics.h"
#include "model/verdict.h"
#include "policy/decide/values.h"

namespace mcprisk::policy {

// One thing that somebody knows better than the classifier.
struct Override {
    std::string server;  // globs with * and ?
    std::string tool;
    std::optional<Category> category;
    std::optional<RiskLevel> level;
    std::optional<Verb> verb;
    std::string reason;
    std::string expires;                 // "2027-01-31", the last day it counts
    std::string file = ".mcprisk.toml";  // that it stands in, for people
};

// A finding, or the level of a tool, that somebody has looked at and accepts for a while.
struct Suppression {
    std::string server;  // globs with * and ?
    std::string tool;
    std::string finding;  // an id, or "level" for the level itself
    std::string reason;
    std::string expires;  // the last day it counts
};

struct Settings {
    std::vector<std::string> trusted;  // globs of server ids whose claims are believed
    std::vector<Override> overrides;   // a later one wins over an earlier one
    // Of files that may only tighten: a level counts where it is higher, a verb where it is
    // stricter, whatever an override says.
    std::vector<Override> tightenings;
    std::vector<Suppression> suppressions;
    Values values;
    std::string approver;  // who may change a policy, for the texts of denied calls

    [[nodiscard]] bool trusts(std::string_view server) const;
};

// `value` is the file as JSON. Every unknown key, wrong type, override without reason or expiry is
// an error with its path; nothing is returned then.
std::optional<Settings> read_settings(const nlohmann::json& value, Diagnostics& faults);

// `own` with what of `found` makes anything stricter, for a file that somebody else may have
// written. The rest of it is named in `ignored`, one short phrase each.
Settings tightened(Settings own, Settings found, std::vector<std::string>& ignored);

// The override that counts for a tool on `today` ("2026-11-21"), or nullptr.
const Override* override_for(const Settings& settings,
                             std::string_view server,
                             std::string_view tool,
                             std::string_view today);

// What accepts this finding ("level": this level) of a tool on `today`, or nullptr.
const Suppression* suppression_for(const Settings& settings,
                                   std::string_view server,
                                   std::string_view tool,
                                   std::string_view finding,
                                   std::string_view today);

// The strictest level and verb that tightenings ask for, and the one that asks for each.
struct Tightening {
    const Override* level = nullptr;
    const Override* verb = nullptr;
};
Tightening tightening_for(const Settings& settings,
                          std::string_view server,
                          std::string_view tool,
                          std::string_view today);

// `verdict` as the override that counts and the tightenings leave it.
Verdict settled(Verdict verdict, const Settings& settings, std::string_view today);

// Overrides whose last day is over.
std::vector<const Override*> expired(const Settings& settings, std::string_view today);

// `verdict` with what the override changes, named in its reason. A changed level holds with claims
// and without.
Verdict overridden(Verdict verdict, const Override& one);

// "Low by .mcprisk.toml until 2027-01-31: read-only replica"
std::string in_words(const Override& one);

// Does `text` fit a glob of * (any run) and ? (any one byte)?
bool matches_glob(std::string_view glob, std::string_view text);

}  // namespace mcprisk::policy

// Engines and parsers of others, run by node: tests/policy/engines/judge.mjs.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

namespace mcprisk::policy::testing {

// The answers to `cases` (see judge.mjs), or nothing where node or the packages cannot be had: they
// are looked for in $MCPRISK_JUDGES, else installed once into the build folder by npm.
std::optional<nlohmann::json> ask_judges(const nlohmann::json& cases);

}  // namespace mcprisk::policy::testing

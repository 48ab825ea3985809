// JSON Schema as another program sees it: python3 with its jsonschema package, run as a child.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mcprisk::policy::testing {

// Can python3 import jsonschema? Asked once.
bool has_schema_checker();

// For each document whether data/schemas/<schema> accepts it. Empty, with a message to stderr by
// the child, if the schema itself is invalid or the child failed.
std::optional<std::vector<bool>> accepts(const std::string& schema,
                                         const std::vector<nlohmann::json>& documents);

}  // namespace mcprisk::policy::testing

// Changes to one setting of a client's file, JSON with comments or TOML; every other byte stays.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"

namespace mcprisk::engine {

// Both fail with ErrorCode::unsupported for YAML and with invalid_input for a file that cannot be
// understood. Steps of `at` are keys, or indices of JSON lists as text.
Result<std::string> set_value(std::string_view text,
                              const std::vector<std::string>& at,
                              const nlohmann::json& value);
Result<std::string> take_from_list(std::string_view text,
                                   const std::vector<std::string>& at,
                                   const std::vector<std::string>& elements);

}  // namespace mcprisk::engine

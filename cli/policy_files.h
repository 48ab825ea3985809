// Recommended policies as files: policy.json with policy.reasons.json beside it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/recommend.h"

namespace mcprisk::cli {

// `directory` is the server's own folder; its name comes from SafeNames, asked in order of the ids,
// so that the same servers get the same folders. Returns the path of policy.json. Throws
// CommandFailure if a file cannot be written.
std::filesystem::path write_policy_files(const std::filesystem::path& directory,
                                         std::string_view server,
                                         const std::vector<policy::JudgedTool>& tools,
                                         const policy::Options& options);

std::optional<policy::Preset> parse_preset(std::string_view word);

}  // namespace mcprisk::cli

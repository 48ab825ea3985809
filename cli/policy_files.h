// Recommended policies as files: policy.json with policy.reasons.json beside it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/document/recommend.h"

namespace mcprisk::cli {

// `directory` is the server's own folder; its name comes from SafeNames, asked in order of the ids,
// so that the same servers get the same folders (engine::Intake does so). Returns how many of the
// two files changed. Throws CommandFailure if a file cannot be written.
std::size_t write_recommendation(const std::filesystem::path& directory,
                                 const policy::Recommendation& recommendation);

// Writes `text` if the file does not hold it already; true if it was written. A link is refused,
// since what it leads to may be somebody else's.
bool write_if_changed(const std::filesystem::path& file, std::string_view text);

// The whole file, or nothing if there is none or it cannot be read.
std::optional<std::string> read_if_there(const std::filesystem::path& file);

std::optional<policy::Preset> parse_preset(std::string_view word);

}  // namespace mcprisk::cli

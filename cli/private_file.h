// Files that are this user's alone, and the folders in which they are kept.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "cli/environment.h"
#include "model/base/result.h"

namespace mcprisk::cli {

// $VARIABLE/mcprisk, else $HOME/below_home/mcprisk. Empty without both: no place that others share
// stands in for one's own.
std::filesystem::path own_folder(const Environment& environment,
                                 const char* variable,
                                 const char* below_home);

// The content of a file that only this user may have written: a regular file, no link, of this
// user's, that nobody else may write, or, if `secret`, read. Nothing if there is none.
// ErrorCode::conflict, with what is wrong and what to do, for every other.
Result<std::optional<std::string>> read_private(const std::filesystem::path& file,
                                                std::size_t limit,
                                                bool secret = false);

// Replaces it whole, with mode 0600, in a folder made with 0700. Follows no link.
Result<void> write_private(const std::filesystem::path& file, std::string_view text);

}  // namespace mcprisk::cli

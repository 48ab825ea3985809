#pragma once

#include <string>
#include <string_view>

namespace mcprisk::policy {

// A unified diff with three lines of context, empty if nothing changes.
std::string unified_diff(std::string_view before, std::string_view after, std::string_view name);

}  // namespace mcprisk::policy

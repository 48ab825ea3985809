// What changes between two policies of version "1", tool by tool.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"

namespace mcprisk::policy {

enum class Turn { stricter, looser, different };
std::string_view to_string(Turn turn);

struct Change {
    std::string tool;    // "*" for what no rule names, "all_tools" for the ceiling
    std::string before;  // "at most 30 calls a minute", "denied", "not named: denied" …
    std::string after;
    Turn turn = Turn::different;  // by what happens to a call; different if neither is stricter
};

// By tool name. Fails if one of the two is not valid.
Result<std::vector<Change>> compare_policies(std::string_view before, std::string_view after);

// Those of `tools` that the document neither names nor hides, in their order. Fails if it is not
// valid.
Result<std::vector<std::string>> unknown_tools(std::string_view document,
                                               const std::vector<std::string>& tools);

}  // namespace mcprisk::policy

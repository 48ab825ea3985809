// Tools of a server by what a person or a model typed.
#pragma once

#include <string_view>
#include <vector>

#include "model/base/result.h"
#include "policy/document/recommend.h"
#include "store/catalogue.h"

namespace mcprisk::engine {

// By its exact name, else in any case. Points into `tools`. The error names the nearest ones.
Result<const store::ToolRow*> find_tool(const std::vector<store::ToolRow>& tools,
                                        std::string_view server,
                                        std::string_view name);

// Views into `rows`, which must outlive them.
std::vector<policy::JudgedTool> judged(const std::vector<store::ToolRow>& rows);

}  // namespace mcprisk::engine

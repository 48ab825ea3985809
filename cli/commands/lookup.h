// Finding servers and tools of the catalogue by what a person typed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/document/recommend.h"
#include "store/catalogue.h"

namespace mcprisk::cli {

// Both throw CommandFailure with the nearest names when nothing or too much fits.
store::ServerRow server_or_fail(const store::Catalogue& catalogue, std::string_view part);
const store::ToolRow& tool_or_fail(const std::vector<store::ToolRow>& tools,
                                   std::string_view server,
                                   std::string_view name);

// Views into `rows`, which must outlive them.
std::vector<policy::JudgedTool> judged(const std::vector<store::ToolRow>& rows);

}  // namespace mcprisk::cli

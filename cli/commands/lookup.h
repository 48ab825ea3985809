// Finding servers and tools of the catalogue by what a person typed.
#pragma once

#include <string_view>
#include <vector>

#include "engine/lookup.h"
#include "store/catalogue.h"

namespace mcprisk::cli {

// Both throw CommandFailure with the nearest names when nothing or too much fits.
store::ServerRow server_or_fail(const store::Catalogue& catalogue, std::string_view part);
const store::ToolRow& tool_or_fail(const std::vector<store::ToolRow>& tools,
                                   std::string_view server,
                                   std::string_view name);

}  // namespace mcprisk::cli

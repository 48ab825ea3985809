// Finding servers and tools of the catalogue by what a person typed.
#pragma once

#include <string_view>
#include <vector>

#include "cli/session.h"
#include "engine/lookup.h"
#include "policy/document/recommend.h"
#include "store/catalogue.h"
#include "store/entries.h"

namespace mcprisk::cli {

// All throw CommandFailure with the nearest names when nothing or too much fits.
store::ServerRow server_or_fail(const store::Catalogue& catalogue, std::string_view part);
// Throws CommandFailure where there is no catalogue.
store::Entries open_entries(const Session& session, store::OpenMode mode);

// Ids of the entries of a group ("npm:NAME"), else of the one server that fits.
std::vector<std::string> servers_or_fail(const store::Catalogue& catalogue,
                                         std::string_view part,
                                         Session& session);
const store::ToolRow& tool_or_fail(const std::vector<store::ToolRow>& tools,
                                   std::string_view server,
                                   std::string_view name);

}  // namespace mcprisk::cli

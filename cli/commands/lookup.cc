#include "cli/commands/lookup.h"

#include "cli/exit_code.h"

namespace mcprisk::cli {

store::ServerRow server_or_fail(const store::Catalogue& catalogue, std::string_view part) {
    auto server = catalogue.find_server(part);
    if (!server) throw CommandFailure(ExitCode::failed, server.error().message);
    return std::move(*server);
}

store::Entries open_entries(const Session& session, store::OpenMode mode) {
    auto entries = store::Entries::open(session.catalogue_path(), mode);
    if (!entries) throw CommandFailure(ExitCode::failed, entries.error().message);
    return std::move(*entries);
}

std::vector<std::string> servers_or_fail(const store::Catalogue& catalogue,
                                         std::string_view part,
                                         Session& session) {
    std::vector<std::string> entries =
        open_entries(session, store::OpenMode::read_only).of_group(part);
    if (entries.empty()) entries.push_back(server_or_fail(catalogue, part).id);
    return entries;
}

const store::ToolRow& tool_or_fail(const std::vector<store::ToolRow>& tools,
                                   std::string_view server,
                                   std::string_view name) {
    const auto found = engine::find_tool(tools, server, name);
    if (!found) throw CommandFailure(ExitCode::failed, found.error().message);
    return **found;
}

}  // namespace mcprisk::cli

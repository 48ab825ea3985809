#include "cli/commands/lookup.h"

#include <fmt/format.h>
#include <algorithm>

#include "cli/exit_code.h"
#include "model/base/text.h"

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
    const auto exact = std::find_if(tools.begin(), tools.end(), [&](const store::ToolRow& row) {
        return row.tool.name == name;
    });
    if (exact != tools.end()) return *exact;
    const auto any_case = std::find_if(tools.begin(), tools.end(), [&](const store::ToolRow& row) {
        return equals_ignoring_case(row.tool.name, name);
    });
    if (any_case != tools.end()) return *any_case;
    std::vector<std::pair<std::size_t, std::string>> near;
    for (const store::ToolRow& row : tools) {
        const bool part = lower_ascii(row.tool.name).find(lower_ascii(name)) != std::string::npos;
        const std::size_t distance = part ? 0 : edit_distance(row.tool.name, name);
        if (distance <= std::max<std::size_t>(2, name.size() / 3)) {
            near.emplace_back(distance, row.tool.name);
        }
    }
    std::sort(near.begin(), near.end());
    if (near.size() > 5) near.resize(5);
    std::string hint;
    for (const auto& [distance, candidate] : near) hint += (hint.empty() ? "" : ", ") + candidate;
    throw CommandFailure(ExitCode::failed,
                         fmt::format("{} has no tool \"{}\"{}",
                                     server,
                                     name,
                                     hint.empty() ? ": see mcprisk show " + std::string(server)
                                                  : "; did you mean " + hint + "?"));
}

std::vector<policy::JudgedTool> judged(const std::vector<store::ToolRow>& rows) {
    std::vector<policy::JudgedTool> tools;
    tools.reserve(rows.size());
    for (const store::ToolRow& row : rows) tools.push_back({&row.tool, &row.verdict});
    return tools;
}

}  // namespace mcprisk::cli

#include "engine/lookup.h"

#include <fmt/format.h>
#include <algorithm>
#include <string>

#include "model/base/text.h"

namespace mcprisk::engine {

Result<const store::ToolRow*> find_tool(const std::vector<store::ToolRow>& tools,
                                        std::string_view server,
                                        std::string_view name) {
    const auto exact = std::find_if(tools.begin(), tools.end(), [&](const store::ToolRow& row) {
        return row.tool.name == name;
    });
    if (exact != tools.end()) return &*exact;
    const auto any_case = std::find_if(tools.begin(), tools.end(), [&](const store::ToolRow& row) {
        return equals_ignoring_case(row.tool.name, name);
    });
    if (any_case != tools.end()) return &*any_case;
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
    return fail(ErrorCode::not_found,
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

}  // namespace mcprisk::engine

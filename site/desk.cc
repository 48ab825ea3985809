#include "site/desk.h"

#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/view/words.h"
#include "model/base/json.h"

namespace mcprisk::site {
namespace {

constexpr std::size_t kExamples = 50;

}  // namespace

Desk::Desk(const Overview& given) : overview(given), site(*given.site), view(*given.site->view) {
    for (const engine::ToolOutline& tool : view.tools) {
        ++by_level[static_cast<std::size_t>(tool.risk)];
        ++by_category[static_cast<std::size_t>(tool.category)];
    }
}

void Desk::twin(const std::string& page, const nlohmann::json& value) {
    if (!site.options->twins) return;
    add({page.substr(0, page.size() - 5) + ".json", pretty_json(value)});
}

std::vector<std::uint32_t> Desk::examples(const std::vector<std::uint32_t>& tools) const {
    std::map<std::uint32_t, std::size_t> seen;
    std::vector<std::pair<std::size_t, std::uint32_t>> order;
    order.reserve(tools.size());
    for (const std::uint32_t tool : tools) {
        order.emplace_back(seen[view.tools[tool].server]++, tool);
    }
    std::stable_sort(order.begin(), order.end(), [&](const auto& a, const auto& b) {
        if (a.first != b.first) return a.first < b.first;
        return view.tools[a.second].risk > view.tools[b.second].risk;
    });
    std::vector<std::uint32_t> out;
    for (const auto& one : order) {
        if (out.size() == kExamples) break;
        out.push_back(one.second);
    }
    return out;
}

nlohmann::json Desk::tools_json(const std::vector<std::uint32_t>& tools) const {
    nlohmann::json list = nlohmann::json::array();
    for (const std::uint32_t tool : tools) {
        const engine::ToolOutline& one = view.tools[tool];
        list.push_back({{"server", view.servers[one.server].id},
                        {"untrusted_name", one.name},
                        {"category", to_string(one.category)},
                        {"risk", to_string(one.risk)}});
    }
    return list;
}

void Desk::tool_list(Blocks& page,
                     const std::vector<std::uint32_t>& tools,
                     std::string_view search,
                     std::string_view query) const {
    page.heading("examples", fmt::format("{} here", engine::count_of(tools.size(), "tool")));
    for (const std::uint32_t tool : examples(tools)) page.tool(tool);
    if (tools.size() <= kExamples) return;
    page.heading("more", "All of them");
    page.para_link(fmt::format("{} are shown, from as many servers as can be.", kExamples),
                   search,
                   "Search has all of them");
    page.para(fmt::format("On a terminal: {}", query));
}

}  // namespace mcprisk::site

#include "cli/output/movement_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <vector>

#include "cli/output/table.h"
#include "cli/session.h"
#include "model/base/json.h"

namespace mcprisk::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kMovers = 20;

std::string signed_text(std::int64_t n) { return n == 0 ? "" : fmt::format("{:+}", n); }

json count_json(const engine::Movement::Count& count) {
    return {{"before", count.before}, {"after", count.after}};
}

}  // namespace

std::string movement_text(const engine::Movement& moved,
                          std::int64_t since,
                          std::int64_t until,
                          std::size_t columns) {
    std::vector<std::vector<Cell>> rows;
    const auto add = [&](std::string name, const engine::Movement::Count& count) {
        rows.push_back({{std::move(name), nullptr},
                        {std::to_string(count.before), nullptr},
                        {std::to_string(count.after), nullptr},
                        {signed_text(count.change()), nullptr}});
    };
    add("servers", moved.servers);
    add("tools", moved.tools);
    for (auto at = moved.by_risk.rbegin(); at != moved.by_risk.rend(); ++at) {
        add(std::string(to_string(at->first)) + " tools", at->second);
    }
    for (auto at = moved.by_category.rbegin(); at != moved.by_category.rend(); ++at) {
        add(std::string(to_string(at->first)) + " tools", at->second);
    }
    for (auto at = moved.servers_with.rbegin(); at != moved.servers_with.rend(); ++at) {
        add("servers with " + std::string(to_string(at->first)), at->second);
    }
    std::string out = fmt::format("From {} to {}\n\n", format_time(since), format_time(until));
    out +=
        render_table({{"", false, 0}, {"BEFORE", true, 0}, {"AFTER", true, 0}, {"CHANGE", true, 0}},
                     rows,
                     columns);
    if (moved.movers.empty()) return out + "\nNo server moved.\n";
    rows.clear();
    for (const engine::Movement::Server& server : moved.movers) {
        if (rows.size() == kMovers) break;
        rows.push_back({{server.id, nullptr},
                        {signed_text(server.dangerous.change()), nullptr},
                        {signed_text(server.tools.change()), nullptr},
                        {std::to_string(server.tools.after), nullptr}});
    }
    out += "\n" + render_table({{"MOVERS", false, 24},
                                {"HIGH OR CRITICAL", true, 0},
                                {"TOOLS", true, 0},
                                {"NOW", true, 0}},
                               rows,
                               columns);
    if (moved.movers.size() > rows.size()) {
        out += fmt::format("… and {} more\n", moved.movers.size() - rows.size());
    }
    return out;
}

std::string movement_json(const engine::Movement& moved, std::int64_t since, std::int64_t until) {
    const auto all = [](const auto& counts) {
        json out = json::object();
        for (const auto& [key, count] : counts)
            out[std::string(to_string(key))] = count_json(count);
        return out;
    };
    json movers = json::array();
    for (const engine::Movement::Server& server : moved.movers) {
        movers.push_back({{"server", server.id},
                          {"tools", count_json(server.tools)},
                          {"high_or_critical", count_json(server.dangerous)}});
    }
    return pretty_json({{"schema", "mcprisk-movement/1"},
                        {"since", since},
                        {"until", until},
                        {"servers", count_json(moved.servers)},
                        {"tools", count_json(moved.tools)},
                        {"by_category", all(moved.by_category)},
                        {"by_risk", all(moved.by_risk)},
                        {"servers_with", all(moved.servers_with)},
                        {"movers", std::move(movers)}});
}

}  // namespace mcprisk::cli

#include "cli/movement.h"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "cli/output/table.h"
#include "cli/session.h"
#include "model/base/json.h"

namespace mcprisk::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kMovers = 20;

std::int64_t change(const Movement::Count& count) {
    return static_cast<std::int64_t>(count.after) - static_cast<std::int64_t>(count.before);
}

std::string signed_text(std::int64_t n) { return n == 0 ? "" : fmt::format("{:+}", n); }

json count_json(const Movement::Count& count) {
    return {{"before", count.before}, {"after", count.after}};
}

}  // namespace

Movement movement(const std::vector<store::CountAt>& before,
                  const std::vector<store::CountAt>& after) {
    Movement moved;
    std::map<std::string, Movement::Server> servers;
    const auto add = [&](const std::vector<store::CountAt>& counts,
                         std::size_t Movement::Count::*side) {
        std::set<std::string> seen;
        std::set<std::pair<std::string, Category>> having;
        for (const store::CountAt& one : counts) {
            Movement::Server& server = servers[one.server];
            server.id = one.server;
            if (seen.insert(one.server).second) ++(moved.servers.*side);
            if (having.emplace(one.server, one.category).second) {
                ++(moved.servers_with[one.category].*side);
            }
            moved.tools.*side += one.tools;
            moved.by_category[one.category].*side += one.tools;
            moved.by_risk[one.risk].*side += one.tools;
            server.tools.*side += one.tools;
            if (one.risk >= RiskLevel::high) server.dangerous.*side += one.tools;
        }
    };
    add(before, &Movement::Count::before);
    add(after, &Movement::Count::after);
    for (auto& [id, server] : servers) {
        if (change(server.tools) != 0 || change(server.dangerous) != 0) {
            moved.movers.push_back(std::move(server));
        }
    }
    std::sort(moved.movers.begin(), moved.movers.end(), [](const auto& a, const auto& b) {
        const auto key = [](const Movement::Server& s) {
            return std::tuple(-change(s.dangerous), -change(s.tools), std::string_view(s.id));
        };
        return key(a) < key(b);
    });
    return moved;
}

std::string movement_text(const Movement& moved,
                          std::int64_t since,
                          std::int64_t until,
                          std::size_t columns) {
    std::vector<std::vector<Cell>> rows;
    const auto add = [&](std::string name, const Movement::Count& count) {
        rows.push_back({{std::move(name), nullptr},
                        {std::to_string(count.before), nullptr},
                        {std::to_string(count.after), nullptr},
                        {signed_text(change(count)), nullptr}});
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
    for (const Movement::Server& server : moved.movers) {
        if (rows.size() == kMovers) break;
        rows.push_back({{server.id, nullptr},
                        {signed_text(change(server.dangerous)), nullptr},
                        {signed_text(change(server.tools)), nullptr},
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

std::string movement_json(const Movement& moved, std::int64_t since, std::int64_t until) {
    const auto all = [](const auto& counts) {
        json out = json::object();
        for (const auto& [key, count] : counts)
            out[std::string(to_string(key))] = count_json(count);
        return out;
    };
    json movers = json::array();
    for (const Movement::Server& server : moved.movers) {
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

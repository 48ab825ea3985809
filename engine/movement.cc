#include "engine/movement.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace mcprisk::engine {

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
        if (server.tools.change() != 0 || server.dangerous.change() != 0) {
            moved.movers.push_back(std::move(server));
        }
    }
    std::sort(moved.movers.begin(), moved.movers.end(), [](const auto& a, const auto& b) {
        const auto key = [](const Movement::Server& s) {
            return std::tuple(-s.dangerous.change(), -s.tools.change(), std::string_view(s.id));
        };
        return key(a) < key(b);
    });
    return moved;
}

}  // namespace mcprisk::engine

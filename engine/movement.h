// What moved in the whole catalogue between two times.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "store/catalogue.h"

namespace mcprisk::engine {

struct Movement {
    struct Count {
        std::size_t before = 0;
        std::size_t after = 0;
        [[nodiscard]] std::int64_t change() const {
            return static_cast<std::int64_t>(after) - static_cast<std::int64_t>(before);
        }
    };
    struct Server {
        std::string id;
        Count tools;
        Count dangerous;  // tools of level High or Critical
    };
    Count servers;
    Count tools;
    std::map<Category, Count> by_category;
    std::map<RiskLevel, Count> by_risk;
    std::map<Category, Count> servers_with;  // servers that have such a tool
    // Where a number changed: most new dangerous tools first, then most new tools, then by id.
    std::vector<Server> movers;
};

Movement movement(const std::vector<store::CountAt>& before,
                  const std::vector<store::CountAt>& after);

}  // namespace mcprisk::engine

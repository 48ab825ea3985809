// Reach for people and for programs (engine/reach.h).
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "engine/reach.h"

namespace mcprisk::cli {

// For people: ways, then the ten most frequent reasons with examples. Empty if nothing was counted.
std::string reach_text(const engine::ReachCounts& counts, std::size_t columns);
nlohmann::json reach_json(const engine::ReachCounts& counts);

}  // namespace mcprisk::cli

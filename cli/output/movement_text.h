// What moved in the whole catalogue, for people and for programs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/movement.h"

namespace mcprisk::cli {

std::string movement_text(const engine::Movement& moved,
                          std::int64_t since,
                          std::int64_t until,
                          std::size_t columns);
std::string movement_json(const engine::Movement& moved, std::int64_t since, std::int64_t until);

}  // namespace mcprisk::cli

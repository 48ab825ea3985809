// Guard's one screen, and the same as JSON.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/output/style.h"
#include "engine/guard/mend.h"
#include "engine/guard/report.h"

namespace mcprisk::cli {

// At most `columns` wide; everything that a stranger wrote is made printable. `home` is shown as ~.
std::string guard_page(const engine::GuardReport& report,
                       const engine::MendPlan& plan,
                       const std::string& home,
                       std::size_t columns,
                       const Style& style);

nlohmann::json guard_json(const engine::GuardReport& report, const engine::MendPlan& plan);

// "close 1 door, pin 2 versions; newly ask 3, deny 1, allow 0"
std::string plan_in_words(const engine::MendPlan& plan);

// One entry without any value of its environment, headers or URL query.
nlohmann::json entry_json(const engine::GuardEntry& entry);

}  // namespace mcprisk::cli

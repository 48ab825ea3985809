// What `diff` prints: the changes of several servers, with what they do to the policy.
#pragma once

#include <cstddef>
#include <string>

#include "cli/output/style.h"
#include "engine/drift_run.h"

namespace mcprisk::cli {

std::string drift_text(const engine::DriftReport& report, const Style& style, std::size_t columns);
std::string drift_json(const engine::DriftReport& report);
std::string drift_lines(const engine::DriftReport& report);  // JSON Lines, a tool a line
std::string drift_csv(const engine::DriftReport& report);
std::string drift_markdown(const engine::DriftReport& report);
std::string drift_sarif(const engine::DriftReport& report);

}  // namespace mcprisk::cli

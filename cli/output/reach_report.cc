#include "cli/output/reach_report.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/output/table.h"

namespace mcprisk::cli {

using engine::ReachCounts;
using engine::ReachReason;

namespace {

constexpr std::size_t kReasons = 10;

}  // namespace

std::string reach_text(const ReachCounts& counts, std::size_t columns) {
    if (counts.servers() == 0) return {};
    const double share =
        100.0 * static_cast<double>(counts.listed()) / static_cast<double>(counts.servers());
    std::string out =
        fmt::format("Reach: {} of {} listed, {:.1f} %", counts.listed(), counts.servers(), share);
    std::string ways;
    for (const auto& [way, n] : counts.ways()) {
        ways += fmt::format("{}{} {}", ways.empty() ? "; " : ", ", n, way);
    }
    out += ways + "\n";
    std::vector<std::vector<Cell>> rows;
    for (const ReachReason& reason : counts.reasons(kReasons)) {
        std::string examples;
        for (const std::string& id : reason.examples) {
            examples += (examples.empty() ? "" : ", ") + id;
        }
        rows.push_back({{std::to_string(reason.servers), nullptr},
                        {std::string(to_string(reason.outcome)), nullptr},
                        {reason.reason, nullptr},
                        {examples, nullptr}});
    }
    if (rows.empty()) return out;
    return out + render_table({{"SERVERS", true, 0},
                               {"OUTCOME", false, 0},
                               {"WHY NOT", false, 40},
                               {"AS", false, 24}},
                              rows,
                              columns);
}

nlohmann::json reach_json(const ReachCounts& counts) {
    nlohmann::json reasons = nlohmann::json::array();
    for (const ReachReason& reason : counts.reasons(counts.servers())) {
        reasons.push_back({{"outcome", to_string(reason.outcome)},
                           {"reason", reason.reason},
                           {"servers", reason.servers},
                           {"examples", reason.examples}});
    }
    return {{"servers", counts.servers()},
            {"listed", counts.listed()},
            {"ways", counts.ways()},
            {"reasons", std::move(reasons)}};
}

}  // namespace mcprisk::cli

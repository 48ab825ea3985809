#include "classifier/findings/collision.h"

#include <fmt/format.h>
#include <algorithm>
#include <optional>
#include <unordered_map>

#include "classifier/findings/confusable.h"
#include "model/base/text.h"

namespace mcprisk::classifier {
namespace {

constexpr std::size_t kLongestName = 80;
constexpr std::size_t kMostCompared = 64;  // of one skeleton: every server may have a `search`

std::string shown(std::string_view name) { return printable(truncate_utf8(name, kLongestName)); }

std::string folded(std::string_view name) {
    std::string out;
    for (const char c : name) {
        if (c != '_' && c != '-' && c != '.' && c != ' ') out += lower_ascii(c);
    }
    return out;
}

std::optional<Finding> compare(const NamedTool& one, const NamedTool& other) {
    if (one.server == other.server || one.definition_hash == other.definition_hash) {
        return std::nullopt;
    }
    const bool same = one.tool == other.tool;
    const bool close = same || folded(one.tool) == folded(other.tool);
    const bool imitates = !close && (mixes_lookalikes(one.tool) || mixes_lookalikes(other.tool));
    RiskLevel severity = RiskLevel::low;
    if (imitates) {
        severity = RiskLevel::high;
    } else if (std::max(one.risk, other.risk) >= RiskLevel::medium) {
        severity = RiskLevel::medium;
    } else if (!same) {
        return std::nullopt;  // `getItem` and `get_item` of two harmless tools
    }
    const std::string_view how = same ? "has the same name" : "has a name that looks the same";
    return Finding{"name-collision",
                   severity,
                   "name",
                   fmt::format("{} on {} {}", shown(other.tool), shown(other.server), how)};
}

}  // namespace

std::vector<Collision> find_collisions(std::span<const NamedTool> tools) {
    std::unordered_map<std::string, std::vector<std::size_t>> by_look;
    for (std::size_t i = 0; i < tools.size(); ++i) by_look[skeleton(tools[i].tool)].push_back(i);
    std::vector<Collision> out;
    for (std::size_t i = 0; i < tools.size(); ++i) {
        const auto& alike = by_look[skeleton(tools[i].tool)];
        std::optional<Collision> worst;
        for (std::size_t n = 0; n < std::min(alike.size(), kMostCompared); ++n) {
            auto found = compare(tools[i], tools[alike[n]]);
            if (!found || (worst && found->severity <= worst->finding.severity)) continue;
            worst = Collision{i, alike[n], std::move(*found)};
        }
        if (worst) out.push_back(std::move(*worst));
    }
    return out;
}

}  // namespace mcprisk::classifier

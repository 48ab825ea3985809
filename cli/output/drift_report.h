// What `diff` prints: the changes of several servers, with what they do to the policy.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/output/style.h"
#include "model/drift.h"

namespace mcprisk::cli {

// The recommended rule of a tool, in one word, on either side.
struct RuleChange {
    std::string before;
    std::string after;
};

struct ServerReport {
    enum class Kind { changed, added, removed };
    Kind kind = Kind::changed;
    ServerDrift drift;  // of an added or removed server: all its tools
    std::optional<std::int64_t> before_at;
    std::optional<std::int64_t> after_at;
    std::map<std::string, RuleChange> rules;  // by tool, where the rule is another
    std::vector<Verdict> verdicts;            // of the later side
};

struct DriftReport {
    std::vector<ServerReport> servers;  // those with differences; see sort()
    std::size_t unchanged = 0;
    // Servers of the earlier side that nothing is known of now, each with the reason.
    std::vector<std::string> unknown;
    // Tools whose definitions differ in every listing, as "tool on server".
    std::vector<std::string> unstable;

    [[nodiscard]] bool any() const { return !servers.empty(); }
    // Rug pulls first, then by the most dangerous change, then by id.
    void sort();
};

std::string drift_text(const DriftReport& report, const Style& style, std::size_t columns);
std::string drift_json(const DriftReport& report);
std::string drift_lines(const DriftReport& report);  // JSON Lines, a tool a line
std::string drift_csv(const DriftReport& report);
std::string drift_markdown(const DriftReport& report);
std::string drift_sarif(const DriftReport& report);

}  // namespace mcprisk::cli

// `--fail-on`: when a scan is to end with exit code 1.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"
#include "model/verdict.h"

namespace mcprisk::engine {

// What the catalogue knew of a server before this scan.
struct KnownBefore {
    struct Tool {
        std::string definition_hash;
        RiskLevel level = RiskLevel::low;  // that asks for attention
    };
    bool listed = false;  // it had been listed at all
    std::map<std::string, Tool> tools;
    std::string about;  // what changed of the server itself, for people; empty if nothing did
    std::set<std::string> unstable;  // tools whose definition differs without having changed
};

class FailOn {
  public:
    // "high", "new=high", "raised", "drift", "finding=high", in any case, several with commas.
    static Result<FailOn> parse(std::string_view text);

    [[nodiscard]] bool empty() const { return conditions_.empty(); }
    [[nodiscard]] bool needs_history() const;

    // One line for each condition that this server meets, naming a tool; empty if none.
    [[nodiscard]] std::vector<std::string> met(const std::vector<Verdict>& verdicts,
                                               const KnownBefore& before) const;

    // The line for a finding that only shows beside other servers.
    [[nodiscard]] std::optional<std::string> met_by(const Verdict& verdict,
                                                    const Finding& finding) const;

  private:
    enum class Kind { level, new_tool, raised, drift, finding };
    struct Condition {
        Kind kind = Kind::level;
        RiskLevel level = RiskLevel::low;
    };
    std::vector<Condition> conditions_;
};

}  // namespace mcprisk::engine

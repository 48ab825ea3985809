#include "engine/fail_on.h"

#include <fmt/format.h>
#include <algorithm>
#include <set>

#include "engine/view/finding_words.h"
#include "model/finding_kinds.h"
#include "model/base/text.h"

namespace mcprisk::engine {
namespace {

const KnownBefore::Tool* known(const KnownBefore& before, const std::string& tool) {
    const auto found = before.tools.find(tool);
    return found == before.tools.end() ? nullptr : &found->second;
}

std::optional<std::string> drift(const std::vector<Verdict>& verdicts, const KnownBefore& before) {
    if (!before.listed) return std::nullopt;
    if (!before.about.empty()) return fmt::format("drift: {}", before.about);
    std::set<std::string> now;
    for (const Verdict& v : verdicts) {
        now.insert(v.tool);
        const KnownBefore::Tool* old = known(before, v.tool);
        if (old == nullptr) return fmt::format("drift: {} is new on {}", v.tool, v.server);
        if (old->definition_hash != v.definition_hash && !before.unstable.contains(v.tool)) {
            return fmt::format("drift: the definition of {} on {} changed", v.tool, v.server);
        }
    }
    for (const auto& [name, tool] : before.tools) {
        if (!now.contains(name)) return fmt::format("drift: {} is gone", name);
    }
    return std::nullopt;
}

// What raises it above its level; empty if nothing does.
std::string why(const Verdict& verdict) {
    if (attention_of(verdict) == verdict.risk) return "";
    return ": " + findings_in_words(verdict);
}

}  // namespace

Result<FailOn> FailOn::parse(std::string_view text) {
    FailOn result;
    for (const std::string_view raw : split(text, ',')) {
        const std::string word = lower_ascii(trim(raw));
        const auto equals = word.find('=');
        const std::string key = word.substr(0, equals);
        const auto level = parse_risk_level(equals == std::string::npos
                                                ? std::string_view(word)
                                                : std::string_view(word).substr(equals + 1));
        const bool has_value = equals != std::string::npos;
        if (!has_value && level) {
            result.conditions_.push_back({Kind::level, *level});
        } else if (has_value && level && key == "new") {
            result.conditions_.push_back({Kind::new_tool, *level});
        } else if (has_value && level && key == "finding") {
            result.conditions_.push_back({Kind::finding, *level});
        } else if (word == "raised") {
            result.conditions_.push_back({Kind::raised, RiskLevel::low});
        } else if (word == "drift") {
            result.conditions_.push_back({Kind::drift, RiskLevel::low});
        } else {
            return fail(ErrorCode::invalid_input,
                        fmt::format("--fail-on does not know \"{}\": a level (low, medium, high, "
                                    "critical), new=LEVEL, finding=LEVEL, raised or drift",
                                    trim(raw)));
        }
    }
    return result;
}

bool FailOn::needs_history() const {
    return std::any_of(conditions_.begin(), conditions_.end(), [](const Condition& c) {
        return c.kind == Kind::new_tool || c.kind == Kind::raised || c.kind == Kind::drift;
    });
}

std::vector<std::string> FailOn::met(const std::vector<Verdict>& verdicts,
                                     const KnownBefore& before) const {
    std::vector<std::string> lines;
    // The gravest that fits, since one tool stands for all of them.
    const auto first = [&](const auto& fits) {
        auto best = verdicts.end();
        for (auto v = verdicts.begin(); v != verdicts.end(); ++v) {
            if (fits(*v) && (best == verdicts.end() || attention_of(*v) > attention_of(*best))) {
                best = v;
            }
        }
        return best;
    };
    for (const Condition& condition : conditions_) {
        switch (condition.kind) {
            case Kind::level: {
                const auto v = first([&](const Verdict& x) {
                    return attention_of(x) >= condition.level;
                });
                if (v != verdicts.end()) {
                    lines.push_back(fmt::format(
                        "{} on {} is {}{}", v->tool, v->server, to_string(attention_of(*v)), why(*v)));
                }
                break;
            }
            case Kind::new_tool: {
                const auto v = first([&](const Verdict& x) {
                    return attention_of(x) >= condition.level && known(before, x.tool) == nullptr;
                });
                if (v != verdicts.end()) {
                    lines.push_back(fmt::format(
                        "{} on {} is new and {}{}",
                        v->tool,
                        v->server,
                        to_string(attention_of(*v)),
                        why(*v)));
                }
                break;
            }
            case Kind::raised: {
                const auto v = first([&](const Verdict& x) {
                    const KnownBefore::Tool* old = known(before, x.tool);
                    return old != nullptr && attention_of(x) > old->level;
                });
                if (v != verdicts.end()) {
                    lines.push_back(fmt::format("{} on {} rose from {} to {}{}",
                                                v->tool,
                                                v->server,
                                                to_string(known(before, v->tool)->level),
                                                to_string(attention_of(*v)),
                                                why(*v)));
                }
                break;
            }
            case Kind::drift:
                if (auto line = drift(verdicts, before)) lines.push_back(std::move(*line));
                break;
            case Kind::finding: {
                for (const Verdict& v : verdicts) {
                    const auto f =
                        std::find_if(v.findings.begin(), v.findings.end(), [&](const Finding& x) {
                            return x.severity >= condition.level;
                        });
                    if (f == v.findings.end()) continue;
                    lines.push_back(
                        fmt::format("{} on {} has a finding: {}", v.tool, v.server, f->id));
                    break;
                }
                break;
            }
        }
    }
    return lines;
}

std::optional<std::string> FailOn::met_by(const Verdict& verdict, const Finding& finding) const {
    for (const Condition& condition : conditions_) {
        if (condition.kind == Kind::finding && finding.severity >= condition.level) {
            return fmt::format(
                "{} on {} has a finding: {}", verdict.tool, verdict.server, finding.id);
        }
    }
    return std::nullopt;
}

}  // namespace mcprisk::engine

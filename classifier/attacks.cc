#include "classifier/attacks.h"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/json.h"
#include "model/text.h"

namespace mcprisk::classifier {
namespace {

using nlohmann::json;

constexpr std::size_t kMostLinks = 4;
constexpr std::string_view kTextTag = "meta.text";
constexpr std::string_view kContradictionTag = "annotation contradicts evidence";
constexpr std::string_view kCategoryPrefix = "category:";

// Tags are "family.name", "category:X" or the one contradiction; anything else is a condition on
// packages, transports or hosts that no listing shows.
bool is_tag(std::string_view text) {
    if (text == kContradictionTag) return true;
    if (text.starts_with(kCategoryPrefix)) {
        return parse_category(text.substr(kCategoryPrefix.size())).has_value();
    }
    const std::size_t dot = text.find('.');
    return dot != std::string_view::npos && dot > 0 && dot + 1 < text.size() &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_.") == std::string_view::npos;
}

std::optional<AttackCondition> parse_condition(std::string_view text) {
    AttackCondition condition;
    condition.text = std::string(text);
    for (std::string_view part : split(text, '+')) {
        part = trim(part);
        if (part.size() > 1 && part.front() == '(' && part.back() == ')') {
            part = part.substr(1, part.size() - 2);
        }
        std::vector<std::string> choices;
        for (const std::string_view choice : split(part, '|')) {
            if (!is_tag(trim(choice))) return std::nullopt;
            choices.emplace_back(trim(choice));
        }
        condition.groups.push_back(std::move(choices));
    }
    return condition;
}

const Capability* find_tag(const ToolTags& tool, std::string_view tag) {
    const auto place = std::lower_bound(
        tool.capabilities.begin(),
        tool.capabilities.end(),
        tag,
        [](const Capability& one, std::string_view wanted) { return one.tag < wanted; });
    return place != tool.capabilities.end() && place->tag == tag ? &*place : nullptr;
}

// Why the tool supplies the tag; empty if it does not.
std::string supplies(const ToolTags& tool, const Verdict& verdict, std::string_view tag) {
    if (tag == kTextTag) {
        for (const Finding& finding : verdict.findings) {
            if (finding.id == "annotation-contradiction" || finding.id == "unbounded-parameter" ||
                finding.id == "secret-in-definition") {
                continue;
            }
            return fmt::format("{} in {}", finding.id, finding.field);
        }
        return {};
    }
    if (tag == kContradictionTag) {
        for (const Finding& finding : verdict.findings) {
            if (finding.id == "annotation-contradiction") return finding.text;
        }
        return {};
    }
    if (tag.starts_with(kCategoryPrefix)) {
        const auto category = parse_category(tag.substr(kCategoryPrefix.size()));
        return category == verdict.category ? fmt::format("it is {}", to_string(*category))
                                            : std::string();
    }
    const Capability* found = find_tag(tool, tag);
    return found == nullptr ? std::string() : fmt::format("{} ({})", tag, found->because);
}

struct Candidate {
    int rank = 0;
    std::string id;
    std::string because;
};

// The reason, if every group is satisfied and this tool satisfies at least one.
std::optional<std::string> satisfied(const AttackCondition& condition,
                                     bool within_tool,
                                     const ToolTags& tool,
                                     const ServerTags& server,
                                     const Verdict& verdict) {
    std::string own;
    std::string others;
    for (const auto& group : condition.groups) {
        std::string leg;
        for (const std::string& tag : group) {
            leg = supplies(tool, verdict, tag);
            if (!leg.empty()) break;
        }
        if (!leg.empty()) {
            own += own.empty() ? leg : ", " + leg;
            continue;
        }
        if (within_tool) return std::nullopt;
        for (const std::string& tag : group) {
            const std::string_view other = server.another(tag, tool.tool);
            if (other.empty()) continue;
            leg = fmt::format("{} ({})", other, tag);
            break;
        }
        if (leg.empty()) return std::nullopt;
        others += others.empty() ? leg : " and " + leg;
    }
    if (own.empty()) return std::nullopt;
    return others.empty() ? own : fmt::format("{}; with {} on this server", own, others);
}

int rank_of(const Attack& attack, const AttackCondition& condition) {
    const bool text = condition.groups.size() == 1 && (condition.groups[0][0] == kTextTag ||
                                                       condition.groups[0][0] == kContradictionTag);
    if (text) return 0;
    if (condition.groups.size() > 1) return 1;
    const bool by_class = condition.groups[0][0].starts_with(kCategoryPrefix);
    if (by_class) return 4;
    return attack.kind.find("incident") != std::string::npos || attack.kind == "vulnerability" ? 2
                                                                                               : 3;
}

}  // namespace

std::optional<Attack> read_attack(const EmbeddedFile& file, Diagnostics& diagnostics) {
    const auto fault = [&](std::string path, std::string message) {
        diagnostics.error(
            {Severity::error, std::string(file.name), 0, std::move(path), std::move(message)});
    };
    const auto value = parse_json(file.text);
    if (!value || !value->is_object()) {
        fault("", value ? "an attack is a JSON object" : value.error().message);
        return std::nullopt;
    }
    Attack attack;
    attack.id = string_member(*value, "id");
    attack.kind = string_member(*value, "kind");
    attack.within_tool = string_member(*value, "scope") == "tool";
    if (attack.id.empty()) fault("id", "is missing");
    if (attack.kind.empty()) fault("kind", "is missing");
    const json* conditions = find_member(*value, "link_when");
    if (conditions == nullptr || !conditions->is_array()) {
        fault("link_when", "must be a list of conditions");
        return std::nullopt;
    }
    for (const json& one : *conditions) {
        if (!one.is_string()) {
            fault("link_when", "must hold strings");
            return std::nullopt;
        }
        if (auto condition = parse_condition(one.get<std::string>())) {
            attack.conditions.push_back(std::move(*condition));
        }
    }
    // What needs the configuration, the history or the package never links from a listing alone.
    if (!string_member(*value, "detectable").starts_with("full")) return std::nullopt;
    if (attack.id.empty() || attack.kind.empty() || attack.conditions.empty()) return std::nullopt;
    return attack;
}

ServerTags::ServerTags(std::span<const ToolTags> tools) {
    for (const ToolTags& one : tools) {
        for (const Capability& capability : one.capabilities) {
            auto& [first, second] = suppliers_[capability.tag];
            if (one.tool == first || one.tool == second) continue;
            if (first.empty() || one.tool < first) {
                second = first;
                first = one.tool;
            } else if (second.empty() || one.tool < second) {
                second = one.tool;
            }
        }
    }
}

std::string_view ServerTags::another(std::string_view tag, std::string_view tool) const {
    const auto found = suppliers_.find(tag);
    if (found == suppliers_.end()) return {};
    const auto& [first, second] = found->second;
    return first == tool ? second : first;
}

std::vector<AttackLink> link_attacks(std::span<const Attack> attacks,
                                     const ToolTags& tool,
                                     const ServerTags& server,
                                     const Verdict& verdict) {
    std::vector<Candidate> found;
    for (const Attack& attack : attacks) {
        std::optional<Candidate> best;
        for (const AttackCondition& condition : attack.conditions) {
            auto because = satisfied(condition, attack.within_tool, tool, server, verdict);
            if (!because) continue;
            const int rank = rank_of(attack, condition);
            if (!best || rank < best->rank) best = Candidate{rank, attack.id, std::move(*because)};
        }
        if (best) found.push_back(std::move(*best));
    }
    std::sort(found.begin(), found.end(), [](const Candidate& a, const Candidate& b) {
        return a.rank != b.rank ? a.rank < b.rank : a.id < b.id;
    });
    std::vector<AttackLink> links;
    for (Candidate& one : found) {
        if (links.size() == kMostLinks) break;
        links.push_back({std::move(one.id), std::move(one.because)});
    }
    return links;
}

}  // namespace mcprisk::classifier

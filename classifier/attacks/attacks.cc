#include "classifier/attacks/attacks.h"

#include <fmt/format.h>
#include <algorithm>

#include "model/base/json_tree.h"
#include "model/base/text.h"

namespace mcprisk::classifier {
namespace {

constexpr std::size_t kMostLinks = 4;
constexpr std::string_view kFindingPrefix = "finding.";
constexpr std::string_view kCategoryPrefix = "category:";
constexpr std::string_view kCombination = "finding.toxic-combination";

// Tags are signs and capabilities ("family.name"), "category:X" and findings; anything else is a
// condition on packages, transports or hosts that no listing shows.
bool is_tag(std::string_view text) {
    if (text.starts_with(kFindingPrefix)) return text.size() > kFindingPrefix.size();
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

// "finding.ID", "finding.ID:word" if its text has the word, "finding.ID@place" if it stands there.
const Finding* find_finding(const Verdict& verdict, std::string_view tag) {
    tag.remove_prefix(kFindingPrefix.size());
    const std::size_t mark = std::min(tag.find_first_of(":@"), tag.size());
    const std::string_view id = tag.substr(0, mark);
    const std::string_view rest = tag.substr(std::min(mark + 1, tag.size()));
    for (const Finding& one : verdict.findings) {
        if (one.id != id) continue;
        if (mark == tag.size() || (tag[mark] == '@' ? one.field.starts_with(rest)
                                                    : one.text.find(rest) != std::string::npos)) {
            return &one;
        }
    }
    return nullptr;
}

// Why the tool supplies the tag; empty if it does not.
std::string supplies(const ToolTags& tool, const Verdict& verdict, std::string_view tag) {
    if (tag.starts_with(kFindingPrefix)) {
        const Finding* one = find_finding(verdict, tag);
        return one == nullptr ? std::string() : fmt::format("{} in {}", one->id, one->field);
    }
    if (tag.starts_with(kCategoryPrefix)) {
        const auto category = parse_category(tag.substr(kCategoryPrefix.size()));
        return category == verdict.category ? fmt::format("it is {}", to_string(*category))
                                            : std::string();
    }
    const Capability* found = find_tag(tool, tag);
    return found == nullptr ? std::string() : fmt::format("{} ({})", tag, found->because);
}

int rank_of(const Attack& attack, const AttackCondition& condition) {
    const std::string& first = condition.groups[0][0];
    if (first.starts_with(kFindingPrefix)) return first == kCombination ? 1 : 0;
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
    JsonTree tree;
    const auto read = tree.read(file.text);
    if (!read || !(*read)->is_object()) {
        fault("", read ? "an attack is a JSON object" : read.error().message);
        return std::nullopt;
    }
    const JsonNode& value = **read;
    Attack attack;
    attack.id = value.string_member("id");
    attack.kind = value.string_member("kind");
    attack.within_tool = value.string_member("scope") == "tool";
    if (attack.id.empty()) fault("id", "is missing");
    if (attack.kind.empty()) fault("kind", "is missing");
    const JsonNode* conditions = value.find("link_when");
    if (conditions == nullptr || !conditions->is_array()) {
        fault("link_when", "must be a list of conditions");
        return std::nullopt;
    }
    for (const JsonNode& one : conditions->items()) {
        if (!one.is_string()) {
            fault("link_when", "must hold strings");
            return std::nullopt;
        }
        if (auto condition = parse_condition(one.text())) {
            attack.conditions.push_back(std::move(*condition));
        }
    }
    // What needs the configuration, the history or the package never links from a listing alone.
    if (!value.string_member("detectable").starts_with("full")) return std::nullopt;
    if (attack.id.empty() || attack.kind.empty() || attack.conditions.empty()) return std::nullopt;
    return attack;
}

void ServerTags::add(const ToolTags& tool) {
    for (const TagId id : tool.ids) {
        auto& [first, second] = suppliers_[id];
        if (tool.tool == first || tool.tool == second) continue;
        if (first.empty() || tool.tool < first) {
            second = first;
            first = tool.tool;
        } else if (second.empty() || tool.tool < second) {
            second = tool.tool;
        }
    }
}

std::string_view ServerTags::another(TagId tag, std::string_view tool) const {
    const auto& [first, second] = suppliers_[tag];
    return first == tool ? second : first;
}

AttackLinks::AttackLinks(std::vector<Attack> attacks) : attacks_(std::move(attacks)) {
    for (std::uint32_t a = 0; a < attacks_.size(); ++a) {
        for (std::uint32_t c = 0; c < attacks_[a].conditions.size(); ++c) {
            const AttackCondition& condition = attacks_[a].conditions[c];
            const auto first = static_cast<std::uint32_t>(groups_.size());
            for (const auto& group : condition.groups) {
                const auto begin = static_cast<std::uint32_t>(tags_.size());
                for (const std::string& tag : group) tags_.push_back(id_of(tag));
                groups_.push_back({begin, static_cast<std::uint32_t>(tags_.size())});
            }
            conditions_.push_back({a,
                                   c,
                                   first,
                                   static_cast<std::uint32_t>(groups_.size()),
                                   rank_of(attacks_[a], condition)});
        }
    }
}

TagId AttackLinks::id_of(const std::string& tag) {
    const auto [place, fresh] = ids_.try_emplace(tag, static_cast<TagId>(ids_.size()));
    if (!fresh) return place->second;
    if (tag.starts_with(kFindingPrefix)) findings_.emplace_back(place->second, tag);
    if (tag.starts_with(kCategoryPrefix)) {
        if (const auto category = parse_category(tag.substr(kCategoryPrefix.size()))) {
            categories_.emplace_back(place->second, *category);
        }
    }
    return place->second;
}

void AttackLinks::number(ToolTags& tool) const {
    for (const Capability& one : tool.capabilities) {
        const auto known = ids_.find(one.tag);
        if (known != ids_.end()) tool.ids.push_back(known->second);
    }
}

ServerTags AttackLinks::tags_of(std::span<const ToolTags> tools) const {
    ServerTags all(ids_.size());
    for (const ToolTags& one : tools) all.add(one);
    return all;
}

// Holds one tool against the conditions.
class AttackLinks::Linker {
  public:
    Linker(const AttackLinks& links,
           const ToolTags& tool,
           const ServerTags& server,
           const Verdict& verdict)
        : links_(links), tool_(tool), server_(server), verdict_(verdict) {
        own_.resize(links.ids_.size());
        for (const TagId id : tool.ids) own_[id] = 1;
        for (const auto& [id, category] : links.categories_) {
            if (category == verdict.category) own_[id] = 1;
        }
        if (verdict.findings.empty()) return;
        for (const auto& [id, tag] : links.findings_) {
            if (find_finding(verdict, tag) != nullptr) own_[id] = 1;
        }
    }

    // Every group has a tag of this tool or of another one, and one of them is this tool's.
    [[nodiscard]] bool satisfies(const Condition& condition) const {
        const bool within_tool = links_.attacks_[condition.attack].within_tool;
        bool own = false;
        for (std::uint32_t g = condition.begin; g < condition.end; ++g) {
            if (any_of(links_.groups_[g], [&](TagId id) { return own_[id] != 0; })) {
                own = true;
                continue;
            }
            if (within_tool) return false;
            const auto elsewhere = [&](TagId id) {
                return !server_.another(id, tool_.tool).empty();
            };
            if (!any_of(links_.groups_[g], elsewhere)) return false;
        }
        return own;
    }

    // Why, in words, of a condition that is satisfied.
    [[nodiscard]] std::string because(const Condition& condition) const {
        const auto& groups = links_.attacks_[condition.attack].conditions[condition.place].groups;
        std::string own;
        std::string others;
        for (std::uint32_t g = 0; g < groups.size(); ++g) {
            std::string leg;
            for (const std::string& tag : groups[g]) {
                leg = supplies(tool_, verdict_, tag);
                if (!leg.empty()) break;
            }
            if (!leg.empty()) {
                own += own.empty() ? leg : ", " + leg;
                continue;
            }
            const Group& ids = links_.groups_[condition.begin + g];
            for (std::uint32_t t = 0; t < groups[g].size(); ++t) {
                const std::string_view other =
                    server_.another(links_.tags_[ids.begin + t], tool_.tool);
                if (other.empty()) continue;
                leg = fmt::format("{} ({})", other, groups[g][t]);
                break;
            }
            others += others.empty() ? leg : " and " + leg;
        }
        return others.empty() ? own : fmt::format("{}; with {} on this server", own, others);
    }

  private:
    template <typename Holds>
    [[nodiscard]] bool any_of(const Group& group, const Holds& holds) const {
        for (std::uint32_t t = group.begin; t < group.end; ++t) {
            if (holds(links_.tags_[t])) return true;
        }
        return false;
    }

    const AttackLinks& links_;
    const ToolTags& tool_;
    const ServerTags& server_;
    const Verdict& verdict_;
    std::vector<std::uint8_t> own_;  // by tag
};

std::vector<AttackLink> AttackLinks::link(const ToolTags& tool,
                                          const ServerTags& server,
                                          const Verdict& verdict) const {
    const Linker linker(*this, tool, server, verdict);
    std::vector<const Condition*> found;  // the best of each attack
    for (const Condition& condition : conditions_) {
        const bool again = !found.empty() && found.back()->attack == condition.attack;
        if (again && condition.rank >= found.back()->rank) continue;
        if (!linker.satisfies(condition)) continue;
        if (again) {
            found.back() = &condition;
        } else {
            found.push_back(&condition);
        }
    }
    std::stable_sort(found.begin(), found.end(), [](const Condition* a, const Condition* b) {
        return a->rank < b->rank;
    });
    if (found.size() > kMostLinks) found.resize(kMostLinks);
    std::vector<AttackLink> links;
    links.reserve(found.size());
    for (const Condition* one : found) {
        links.push_back({attacks_[one->attack].id, linker.because(*one)});
    }
    return links;
}

}  // namespace mcprisk::classifier

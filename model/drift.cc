#include "model/drift.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

#include "model/base/json.h"
#include "model/base/text.h"
#include "model/finding_kinds.h"
#include "model/unstable.h"

namespace mcprisk {
namespace {

using nlohmann::json;

constexpr std::size_t kContext = 40;       // bytes beside a change in the finding's text
constexpr std::size_t kLongestText = 400;  // of the finding

std::string shown(const json& value) {
    return value.is_string() ? value.get<std::string>() : canonical_json(value);
}

bool is_plain_list(const json& value) {
    return value.is_array() && std::none_of(value.begin(), value.end(), [](const json& item) {
               return item.is_structured();
           });
}

bool equal_but_for_order(const json& a, const json& b) {
    if (!is_plain_list(a) || !is_plain_list(b) || a.size() != b.size()) return false;
    std::vector<json> x(a.begin(), a.end());
    std::vector<json> y(b.begin(), b.end());
    std::sort(x.begin(), x.end());
    std::sort(y.begin(), y.end());
    return x == y;
}

class DefinitionDiff {
  public:
    std::vector<FieldChange> run(const json& before, const json& after) {
        compare(before, after, "");
        std::sort(changes_.begin(), changes_.end(), [](const auto& a, const auto& b) {
            return a.path < b.path;
        });
        return std::move(changes_);
    }

  private:
    static std::string below(const std::string& path, const std::string& key) {
        return path.empty() ? key : path + "." + key;
    }

    void compare(const json& a, const json& b, const std::string& path) {
        if (a == b || equal_but_for_order(a, b)) return;
        if (a.is_object() && b.is_object()) {
            objects(a, b, path);
        } else if (a.is_array() && b.is_array() && !is_plain_list(a) && !is_plain_list(b)) {
            for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
                const std::string item = fmt::format("{}[{}]", path, i);
                if (i >= a.size()) {
                    add(item, nullptr, &b[i]);
                } else if (i >= b.size()) {
                    add(item, &a[i], nullptr);
                } else {
                    compare(a[i], b[i], item);
                }
            }
        } else {
            add(path, &a, &b);
        }
    }

    void objects(const json& a, const json& b, const std::string& path) {
        for (const auto& [key, value] : a.items()) {
            const auto other = b.find(key);
            if (other == b.end()) {
                add(below(path, key), &value, nullptr);
            } else {
                compare(value, *other, below(path, key));
            }
        }
        for (const auto& [key, value] : b.items()) {
            if (!a.contains(key)) add(below(path, key), nullptr, &value);
        }
    }

    void add(const std::string& path, const json* before, const json* after) {
        FieldChange change{.path = path};
        if (before != nullptr) change.before = shown(*before);
        if (after != nullptr) change.after = shown(*after);
        if (before != nullptr && after != nullptr && before->is_string() && after->is_string()) {
            change.words = diff_words(*change.before, *change.after);
        }
        changes_.push_back(std::move(change));
    }

    std::vector<FieldChange> changes_;
};

struct Judged {
    const Tool* tool = nullptr;
    const Verdict* verdict = nullptr;  // may be missing
};

// Of several tools with one name the n-th of one side meets the n-th of the other, equal ones
// aside.
using ByName = std::map<std::string_view, std::vector<Judged>>;

ByName by_name(const DriftSide& side) {
    std::map<std::pair<std::string_view, std::string_view>, const Verdict*> verdicts;
    for (const Verdict& verdict : side.verdicts) {
        verdicts[{verdict.tool, verdict.definition_hash}] = &verdict;
    }
    ByName tools;
    for (const Tool& tool : side.document->tools) {
        const auto found = verdicts.find({tool.name, tool.definition_hash});
        tools[tool.name].push_back({&tool, found == verdicts.end() ? nullptr : found->second});
    }
    for (auto& [name, same] : tools) {
        std::sort(same.begin(), same.end(), [](const Judged& a, const Judged& b) {
            return a.tool->definition_hash < b.tool->definition_hash;
        });
    }
    return tools;
}

void remove_equal(std::vector<Judged>& a, std::vector<Judged>& b) {
    const auto in = [](const std::vector<Judged>& all, const Judged& one) {
        return std::any_of(all.begin(), all.end(), [&](const Judged& other) {
            return other.tool->definition_hash == one.tool->definition_hash;
        });
    };
    std::vector<Judged> left;
    std::copy_if(a.begin(), a.end(), std::back_inserter(left), [&](const Judged& one) {
        return !in(b, one);
    });
    std::erase_if(b, [&](const Judged& one) { return in(a, one); });
    a = std::move(left);
}

std::vector<std::string> finding_ids(const Verdict& verdict) {
    std::set<std::string> ids;
    for (const Finding& finding : verdict.findings) ids.insert(finding.id);
    return {ids.begin(), ids.end()};
}

std::vector<std::string> without(const std::vector<std::string>& all,
                                 const std::vector<std::string>& those) {
    std::vector<std::string> left;
    std::set_difference(
        all.begin(), all.end(), those.begin(), those.end(), std::back_inserter(left));
    return left;
}

std::string rug_pull_of(const ToolDrift& drift) {
    if (drift.change != ToolChange::changed) return "";
    for (const std::string& id : drift.findings_gained) {
        if (is_alarming(id)) {
            return "its definition gained " + id;
        }
    }
    if (!drift.raised()) return "";
    if (drift.after->risk_without_claims > drift.before->risk_without_claims) {
        return fmt::format("it rose from {} to {}",
                           to_string(drift.before->risk_without_claims),
                           to_string(drift.after->risk_without_claims));
    }
    if (drift.after->risk > drift.before->risk) {
        return fmt::format(
            "it rose from {} to {}", to_string(drift.before->risk), to_string(drift.after->risk));
    }
    return fmt::format(
        "it was {} and is {}", to_string(drift.before->category), to_string(drift.after->category));
}

ToolDrift compare(std::string_view name, const Judged* before, const Judged* after) {
    ToolDrift drift;
    drift.tool = name;
    drift.change = before == nullptr  ? ToolChange::added
                   : after == nullptr ? ToolChange::removed
                                      : ToolChange::changed;
    if (before != nullptr && before->verdict != nullptr) drift.before = *before->verdict;
    if (after != nullptr && after->verdict != nullptr) drift.after = *after->verdict;
    if (drift.change == ToolChange::changed) {
        drift.fields = diff_definitions(before->tool->definition, after->tool->definition);
    }
    const auto ids = [](const std::optional<Verdict>& v) {
        return v ? finding_ids(*v) : std::vector<std::string>();
    };
    const auto tags = [](const std::optional<Verdict>& v) {
        return v ? v->capabilities : std::vector<std::string>();
    };
    drift.findings_gained = without(ids(drift.after), ids(drift.before));
    drift.findings_lost = without(ids(drift.before), ids(drift.after));
    drift.capabilities_gained = without(tags(drift.after), tags(drift.before));
    drift.capabilities_lost = without(tags(drift.before), tags(drift.after));
    drift.rug_pull = rug_pull_of(drift);
    return drift;
}

bool same_verdict(const ToolDrift& drift) {
    if (drift.before.has_value() != drift.after.has_value()) return false;
    if (!drift.before) return true;
    return drift.before->category == drift.after->category &&
           drift.before->risk == drift.after->risk &&
           drift.before->risk_without_claims == drift.after->risk_without_claims &&
           drift.findings_gained.empty() && drift.findings_lost.empty();
}

bool only_unstable(const ToolDrift& drift, const UnstableText& unstable) {
    if (drift.change != ToolChange::changed || !same_verdict(drift)) return false;
    return std::all_of(drift.fields.begin(), drift.fields.end(), [&](const FieldChange& field) {
        return field.before && field.after && unstable.differ_only_so(*field.before, *field.after);
    });
}

int rank(const std::optional<Verdict>& verdict) {
    return verdict ? static_cast<int>(verdict->risk_without_claims) * 10 +
                         static_cast<int>(verdict->category)
                   : -1;
}

bool goes_before(const ToolDrift& a, const ToolDrift& b) {
    const auto key = [](const ToolDrift& d) {
        return std::tuple(d.rug_pull.empty(),
                          !d.raised(),
                          -rank(d.after ? d.after : d.before),
                          static_cast<int>(d.change),
                          std::string_view(d.tool));
    };
    return key(a) < key(b);
}

std::vector<FieldChange> diff_about(const ServerDocument& a,
                                    const ServerDocument& b,
                                    const UnstableText& unstable) {
    std::vector<FieldChange> changes;
    const auto compare_text = [&](const char* path, const std::string& x, const std::string& y) {
        if (x == y || unstable.differ_only_so(x, y)) return;
        FieldChange change{.path = path};
        if (!x.empty()) change.before = x;
        if (!y.empty()) change.after = y;
        if (!x.empty() && !y.empty()) change.words = diff_words(x, y);
        changes.push_back(std::move(change));
    };
    compare_text("description", a.description, b.description);
    compare_text("instructions", a.instructions, b.instructions);
    compare_text("title", a.title, b.title);
    compare_text("version", a.version, b.version);
    return changes;
}

}  // namespace

std::string_view to_string(ToolChange change) {
    switch (change) {
        case ToolChange::added:
            return "added";
        case ToolChange::removed:
            return "removed";
        case ToolChange::changed:
            break;
    }
    return "changed";
}

bool ToolDrift::raised() const {
    if (!before || !after) return false;
    return after->risk > before->risk || after->risk_without_claims > before->risk_without_claims ||
           after->category > before->category;
}

bool ServerDrift::rug_pull() const {
    return std::any_of(
        tools.begin(), tools.end(), [](const ToolDrift& d) { return !d.rug_pull.empty(); });
}

ServerDrift diff_servers(const DriftSide& before, const DriftSide& after, const Places& restless) {
    const UnstableText unstable;
    ServerDrift result;
    result.server = after.document->server;
    result.about = diff_about(*before.document, *after.document, unstable);
    ByName old = by_name(before);
    ByName now = by_name(after);
    for (const auto& [name, tools] : old) now.try_emplace(name);
    for (auto& [name, present] : now) {
        std::vector<Judged>& past = old[name];
        remove_equal(past, present);
        for (std::size_t i = 0; i < std::max(past.size(), present.size()); ++i) {
            ToolDrift drift = compare(name,
                                      i < past.size() ? &past[i] : nullptr,
                                      i < present.size() ? &present[i] : nullptr);
            // Equal but for the order of lists: another hash, and the same tool.
            if (drift.change == ToolChange::changed && drift.fields.empty()) continue;
            for (FieldChange& field : drift.fields) {
                field.restless = restless.contains({drift.tool, field.path});
            }
            if (only_unstable(drift, unstable)) {
                result.unstable.emplace_back(name);
            } else {
                result.tools.push_back(std::move(drift));
            }
        }
    }
    std::sort(result.tools.begin(), result.tools.end(), goes_before);
    return result;
}

Places differing_places(const ServerDocument& a, const ServerDocument& b) {
    ByName old = by_name({&a, {}});
    ByName now = by_name({&b, {}});
    const UnstableText unstable;
    Places places;
    for (auto& [name, past] : old) {
        std::vector<Judged>& present = now[name];
        remove_equal(past, present);
        for (std::size_t i = 0; i < std::min(past.size(), present.size()); ++i) {
            for (const FieldChange& field :
                 diff_definitions(past[i].tool->definition, present[i].tool->definition)) {
                if (field.before && field.after &&
                    unstable.differ_only_so(*field.before, *field.after)) {
                    continue;
                }
                places.emplace(name, field.path);
            }
        }
    }
    return places;
}

std::vector<FieldChange> diff_definitions(std::string_view before, std::string_view after) {
    // Read before under stricter limits; a reader's depth must not be met twice.
    constexpr JsonLimits kOwn{.bytes = std::size_t{1} << 30, .depth = 1000};
    const auto a = parse_json(before, kOwn);
    const auto b = parse_json(after, kOwn);
    if (!a || !b) {
        return {{.path = "", .before = std::string(before), .after = std::string(after)}};
    }
    return DefinitionDiff().run(*a, *b);
}

std::optional<Finding> definition_changed(const ToolDrift& drift) {
    if (drift.change != ToolChange::changed) return std::nullopt;
    Finding finding;
    finding.id = "definition-changed";
    finding.severity = !drift.rug_pull.empty() ? RiskLevel::critical
                       : drift.raised()        ? RiskLevel::high
                                               : RiskLevel::low;
    for (const FieldChange& field : drift.fields) {
        finding.field += (finding.field.empty() ? "" : ", ") + field.path;
        const std::string how =
            !field.before         ? "added " + std::string(truncate_utf8(*field.after, kContext))
            : !field.after        ? "removed " + std::string(truncate_utf8(*field.before, kContext))
            : field.words.empty() ? fmt::format("{} is now {}",
                                                truncate_utf8(*field.before, kContext),
                                                truncate_utf8(*field.after, kContext))
                                  : marked_words(field.words, kContext);
        finding.text += (finding.text.empty() ? "" : "; ") + field.path + ": " + how;
    }
    if (!drift.rug_pull.empty()) finding.text = drift.rug_pull + "; " + finding.text;
    finding.field = std::string(truncate_utf8(finding.field, kLongestText));
    finding.text = std::string(truncate_utf8(finding.text, kLongestText));
    return finding;
}

}  // namespace mcprisk

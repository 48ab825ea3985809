#include "policy/decide/bars.h"

#include <fmt/format.h>
#include <algorithm>
#include <set>

#include "model/base/json.h"
#include "model/base/text.h"
#include "policy/decide/words.h"
#include "policy/document/json_path.h"

namespace mcprisk::policy {
namespace {

using nlohmann::json;

Denial entry(Condition condition, std::string on_deny) {
    return {{std::move(condition)}, std::move(on_deny)};
}

}  // namespace

Conditions bars_of_switches(const std::vector<Switch>& switches, Category category) {
    Conditions out;
    const std::string_view deed = category == Category::financial
                                      ? "moves money, commits to pay or is not known to be harmless"
                                  : category == Category::destructive
                                      ? "removes something or is not known to be harmless"
                                      : "does more than read, or is not known to be harmless";
    for (const Switch& one : switches) {
        if (!one.may_be_absent) out.require.push_back({one.path, Op::exists, true});
        out.deny_if.push_back(
            entry(Condition{one.path, Op::in, one.denied},
                  fmt::format("Denied: this value of {} {}. Its other documented values are "
                              "usable. Nothing can approve the call under this policy; a person "
                              "can edit this deny_if in policy.json. The rule trusts that the "
                              "server does what its values say.",
                              one.shown,
                              deed)));
        out.deny_if.push_back(
            entry(Condition{one.path, Op::not_in, one.all},
                  fmt::format("Denied: this is none of the values that the definition of the tool "
                              "lists for {}. A value that the server adds is denied as well.",
                              one.shown)));
        out.gaps.push_back(
            fmt::format("The condition on {} goes by what its values are called: it does not stop "
                        "a server that does something else.",
                        quote(one.path)));
    }
    return out;
}

Conditions bars_of_flags(const Tool& tool, const std::vector<std::string>& words) {
    Conditions out;
    for (const Parameter& parameter : tool.parameters) {
        if (!is_risky_flag(parameter.name, words) || parameter.type.find("boolean") == std::string::npos) continue;
        const auto path = argument_path(tool, parameter);
        if (!path) continue;
        if (parameter.default_value == "true") {
            // Left out, it would be true: the caller has to say false.
            out.require.push_back(Condition{*path, Op::eq, false});
        } else {
            out.deny_if.push_back(
                entry(Condition{*path, Op::eq, true},
                      "Denied: with this switch on the call does more than the rule is meant for. "
                      "Leave it out or set it to false; a person can edit this deny_if in "
                      "policy.json. A server that takes the text \"true\" for true is not stopped "
                      "by it."));
        }
        out.gaps.push_back(fmt::format(
            "The condition on {} looks for the value true: it does not stop a server that takes "
            "other values for it, nor one that does the same without being told.",
            quote(*path)));
    }
    return out;
}

Excess bars_of_excess(const Tool& tool, const Verdict& verdict) {
    Excess excess;
    std::set<std::string> paths;
    for (const Finding& finding : verdict.findings) {
        if (finding.id != "parameter-exfiltration" || finding.severity < RiskLevel::high) continue;
        const Parameter* parameter = parameter_of_field(tool, finding.field);
        const auto path = parameter != nullptr ? argument_path(tool, *parameter) : std::nullopt;
        if (path) {
            paths.insert(*path);
        } else {
            excess.out_of_reach = true;
        }
    }
    for (const std::string& path : paths) {
        if (excess.first.empty()) excess.first = quote(path);
        excess.conditions.deny_if.push_back(
            entry(Condition{path, Op::exists, true},
                  "Denied: an argument of this tool asks for more than the tool needs for its "
                  "work. Leave it out; a person can edit this deny_if in policy.json. What is "
                  "put into another argument instead is not stopped by it."));
    }
    if (!paths.empty()) {
        excess.conditions.gaps.emplace_back(
            "An argument that must stay empty does not stop the same content in another one.");
    }
    return excess;
}

std::vector<Bound> bounds_of_lists(const Tool& tool) {
    std::vector<Bound> bounds;
    const auto definition = parse_json(tool.definition);
    if (!definition) return bounds;
    const json* schema = find_member(*definition, "inputSchema");
    const json* properties = schema != nullptr ? find_member(*schema, "properties") : nullptr;
    if (properties == nullptr || !properties->is_object()) return bounds;
    for (const Parameter& parameter : tool.parameters) {
        if (parameter.path != parameter.name) continue;
        const json* property = find_member(*properties, parameter.name);
        const json* most = property != nullptr ? find_member(*property, "maxItems") : nullptr;
        const auto path = argument_path(tool, parameter);
        if (path && most != nullptr && most->is_number_integer() && *most >= 1 &&
            *most <= 1000000) {
            bounds.push_back({*path, most->get<int>()});
        }
    }
    return bounds;
}

}  // namespace mcprisk::policy

#include "policy/document/policy_v1.h"

#include <fmt/format.h>

namespace mcprisk::policy {
namespace {

using nlohmann::json;

json limits(std::string_view tool, const Rate& rate) {
    return json::array({{{"counter", std::string(tool) + "_rate"},
                         {"window", rate.window},
                         {"max", rate.max},
                         {"scope", "grant"}}});
}

json always_denied(std::string_view on_deny) {
    return {{"deny_if",
             json::array({{{"conditions", json::array()}, {"on_deny", std::string(on_deny)}}})}};
}

std::string approver_or(std::string_view approver) {
    return approver.empty() ? std::string("whoever keeps this policy") : std::string(approver);
}

// A value as somebody may write it.
std::string_view example_of(std::string_view need) {
    if (need == "hosts") return R"(["api.example.com"])";
    if (need == "roots") return R"(["/srv/data"])";
    if (need == "recipients") return R"(["example.com"])";
    if (need == "branches") return R"(["feature/*"])";
    return "50";
}

// What opens what would be asked about, for whoever may write it.
std::string opening(const Decision& decision) {
    if (decision.needs.empty()) {
        return " To let it run 20 times an hour, put this line in the place of its deny_if: "
               "\"limits\": [{\"counter\": \"opened\", \"window\": \"hour\", \"max\": 20, "
               "\"scope\": \"grant\"}]";
    }
    std::string lines;
    for (const std::string& need : decision.needs) {
        lines += fmt::format("{}{} = {}", lines.empty() ? "" : ", ", need, example_of(need));
    }
    return fmt::format(
        " It needs a value to run unasked: put this into ~/.mcprisk.toml, with values of your own, "
        "and write the policy again: [policy.values] {}",
        lines);
}

std::string denied_text(const Decision& decision, std::string_view approver) {
    if (decision.id == "compat-financial") return "Requires human approval.";
    if (decision.id == "wildcard-name") {
        return "Denied: the name of this tool means \"all tools\" in a policy, so no rule can "
               "permit it alone. It has to be renamed by its server.";
    }
    if (decision.id == "excess-argument") {
        return "Denied: an argument of this tool asks for more than the tool needs for its work, "
               "and lies where no condition reaches it.";
    }
    const std::string needs =
        decision.needs.empty()
            ? std::string()
            : fmt::format(
                  " It needs a value to be bounded by: {} under [policy.values] in "
                  ".mcprisk.toml.",
                  fmt::join(decision.needs, ", "));
    const std::string who = approver_or(approver);
    if (decision.category == Category::financial) {
        return fmt::format(
            "Denied: this tool moves money or commits somebody to pay. Nothing can approve the "
            "call under this policy, so asking again does not help. It becomes usable when {} "
            "replaces this deny_if in policy.json by conditions that bound its arguments.{}",
            who,
            needs);
    }
    return fmt::format(
        "Denied: this policy does not let this tool run. Nothing can approve the call; only a "
        "change of policy.json by {} can.{}",
        who,
        needs);
}

}  // namespace

json to_json(const ConditionValue& value) {
    return std::visit([](const auto& plain) { return json(plain); }, value);
}

json to_json(const Condition& condition) {
    return {{"path", condition.path},
            {"op", to_string(condition.op)},
            {"value", to_json(condition.value)}};
}

std::string ask_text(const Decision& decision, std::string_view approver) {
    return fmt::format(
        "Denied: a person has to decide on each call of this tool, and a policy of this version "
        "cannot ask one: no approval of this call is possible. The tool becomes usable when {} "
        "changes its rule in policy.json.{}",
        approver_or(approver),
        opening(decision));
}

void write_rule(Decision& decision, std::string_view tool, std::string_view approver) {
    decision.rule = nullptr;
    decision.on_deny.clear();
    const bool refused = decision.rest >= Verb::ask;
    if (decision.rest == Verb::hide || (refused && decision.hostile && !is_wildcard_name(tool))) {
        decision.effect = Effect::hidden;
        return;
    }
    if (refused) {
        decision.effect = Effect::denied;
        decision.on_deny = decision.rest == Verb::ask ? ask_text(decision, approver)
                                                      : denied_text(decision, approver);
        decision.rule = always_denied(decision.on_deny);
        return;
    }
    decision.rule = json::object();
    decision.effect = decision.rest == Verb::limit ? Effect::limited : Effect::allowed;
    if (decision.rest == Verb::limit) decision.rule["limits"] = limits(tool, decision.rate);
    if (decision.conditions.empty()) return;
    decision.effect = Effect::conditional;
    const auto list = [](const std::vector<Condition>& conditions) {
        json all = json::array();
        for (const Condition& one : conditions) all.push_back(to_json(one));
        return all;
    };
    if (!decision.conditions.require.empty())
        decision.rule["require"] = list(decision.conditions.require);
    if (decision.conditions.deny_if.empty()) return;
    json entries = json::array();
    for (const Denial& one : decision.conditions.deny_if) {
        entries.push_back({{"conditions", list(one.conditions)}, {"on_deny", one.on_deny}});
    }
    decision.rule["deny_if"] = std::move(entries);
    decision.on_deny = decision.conditions.deny_if.front().on_deny;
}

}  // namespace mcprisk::policy

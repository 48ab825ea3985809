// agentgateway: CEL expressions under mcpAuthorization; a call is allowed if any of them is true.
// An expression that cannot be evaluated counts as false, so that what is unknown denies.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "model/base/json.h"
#include "policy/document/policy_v1.h"
#include "policy/targets/parts.h"
#include "policy/targets/quoting.h"

namespace mcprisk::policy {
namespace {

using nlohmann::json;

constexpr std::string_view kArguments = "mcp.tool.arguments";

std::string cel_value(const json& value) {
    if (value.is_string()) return cel_literal(value.get<std::string>());
    if (value.is_array()) {
        std::string list;
        for (const json& one : value) list += (list.empty() ? "" : ", ") + cel_value(one);
        return "[" + list + "]";
    }
    if (value.is_number()) {
        // Numbers of a JSON call are doubles.
        const std::string digits = fmt::format("{:.17g}", value.get<double>());
        return digits.find_first_of(".e") == std::string::npos ? digits + ".0" : digits;
    }
    return value.dump();
}

struct Place {
    std::string given;  // every step of the path is there
    std::string value;
};

Place place_of(const std::vector<std::string>& path) {
    Place place{.value = std::string(kArguments)};
    for (const std::string& step : path) {
        place.given += fmt::format(
            "{}{} in {}", place.given.empty() ? "" : " && ", cel_literal(step), place.value);
        place.value += "[" + cel_literal(step) + "]";
    }
    return place;
}

std::string holds(const Condition& condition) {
    const Place place = place_of(steps_of(condition));
    if (condition.op == Op::exists) {
        return std::get<bool>(condition.value) ? place.given : "!(" + place.given + ")";
    }
    const std::string value = cel_value(to_json(condition.value));
    const auto compared = [&](std::string_view op) {
        return fmt::format("{} && {} {} {}", place.given, place.value, op, value);
    };
    if (condition.op == Op::eq) return compared("==");
    if (condition.op == Op::neq) return compared("!=");
    if (condition.op == Op::gt) return compared(">");
    if (condition.op == Op::gte) return compared(">=");
    if (condition.op == Op::lt) return compared("<");
    if (condition.op == Op::lte) return compared("<=");
    if (condition.op == Op::in) return compared("in");
    if (condition.op == Op::not_in)
        return fmt::format("{} && !({} in {})", place.given, place.value, value);
    if (condition.op == Op::regex)
        return fmt::format("{} && {}.matches({})", place.given, place.value, value);
    return fmt::format("{} && {}.contains({})", place.given, place.value, value);
}

std::string conditions_of(const Decision& decision) {
    std::string all;
    for (const Condition& condition : decision.conditions.require)
        all += " && (" + holds(condition) + ")";
    for (const Denial& entry : decision.conditions.deny_if) {
        std::string together;
        for (const Condition& condition : entry.conditions) {
            together += (together.empty() ? "" : " && ") + holds(condition);
        }
        all += " && !(" + together + ")";
    }
    for (const Bound& bound : decision.bounds) {
        const Place place = place_of(steps_of(bound.path));
        all += fmt::format(" && (!({}) || size({}) <= {})", place.given, place.value, bound.max);
    }
    return all;
}

// A single-quoted YAML scalar.
std::string yaml_quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        out += c;
        if (c == '\'') out += c;
    }
    return out + "'";
}

Rendered render(std::span<const NamedServer> servers, const FormatOptions& options) {
    const NamedServer& server = servers.front();
    const bool allow = options.inexpressible == Inexpressible::allow;
    std::string rules;
    Unsaid unsaid;
    for (const Decided& one : server.tools) {
        const Decision& decision = one.decision;
        if (decision.rest >= Verb::deny) continue;
        if (decision.rest == Verb::limit) ++unsaid.limits;
        if (decision.rest == Verb::ask) ++unsaid.questions;
        if (decision.rest != Verb::allow && !allow) continue;
        rules += "    - " +
                 yaml_quoted("mcp.tool.name == " + cel_literal(one.judged.tool->name) +
                             conditions_of(decision)) +
                 "\n";
    }
    Rendered out{.text = rules.empty() ? "mcpAuthorization:\n  rules:\n    - 'false'\n"
                                       : "mcpAuthorization:\n  rules:\n" + rules,
                 .losses = unsaid.losses("CEL", options.inexpressible)};
    out.notes.emplace_back(
        "This goes under policies of the MCP route in the configuration of agentgateway. Check it "
        "with an MCP inspector behind the gateway: what is not allowed is gone from tools/list");
    return out;
}

}  // namespace

extern const Target agentgateway_target;
const Target agentgateway_target{
    .word = "agentgateway",
    .title = "agentgateway",
    .file = "agentgateway.yaml",
    .can = {.hide = true, .conditions = true},
    .render = render,
};

}  // namespace mcprisk::policy

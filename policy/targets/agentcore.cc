// AWS AgentCore: Cedar policies of a gateway. A tool is the action Target___tool, its arguments are
// context.input, typed by the tool's schema. Nothing is permitted but what a policy permits.
#include <fmt/format.h>
#include <algorithm>
#include <optional>

#include "policy/targets/parts.h"
#include "policy/targets/quoting.h"

namespace mcprisk::policy {
namespace {

bool is_identifier(std::string_view name) {
    return !name.empty() && !(name.front() >= '0' && name.front() <= '9') &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_';
           });
}

std::optional<std::string> literal(const ConditionValue& value) {
    if (const auto* yes = std::get_if<bool>(&value)) return *yes ? "true" : "false";
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    if (const auto* text = std::get_if<std::string>(&value)) return cedar_literal(*text);
    return std::nullopt;
}

// True if the condition holds; nothing if it cannot be said.
std::optional<std::string> holds(const Condition& condition) {
    const auto path = steps_of(condition);
    if (path.size() != 1 || !is_identifier(path.front())) return std::nullopt;
    const std::string given = "context.input has " + path.front();
    const std::string value = "context.input." + path.front();
    if (condition.op == Op::exists) {
        return std::get<bool>(condition.value) ? given : "!(" + given + ")";
    }
    if (condition.op == Op::in || condition.op == Op::not_in) {
        std::string list;
        for (const std::string& one : std::get<std::vector<std::string>>(condition.value)) {
            list += (list.empty() ? "" : ", ") + cedar_literal(one);
        }
        return fmt::format("{} && {}[{}].contains({})",
                           given,
                           condition.op == Op::not_in ? "!" : "",
                           list,
                           value);
    }
    if (condition.op != Op::eq) return std::nullopt;
    const auto wanted = literal(condition.value);
    if (!wanted) return std::nullopt;
    return fmt::format("{} && {} == {}", given, value, *wanted);
}

Rendered render(std::span<const NamedServer> servers, const FormatOptions& options) {
    const NamedServer& server = servers.front();
    const bool allow = options.inexpressible == Inexpressible::allow;
    Rendered out;
    Unsaid unsaid;
    const auto policy = [&](std::string_view effect, const std::string& tool) {
        return fmt::format("{}(principal, action == AgentCore::Action::{}, resource)",
                           effect,
                           cedar_literal(server.name + "___" + tool));
    };
    for (const Decided& one : server.tools) {
        const Decision& decision = one.decision;
        const std::string& tool = one.judged.tool->name;
        if (decision.rest >= Verb::deny) {
            out.text += policy("forbid", tool) + ";\n";
            continue;
        }
        const auto condition = cedar_when(decision, holds);
        if (!condition) {
            ++unsaid.conditions;
            continue;
        }
        if (decision.rest == Verb::limit) ++unsaid.limits;
        if (decision.rest == Verb::ask) ++unsaid.questions;
        if (decision.rest == Verb::allow || allow) out.text += policy("permit", tool) + *condition + ";\n";
    }
    if (out.text.empty()) out.text = "forbid(principal, action, resource);\n";
    out.losses = unsaid.losses("AgentCore", options.inexpressible);
    out.notes.push_back(fmt::format(
        "This goes into the policy engine of the gateway whose target is called {} (--as NAME): "
        "each statement is a policy, and resource can be narrowed to that gateway. Cedar's own "
        "engine decides them as meant; AgentCore itself is unverified",
        server.name));
    return out;
}

}  // namespace

extern const Target agentcore_target;
const Target agentcore_target{
    .word = "agentcore",
    .title = "AWS AgentCore",
    .file = "policies.cedar",
    .can = {.hide = true, .conditions = true},
    .render = render,
};

}  // namespace mcprisk::policy

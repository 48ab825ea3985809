// ToolHive: Cedar policies in an authorization configuration. Nothing is permitted but what a
// policy permits, and forbid beats permit. An argument `x` is the attribute context.arg_x.
#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/base/json.h"
#include "policy/targets/parts.h"
#include "policy/targets/quoting.h"

namespace mcprisk::policy {
namespace {

using nlohmann::json;

bool is_identifier(std::string_view name) {
    return !name.empty() && !(name.front() >= '0' && name.front() <= '9') &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_';
           });
}

// Texts and booleans: numbers reach the context in a type of the proxy's choice.
std::optional<std::string> value_of(const ConditionValue& value) {
    if (const auto* yes = std::get_if<bool>(&value)) return *yes ? "true" : "false";
    if (const auto* text = std::get_if<std::string>(&value)) return cedar_literal(*text);
    return std::nullopt;
}

// "context has arg_x && …", true if the condition holds; nothing if it cannot be said.
std::optional<std::string> holds(const Condition& condition) {
    const auto path = steps_of(condition);
    if (path.size() != 1 || !is_identifier(path.front())) return std::nullopt;
    const std::string name = "arg_" + path.front();
    const std::string given = "context has " + name;
    // Of an array, an object and null the proxy hands on only that they are there.
    const std::string other = "context has " + name + "_present";
    if (condition.op == Op::exists) {
        const std::string there = "(" + given + " || " + other + ")";
        return std::get<bool>(condition.value) ? there : "!" + there;
    }
    if (condition.op == Op::eq) {
        const auto value = value_of(condition.value);
        if (!value) return std::nullopt;
        return fmt::format("{} && context.{} == {}", given, name, *value);
    }
    if (condition.op != Op::in && condition.op != Op::not_in) return std::nullopt;
    std::string list;
    for (const std::string& one : std::get<std::vector<std::string>>(condition.value)) {
        list += (list.empty() ? "" : ", ") + cedar_literal(one);
    }
    const std::string in = fmt::format("[{}].contains(context.{})", list, name);
    if (condition.op == Op::in) return fmt::format("{} && {}", given, in);
    return fmt::format("({} || ({} && !{}))", other, given, in);
}

std::string policy(std::string_view effect, const std::string& tool, const std::string& condition) {
    return fmt::format("{}(principal, action == Action::\"call_tool\", resource == Tool::{}){};",
                       effect,
                       cedar_literal(tool),
                       condition);
}

Rendered render(std::span<const NamedServer> servers, const FormatOptions& options) {
    const NamedServer& server = servers.front();
    const bool allow = options.inexpressible == Inexpressible::allow;
    json policies = json::array();
    Unsaid unsaid;
    for (const Decided& one : server.tools) {
        const Decision& decision = one.decision;
        const std::string& tool = one.judged.tool->name;
        const Verb verb = decision.rest;
        if (verb >= Verb::deny) {
            policies.push_back(policy("forbid", tool, ""));
            continue;
        }
        const auto condition = cedar_when(decision, holds);
        if (!condition) {
            ++unsaid.conditions;
            continue;
        }
        if (verb == Verb::limit) ++unsaid.limits;
        if (verb == Verb::ask) ++unsaid.questions;
        if (verb == Verb::allow || allow) policies.push_back(policy("permit", tool, *condition));
    }
    // ToolHive refuses an empty list; nothing is permitted without it either.
    if (policies.empty()) policies.push_back("forbid(principal, action, resource);");
    Rendered out{.text = pretty_json(
                     {{"version", "1.0"},
                      {"type", "cedarv1"},
                      {"cedar", {{"policies", std::move(policies)}, {"entities_json", "[]"}}}}),
                 .losses = unsaid.losses("Cedar", options.inexpressible)};
    out.notes.emplace_back(
        "Start the server with it: thv run --authz-config authz-config.json SERVER. Check it with "
        "thv mcp list tools --server SERVER: denied tools are gone from the list");
    return out;
}

}  // namespace

extern const Target cedar_target;
const Target cedar_target{
    .word = "cedar",
    .title = "ToolHive",
    .file = "authz-config.json",
    .can = {.hide = true, .conditions = true},
    .render = render,
};

}  // namespace mcprisk::policy

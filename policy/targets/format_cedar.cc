// ToolHive: Cedar policies in an authorization configuration. Nothing is permitted but what a
// policy permits, and forbid beats permit. An argument `x` is the attribute context.arg_x.
#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/base/json.h"
#include "policy/targets/format_parts.h"
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
std::optional<std::string> value_of(const json& value) {
    if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
    if (value.is_string()) return cedar_literal(value.get<std::string>());
    return std::nullopt;
}

// "context has arg_x && …", true if the condition cedar_of; nothing if it cannot be said.
std::optional<std::string> cedar_of(const json& condition) {
    const Step step = step_of(condition);
    if (step.path.size() != 1 || !is_identifier(step.path.front())) return std::nullopt;
    const std::string name = "arg_" + step.path.front();
    const std::string given = "context has " + name;
    if (step.op == "exists") return step.value->get<bool>() ? given : "!(" + given + ")";
    if (step.op == "eq") {
        const auto value = value_of(*step.value);
        if (!value) return std::nullopt;
        return fmt::format("{} && context.{} == {}", given, name, *value);
    }
    if (step.op != "in" && step.op != "not_in") return std::nullopt;
    std::string list;
    for (const json& one : *step.value) {
        const auto value = value_of(one);
        if (!value) return std::nullopt;
        list += (list.empty() ? "" : ", ") + *value;
    }
    return fmt::format(
        "{} && {}[{}].contains(context.{})", given, step.op == "not_in" ? "!" : "", list, name);
}

// " when { … }", empty without conditions, nothing if one of them cannot be said.
std::optional<std::string> when(const Decision& decision) {
    std::string all;
    const auto add = [&](const std::string& part) { all += (all.empty() ? "" : " && ") + part; };
    for (const json& condition : decision.conditions.require) {
        const auto part = cedar_of(condition);
        if (!part) return std::nullopt;
        add("(" + *part + ")");
    }
    for (const json& entry : decision.conditions.deny_if) {
        std::string together;
        for (const json& condition : entry.at("conditions")) {
            const auto part = cedar_of(condition);
            if (!part) return std::nullopt;
            together += (together.empty() ? "" : " && ") + *part;
        }
        add("!(" + together + ")");
    }
    return all.empty() ? all : " when { " + all + " }";
}

std::string policy(std::string_view effect, const std::string& tool, const std::string& condition) {
    return fmt::format("{}(principal, action == Action::\"call_tool\", resource == Tool::{}){};",
                       effect,
                       cedar_literal(tool),
                       condition);
}

}  // namespace

Rendered render_cedar(const NamedServer& server, const FormatOptions& options) {
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
        const auto condition = when(decision);
        if (!condition) {
            ++unsaid.conditions;
            continue;
        }
        if (verb == Verb::limit) ++unsaid.limits;
        if (verb == Verb::ask) ++unsaid.questions;
        if (verb == Verb::allow || allow) policies.push_back(policy("permit", tool, *condition));
    }
    Rendered out{.text = pretty_json(
                     {{"version", "1.0"},
                      {"type", "cedarv1"},
                      {"cedar", {{"policies", std::move(policies)}, {"entities_json", "[]"}}}}),
                 .notes = unsaid.notes("Cedar", options.inexpressible)};
    out.notes.emplace_back(
        "Start the server with it: thv run --authz-config authz-config.json SERVER. Check it with "
        "thv mcp list tools --server SERVER: denied tools are gone from the list");
    return out;
}

}  // namespace mcprisk::policy

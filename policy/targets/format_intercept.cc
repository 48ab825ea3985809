// Intercept: a YAML file for each server. Its conditions say what must hold, and an argument that
// is not given fails them; `require_approval` asks a person.
#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/base/json.h"
#include "model/base/text.h"
#include "policy/targets/format_parts.h"
#include "policy/targets/quoting.h"

namespace mcprisk::policy {
namespace {

using nlohmann::json;

// What holds exactly when `op` does not, for an argument that is given; empty if there is none.
std::string_view opposite(std::string_view op) {
    if (op == "eq") return "neq";
    if (op == "in") return "not_in";
    if (op == "not_in") return "in";
    return {};
}

bool always_given(const Tool& tool, const Decision& decision, const Step& step) {
    const auto& require = decision.conditions.require;
    const bool asked_for = std::any_of(require.begin(), require.end(), [&](const json& one) {
        return step_of(one).path == step.path;
    });
    const bool needed =
        step.path.size() == 1 &&
        std::any_of(tool.parameters.begin(), tool.parameters.end(), [&](const Parameter& p) {
            return p.required && p.path == step.path.front();
        });
    return asked_for || needed;
}

struct Checked {
    json condition;
    std::string on_deny;
};

// The conditions that must hold, or nothing if one of them cannot be said.
std::optional<std::vector<Checked>> conditions_of(const Decided& one) {
    std::vector<Checked> out;
    for (const json& condition : one.decision.conditions.require) {
        out.push_back({condition, "Denied: the call does not meet a condition of this policy."});
    }
    for (const json& entry : one.decision.conditions.deny_if) {
        if (entry.at("conditions").size() != 1) return std::nullopt;
        json condition = entry.at("conditions").front();
        const Step step = step_of(condition);
        if (step.op == "exists") {
            condition["value"] = !step.value->get<bool>();
        } else {
            const auto op = opposite(step.op);
            // Left out, an argument would be denied, which is more than is meant.
            if (op.empty() || !always_given(*one.judged.tool, one.decision, step))
                return std::nullopt;
            condition["op"] = op;
        }
        out.push_back({std::move(condition), entry.at("on_deny").get<std::string>()});
    }
    return out;
}

std::string write_conditions(const std::vector<Checked>& list) {
    std::string out;
    std::size_t number = 0;
    for (const Checked& one : list) {
        out += fmt::format(
            "      - name: condition-{}\n        action: evaluate\n        conditions:\n"
            "          - {{path: {}, op: {}, value: {}}}\n        on_deny: {}\n",
            ++number,
            json_literal(one.condition.at("path").get<std::string>()),
            one.condition.at("op").get<std::string>(),
            harmless_json(canonical_json(one.condition.at("value"))),
            json_literal(one.on_deny));
    }
    return out;
}

std::string limit(const Rate& rate) {
    return fmt::format("      - name: rate\n        rate_limit: {}/{}\n", rate.max, rate.window);
}

std::string rules_of(const Decided& one, std::size_t& lost) {
    const Decision& decision = one.decision;
    Verb verb = decision.rest;
    std::string conditions;
    if (unattended(verb) && decision.has_conditions()) {
        if (const auto list = conditions_of(one)) {
            conditions = write_conditions(*list);
        } else {
            verb = decision.verb;
            ++lost;
        }
    }
    switch (verb) {
        case Verb::allow:
            return conditions;
        case Verb::limit:
            return conditions + limit(decision.rate);
        case Verb::ask:
            return "      - name: approval\n        action: require_approval\n";
        case Verb::deny:
        case Verb::hide:
            break;
    }
    return fmt::format(
        "      - name: denied\n        action: deny\n        on_deny: {}\n",
        json_literal(decision.on_deny.empty() ? "Denied by this policy." : decision.on_deny));
}

}  // namespace

Rendered render_intercept(const NamedServer& server, const FormatOptions& /*options*/) {
    std::string hide;
    std::string tools;
    std::size_t lost = 0;
    std::size_t asks = 0;
    for (const Decided& one : server.tools) {
        const std::string name = json_literal(one.judged.tool->name);
        if (one.decision.rest == Verb::hide && !is_wildcard_name(one.judged.tool->name)) {
            hide += "  - " + name + "\n";
            continue;
        }
        // "*" would be every tool: such a name stays under the default, which is deny.
        if (is_wildcard_name(one.judged.tool->name)) continue;
        const std::string rules = rules_of(one, lost);
        if (rules.find("require_approval") != std::string::npos) ++asks;
        // YAML ends a key on one line after 1024 characters (1.2, 7.4.2), and a file with one that
        // is longer cannot be read at all; a key with a question mark may be of any length.
        constexpr std::size_t kLongestKey = 1000;
        tools +=
            fmt::format("{}\n    rules:{}\n{}",
                        name.size() > kLongestKey ? "  ? " + name + "\n  :" : "  " + name + ":",
                        rules.empty() ? " []" : "",
                        rules);
    }
    Rendered out{.text = fmt::format("version: \"1\"\ndescription: {}\ndefault: deny\n{}{}",
                                     json_literal("Recommended for " + server.id),
                                     hide.empty() ? "" : "hide:\n" + hide,
                                     tools.empty() ? "" : "tools:\n" + tools)};
    if (lost > 0) {
        out.notes.push_back(
            fmt::format("{} ask because Intercept denies a condition whose argument is not given",
                        tools_word(lost)));
    }
    if (asks > 0) {
        out.notes.push_back(fmt::format(
            "{} ask with require_approval, which needs an Intercept of April 2026 or newer",
            tools_word(asks)));
    }
    out.notes.emplace_back(
        "Start the server behind it: intercept -c intercept.yaml -- COMMAND. Check the file with "
        "intercept validate -c intercept.yaml");
    return out;
}

}  // namespace mcprisk::policy

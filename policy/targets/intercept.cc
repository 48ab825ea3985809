// Intercept: a YAML file for each server. Its conditions say what must hold, and an argument that
// is not given fails them; `require_approval` asks a person.
#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/base/json.h"
#include "model/base/text.h"
#include "policy/document/policy_v1.h"
#include "policy/targets/parts.h"
#include "policy/targets/quoting.h"

namespace mcprisk::policy {
namespace {

// What holds exactly when `op` does not, for an argument that is given; empty if there is none.
std::optional<Op> opposite(Op op) {
    if (op == Op::eq) return Op::neq;
    if (op == Op::in) return Op::not_in;
    if (op == Op::not_in) return Op::in;
    return std::nullopt;
}

bool always_given(const Tool& tool, const Decision& decision, const Condition& condition) {
    const auto path = steps_of(condition);
    const auto& require = decision.conditions.require;
    const bool asked_for = std::any_of(require.begin(), require.end(), [&](const Condition& one) {
        return one.path == condition.path;
    });
    const bool needed =
        path.size() == 1 &&
        std::any_of(tool.parameters.begin(), tool.parameters.end(), [&](const Parameter& p) {
            return p.required && p.path == path.front();
        });
    return asked_for || needed;
}

struct Checked {
    Condition condition;
    std::string on_deny;
};

// The conditions that must hold, or nothing if one of them cannot be said.
std::optional<std::vector<Checked>> conditions_of(const Decided& one) {
    std::vector<Checked> out;
    for (const Condition& condition : one.decision.conditions.require) {
        out.push_back({condition, "Denied: the call does not meet a condition of this policy."});
    }
    for (const Denial& entry : one.decision.conditions.deny_if) {
        if (entry.conditions.size() != 1) return std::nullopt;
        Condition condition = entry.conditions.front();
        if (condition.op == Op::exists) {
            condition.value = !std::get<bool>(condition.value);
        } else {
            const auto op = opposite(condition.op);
            // Left out, an argument would be denied, which is more than is meant.
            if (!op || !always_given(*one.judged.tool, one.decision, condition))
                return std::nullopt;
            condition.op = *op;
        }
        out.push_back({std::move(condition), entry.on_deny});
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
            json_literal(one.condition.path),
            to_string(one.condition.op),
            harmless_json(canonical_json(to_json(one.condition.value))),
            json_literal(one.on_deny));
    }
    return out;
}

std::string limit(const Rate& rate) {
    return fmt::format("      - name: rate\n        rate_limit: {}/{}\n", rate.max, rate.window);
}

std::string rules_of(const Decided& one, std::size_t& softened) {
    const Decision& decision = one.decision;
    Verb verb = decision.rest;
    std::string conditions;
    if (unattended(verb) && decision.has_conditions()) {
        if (const auto list = conditions_of(one)) {
            conditions = write_conditions(*list);
        } else {
            verb = decision.verb;
            ++softened;
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

Rendered render(std::span<const NamedServer> servers, const FormatOptions& /*options*/) {
    const NamedServer& server = servers.front();
    std::string hide;
    std::string tools;
    std::size_t softened = 0;
    std::size_t asks = 0;
    for (const Decided& one : server.tools) {
        const std::string name = json_literal(one.judged.tool->name);
        if (one.decision.rest == Verb::hide && !is_wildcard_name(one.judged.tool->name)) {
            hide += "  - " + name + "\n";
            continue;
        }
        // "*" would be every tool: such a name stays under the default, which is deny.
        if (is_wildcard_name(one.judged.tool->name)) continue;
        const std::string rules = rules_of(one, softened);
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
    if (softened > 0) {
        out.losses.push_back(lost(softened,
                                  "ask",
                                  "because Intercept denies a condition whose argument is not "
                                  "given"));
    }
    if (asks > 0) {
        out.losses.push_back(
            lost(asks,
                 "ask",
                 "with require_approval, which needs an Intercept of April 2026 or newer"));
    }
    out.notes.emplace_back(
        "Start the server behind it: intercept -c intercept.yaml -- COMMAND. Check the file with "
        "intercept validate -c intercept.yaml");
    return out;
}

}  // namespace

extern const Target intercept_target;
const Target intercept_target{
    .word = "intercept",
    .title = "Intercept",
    .file = "intercept.yaml",
    .can = {.ask = true, .hide = true, .limit = true, .conditions = true},
    .render = render,
};

}  // namespace mcprisk::policy

// Intercept: a YAML file for each server. Its conditions say what must hold, and an argument that
// is not given fails them. The released engine cannot ask a person: what should ask is denied.
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

struct Lost {
    std::size_t conditions = 0;
    std::size_t questions = 0;
    std::size_t limits = 0;
};

std::string denied(std::string_view on_deny) {
    return fmt::format("      - name: denied\n        action: deny\n        on_deny: {}\n",
                       json_literal(on_deny.empty() ? "Denied by this policy." : on_deny));
}

std::string rules_of(const Decided& one, std::string_view approver, Lost& lost) {
    const Decision& decision = one.decision;
    Verb verb = decision.rest;
    std::string conditions;
    if (unattended(verb) && decision.has_conditions()) {
        if (const auto list = conditions_of(one)) {
            conditions = write_conditions(*list);
        } else {
            ++lost.conditions;
            return denied(ask_text(decision, approver));
        }
    }
    switch (verb) {
        case Verb::allow:
            return conditions;
        case Verb::limit:
            // The engine's counters are named state.TOOL.NAME: a tool with a dot in its name cannot
            // be counted, and a file that tries is refused as a whole.
            if (one.judged.tool->name.find('.') != std::string::npos) {
                ++lost.limits;
                return denied("Denied: calls of this tool cannot be counted here.");
            }
            return conditions + limit(decision.rate);
        case Verb::ask:
            ++lost.questions;
            return denied(ask_text(decision, approver));
        case Verb::deny:
        case Verb::hide:
            break;
    }
    return denied(decision.on_deny);
}

Rendered render(std::span<const NamedServer> servers, const FormatOptions& options) {
    const NamedServer& server = servers.front();
    std::string hide;
    std::string tools;
    Lost lost_here;
    if (options.ceiling.max > 0) {
        tools = fmt::format("  \"*\":\n    rules:\n      - name: ceiling\n        rate_limit: {}/{}\n",
                            options.ceiling.max,
                            options.ceiling.window);
    }
    for (const Decided& one : server.tools) {
        const std::string name = json_literal(one.judged.tool->name);
        if (one.decision.rest == Verb::hide && !is_wildcard_name(one.judged.tool->name)) {
            hide += "  - " + name + "\n";
            continue;
        }
        // "*" would be every tool: such a name stays under the default, which is deny.
        if (is_wildcard_name(one.judged.tool->name)) continue;
        const std::string rules = rules_of(one, options.approver, lost_here);
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
    const auto add = [&](std::size_t count, std::string_view why) {
        const std::string text = "denied because " + std::string(why);
        if (count > 0) out.losses.push_back({count, text, text});
    };
    add(lost_here.questions, "Intercept has no question to a person");
    add(lost_here.conditions, "Intercept fails a condition whose argument is not given");
    add(lost_here.limits, "Intercept cannot count calls of a name with a dot");
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
    .can = {.hide = true, .limit = true, .conditions = true},
    .render = render,
};

}  // namespace mcprisk::policy

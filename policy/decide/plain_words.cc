#include <fmt/format.h>
#include <array>
#include <nlohmann/json.hpp>

#include "model/base/json.h"
#include "model/base/text.h"
#include "policy/decide/decide.h"
#include "policy/decide/trial.h"
#include "policy/decide/wording.h"
#include "policy/document/json_path.h"
#include "policy/document/of_decided.h"
#include "policy/document/policy_v1.h"
#include "policy/document/recommend.h"

namespace mcprisk::policy {
namespace {

using nlohmann::json;

constexpr std::string_view kLimitFacts =
    "window is \"minute\", \"hour\" or \"day\" (UTC), max a whole number from 1, scope \"grant\": "
    "all "
    "agents that use one grant share the counter, and tools with the same counter name share it "
    "too.";

// What a person copies into the document: one line of JSON.
std::string snippet(const json& value) { return printable(canonical_json(value)); }

// `quoted`: with the words that a denied caller reads.
std::string effect_of(const Decision& decision, bool quoted) {
    const auto with = [&](std::string_view text) {
        return quoted ? fmt::format("{} with the words: {}", text, quote(decision.on_deny))
                      : std::string(text) + ".";
    };
    const std::string limit = limits_in_words(decision.rule);
    switch (decision.effect) {
        case Effect::allowed:
            return "Every call is let through, without limit.";
        case Effect::limited:
            return fmt::format(
                "Calls are let through, {}; further calls are denied until the "
                "window is over.",
                limit);
        case Effect::conditional:
            return conditions_in_words(decision.rule) +
                   (limit.empty() ? std::string(" Other calls are let through.")
                                  : fmt::format(" Other calls are let through, {}.", limit));
        case Effect::denied:
            if (decision.verb == Verb::ask) {
                return with(
                    "A person has to decide on each call. policy.json cannot ask one, so there the "
                    "tool stays listed and every call is denied");
            }
            return with("The tool stays listed and every call is denied");
        case Effect::hidden:
            break;
    }
    return "The tool is taken out of tools/list, and a call by name is denied all the same.";
}

std::string rest_of(const Decision& decision) {
    std::string text =
        "The default is deny: a tool that the document does not name is denied, and so is one that "
        "the server adds later.";
    if (!decision.needs.empty()) {
        text += fmt::format(
            " It needs a value to run unasked: {} under [policy.values] in "
            ".mcprisk.toml.",
            fmt::join(decision.needs, ", "));
    }
    for (const Switch& one : decision.switches) {
        std::string usable;
        for (const std::string& choice : one.usable) {
            usable += (usable.empty() ? "" : ", ") + quote(truncate_utf8(choice, 60));
        }
        text += fmt::format(" Usable values of {}: {}.", one.shown, usable);
    }
    return text;
}

std::vector<std::string> steps_for(const JudgedTool& judged, const Decision& decision) {
    std::vector<std::string> steps{
        fmt::format("Take the merged document of the whole server (mcprisk policy {} -o DIR): a "
                    "document with this tool alone would deny all others, and a second one would "
                    "replace the first.",
                    shell_word(judged.verdict->server)),
        "Read policy.reasons.json beside it, then check the file: mcprisk policy validate "
        "policy.json.",
        "Give the document to the gateway, for the grant with which agents reach this server. It "
        "counts from the next request on; a grant without any policy denies every call."};
    if (decision.effect == Effect::hidden) {
        steps.push_back(fmt::format("Ask the gateway for tools/list: {} must be gone from it.",
                                    quote(judged.tool->name)));
    } else {
        steps.push_back("Try it before an agent does: " + trials(judged, decision));
    }
    steps.push_back(
        "Close the other ways: an agent that can reach the server past the gateway is bound by no "
        "rule.");
    return steps;
}

json example_limit(std::string_view tool, int max, std::string_view window) {
    return {{"limits",
             json::array({{{"counter", std::string(tool) + "_rate"},
                           {"window", window},
                           {"max", max},
                           {"scope", "grant"}}})}};
}

// The argument that says how much, or nullptr.
const Parameter* amount_of(const Tool& tool) {
    static constexpr auto kNames = std::to_array<std::string_view>(
        {"amount", "price", "quantity", "qty", "total", "value", "cost", "budget"});
    for (const Parameter& p : tool.parameters) {
        const bool number = p.type == "number" || p.type == "integer";
        if (number && p.path == p.name && argument_path(tool, p) && has_one_of(p.name, kNames)) {
            return &p;
        }
    }
    return nullptr;
}

// How a tool that is denied or hidden becomes usable within bounds.
std::string opened(const Tool& tool) {
    json rule = example_limit(tool.name, 5, "hour");
    const Parameter* amount = amount_of(tool);
    if (amount != nullptr) {
        rule["require"] = json::array({to_json(
            Condition{*argument_path(tool, *amount), Op::lte, std::int64_t{50}})});
    }
    return fmt::format("set {} to {}, {}; {}",
                       printable(member_path("tools", tool.name)),
                       snippet(rule),
                       amount != nullptr ? "with a bound that can be borne each time"
                                         : "which bounds how often and not what",
                       kLimitFacts);
}

std::string how_to_limit(const JudgedTool& judged, const Decision& decision) {
    const std::string& name = judged.tool->name;
    const std::string place = printable(member_path("tools", name));
    if (is_wildcard_name(name)) {
        return "No rule can limit it alone: a policy reads its name as all tools.";
    }
    if (!limits_in_words(decision.rule).empty()) {
        return fmt::format(
            "It is limited already. Change max or window in {}.limits; {}", place, kLimitFacts);
    }
    if (decision.effect == Effect::hidden) {
        return fmt::format("Not while it is hidden. Take {} out of hide, then {}",
                           quote(name),
                           opened(*judged.tool));
    }
    if (decision.effect == Effect::denied) {
        return "A limit has no effect beside a deny_if with empty conditions. To open the tool "
               "within bounds, " +
               opened(*judged.tool);
    }
    return fmt::format("Yes: give {} the field limits as in {}; {}",
                       place,
                       snippet(example_limit(name, 30, "minute")),
                       kLimitFacts);
}

std::string how_to_block(const JudgedTool& judged, const Decision& decision) {
    const std::string name = quote(judged.tool->name);
    const std::string place = printable(member_path("tools", judged.tool->name));
    if (decision.effect == Effect::hidden) {
        return fmt::format(
            "It is blocked: {} stands in hide. To keep it listed and deny its calls "
            "with a message instead, move it from hide to {} with deny_if.",
            name,
            place);
    }
    if (is_wildcard_name(judged.tool->name)) {
        return "It is blocked: its deny_if with empty conditions denies every call. In hide its "
               "name "
               "would mean all tools.";
    }
    if (decision.effect == Effect::denied) {
        return fmt::format(
            "It is blocked: its deny_if with empty conditions denies every call. To "
            "take it out of tools/list too, delete {} and put {} into hide.",
            place,
            name);
    }
    const json entry = {
        {"deny_if",
         json::array({{{"conditions", json::array()}, {"on_deny", "Not in use here."}}})}};
    return fmt::format(
        "Delete {0} (the default denies what is not named), or set it to {1} so that "
        "the caller reads why. To take it out of tools/list, delete {0} and put {2} "
        "into hide; one tool never stands in both.",
        place,
        snippet(entry),
        name);
}

}  // namespace

PlainWords plain_words(const JudgedTool& tool, const Options& options) {
    return words_of(tool, decide(tool, options));
}

std::string effect_in_short(const Decision& decision) { return effect_of(decision, false); }

PlainWords words_of(const JudgedTool& tool, const Decision& decision) {
    return {.effect = effect_of(decision, true),
            .rest = rest_of(decision),
            .why_a_policy = why_a_policy(*tool.tool, *tool.verdict, decision),
            .steps = steps_for(tool, decision),
            .how_to_limit = how_to_limit(tool, decision),
            .how_to_block = how_to_block(tool, decision)};
}

}  // namespace mcprisk::policy

#include "policy/document/changes.h"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "model/base/json.h"
#include "policy/decide/decide.h"
#include "policy/decide/wording.h"
#include "policy/document/validate.h"

namespace mcprisk::policy {
namespace {

using nlohmann::json;

// How far a call gets, from the freest on.
struct State {
    Verb verb = Verb::deny;  // never ask
    double an_hour = 1e9;    // what the tightest limit lets through
    bool conditions = false;
    std::string words;
};

Result<json> read(std::string_view text, std::string_view which) {
    Diagnostics faults;
    if (!validate_policy(text, faults)) {
        for (const Diagnostic& fault : faults.items()) {
            if (fault.severity != Severity::error) continue;
            return fail(
                ErrorCode::invalid_input,
                fmt::format("the {} is not valid: {}: {}", which, fault.path, fault.message));
        }
    }
    return parse_json(text);
}

std::set<std::string> hidden_by(const json& document) {
    std::set<std::string> names;
    if (const json* hide = find_member(document, "hide")) {
        for (const json& name : *hide) names.insert(name.get<std::string>());
    }
    return names;
}

bool always_denies(const json& rule) {
    const json* deny_if = find_member(rule, "deny_if");
    return deny_if != nullptr && std::any_of(deny_if->begin(), deny_if->end(), [](const json& one) {
               return one.at("conditions").empty();
           });
}

std::string limits_text(const json& rule, double& an_hour) {
    std::string words;
    const json* limits = find_member(rule, "limits");
    if (limits == nullptr) return words;
    for (const json& limit : *limits) {
        const Rate rate{limit.at("max"), limit.at("window")};
        an_hour = std::min(an_hour, calls_an_hour(rate));
        words += (words.empty() ? "" : ", ") + in_words(rate);
    }
    return words;
}

State state_of(const json& document, const std::set<std::string>& hidden, const std::string& tool) {
    if (hidden.contains(tool) || hidden.contains("*"))
        return {.verb = Verb::hide, .words = "hidden"};
    const json* tools = find_member(document, "tools");
    const json* rule = tools != nullptr ? find_member(*tools, tool) : nullptr;
    if (rule == nullptr) {
        return document.at("default") == "allow"
                   ? State{.verb = Verb::allow, .words = "not named: allowed"}
                   : State{.verb = Verb::deny, .words = "not named: denied"};
    }
    if (always_denies(*rule)) return {.verb = Verb::deny, .words = "denied"};
    State state{.verb = Verb::allow};
    state.words = limits_text(*rule, state.an_hour);
    if (!state.words.empty()) state.verb = Verb::limit;
    if (state.words.empty()) state.words = "allowed";
    if (const auto conditions = conditions_in_words(*rule); !conditions.empty()) {
        state.conditions = true;
        state.words += ". " + conditions;
    }
    return state;
}

Turn turn_of(const State& before, const State& after) {
    const auto seen = [](Verb verb) { return std::min(verb, Verb::deny); };
    if (seen(before.verb) >= Verb::deny && seen(after.verb) >= Verb::deny) return Turn::different;
    if (seen(after.verb) >= Verb::deny) return Turn::stricter;
    if (seen(before.verb) >= Verb::deny) return Turn::looser;
    const bool same_conditions = before.conditions == after.conditions;
    const bool less = after.an_hour < before.an_hour || (after.conditions && !before.conditions);
    const bool more = after.an_hour > before.an_hour || (before.conditions && !after.conditions);
    if (less == more || (same_conditions && after.an_hour == before.an_hour))
        return Turn::different;
    return less ? Turn::stricter : Turn::looser;
}

void collect(const json& document, std::set<std::string>& tools) {
    if (const json* hide = find_member(document, "hide")) {
        for (const json& name : *hide) tools.insert(name.get<std::string>());
    }
    if (const json* rules = find_member(document, "tools")) {
        for (const auto& [name, rule] : rules->items()) tools.insert(name);
    }
}

State ceiling_of(const json& document) {
    State state{.verb = Verb::allow, .words = "no limit"};
    if (const json* all = find_member(document, "all_tools")) {
        if (auto words = limits_text(*all, state.an_hour); !words.empty())
            state.words = std::move(words);
    }
    return state;
}

}  // namespace

std::string_view to_string(Turn turn) {
    switch (turn) {
        case Turn::stricter:
            return "stricter";
        case Turn::looser:
            return "looser";
        case Turn::different:
            break;
    }
    return "different";
}

Result<std::vector<Change>> compare_policies(std::string_view before, std::string_view after) {
    const auto old_document = read(before, "policy in force");
    if (!old_document) return fail(old_document.error());
    const auto new_document = read(after, "new policy");
    if (!new_document) return fail(new_document.error());
    std::vector<Change> changes;
    const auto compare = [&](const std::string& name, const State& a, const State& b) {
        if (a.words != b.words) changes.push_back({name, a.words, b.words, turn_of(a, b)});
    };
    // What neither names: the default.
    const auto unnamed = [](const json& document) {
        return document.at("default") == "allow" ? State{.verb = Verb::allow, .words = "allowed"}
                                                 : State{.verb = Verb::deny, .words = "denied"};
    };
    compare("*", unnamed(*old_document), unnamed(*new_document));
    compare("all_tools", ceiling_of(*old_document), ceiling_of(*new_document));
    std::set<std::string> tools;
    collect(*old_document, tools);
    collect(*new_document, tools);
    const auto old_hidden = hidden_by(*old_document);
    const auto new_hidden = hidden_by(*new_document);
    for (const std::string& tool : tools) {
        compare(tool,
                state_of(*old_document, old_hidden, tool),
                state_of(*new_document, new_hidden, tool));
    }
    return changes;
}

Result<std::vector<std::string>> unknown_tools(std::string_view document,
                                               const std::vector<std::string>& tools) {
    const auto value = read(document, "policy in force");
    if (!value) return fail(value.error());
    std::set<std::string> known;
    collect(*value, known);
    std::vector<std::string> out;
    if (known.contains("*")) return out;
    for (const std::string& tool : tools) {
        if (!known.contains(tool)) out.push_back(tool);
    }
    return out;
}

}  // namespace mcprisk::policy

#include "policy/decide/trial.h"

#include <fmt/format.h>

#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk::policy {
namespace {

using nlohmann::json;

json sample_value(const Parameter& parameter) {
    if (parameter.type == "integer" || parameter.type == "number") return 1;
    if (parameter.type == "boolean") return false;
    if (parameter.type == "array") return json::array();
    if (parameter.type == "object") return json::object();
    return parameter.choices.empty() ? std::string("x") : parameter.choices.front();
}

std::string trial(const JudgedTool& judged, const json& arguments, std::string_view answer) {
    return fmt::format("mcprisk policy test policy.json --tool {} --args {} must say {}",
                       shell_word(judged.tool->name),
                       shell_word(canonical_json(arguments)),
                       answer);
}

json with_choice(json arguments, const Switch& one, const std::string& choice) {
    constexpr std::string_view kRoot = "args.";
    json* place = &arguments;
    for (const std::string_view step :
         split(std::string_view(one.path).substr(kRoot.size()), '.')) {
        if (!place->is_object()) *place = json::object();
        place = &(*place)[std::string(step)];
    }
    *place = choice;
    return arguments;
}

}  // namespace

std::string shell_word(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') {
            out += R"('\'')";
        } else {
            out += c;
        }
    }
    return printable(out + "'");
}

json sample_arguments(const Tool& tool) {
    json arguments = json::object();
    for (const Parameter& p : tool.parameters) {
        if (p.required && p.path == p.name) arguments[p.name] = sample_value(p);
    }
    return arguments;
}

std::string trials(const JudgedTool& judged, const Decision& decision) {
    json arguments = sample_arguments(*judged.tool);
    if (!decision.switches.empty()) {
        for (const Switch& one : decision.switches) {
            arguments = with_choice(std::move(arguments), one, one.usable.front());
        }
        const Switch& first = decision.switches.front();
        const json refused = with_choice(arguments, first, first.denied.front());
        return fmt::format(
            "{}; {}.", trial(judged, arguments, "allowed"), trial(judged, refused, "denied"));
    }
    if (decision.effect == Effect::conditional) {
        return trial(judged, arguments, "allowed") +
               " with harmless arguments, and denied with what a condition names.";
    }
    return trial(judged, arguments, decision.effect == Effect::denied ? "denied" : "allowed") + ".";
}

}  // namespace mcprisk::policy

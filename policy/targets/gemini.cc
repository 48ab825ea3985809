// Gemini CLI: rules of ~/.gemini/policies/*.toml. The highest priority wins; a deny without
// argsPattern takes the tool out of the list; ask_user denies where nobody can be asked.
#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "model/base/json.h"
#include "policy/document/policy_v1.h"
#include "policy/targets/client_names.h"
#include "policy/targets/parts.h"
#include "policy/targets/quoting.h"

namespace mcprisk::policy {
namespace {

std::string rule(std::string_view server,
                 const std::vector<std::string>& tools,
                 std::string_view decision,
                 int priority,
                 std::string_view extra = {}) {
    std::string names;
    for (const std::string& tool : tools) names += "  " + toml_literal(tool) + ",\n";
    return fmt::format(
        "[[rule]]\nmcpName = {}\n{}decision = \"{}\"\npriority = {}\n{}\n",
        toml_literal(server),
        tools.empty() ? std::string("toolName = \"*\"\n") : "toolName = [\n" + names + "]\n",
        decision,
        priority,
        extra);
}

// A pattern on the call's arguments as JSON text, or empty where the condition is none of a plain
// value of an argument. It may fit more than is meant, such as the same key further in: that
// denies.
std::string args_pattern(const Condition& condition) {
    if (condition.op != Op::eq && condition.op != Op::in) return {};
    std::string values;
    const auto add = [&](const nlohmann::json& value) {
        values += (values.empty() ? "" : "|") + regex_literal(canonical_json(value));
    };
    const nlohmann::json value = to_json(condition.value);
    if (value.is_array()) {
        for (const nlohmann::json& one : value) add(one);
    } else {
        add(value);
    }
    return fmt::format("{}:\\s*({})",
                       regex_literal(canonical_json(nlohmann::json(steps_of(condition).back()))),
                       values);
}

// Denies calls by their arguments, above the question that the tool gets as a whole.
std::string argument_rules(const std::string& server, const std::string& name, const Decided& one) {
    std::string out;
    if (!unattended(one.decision.rest) || one.decision.verb >= Verb::deny) return out;
    for (const Denial& entry : one.decision.conditions.deny_if) {
        if (entry.conditions.size() != 1) continue;
        const std::string pattern = args_pattern(entry.conditions.front());
        if (pattern.empty()) continue;
        out += rule(server,
                    {name},
                    "deny",
                    95,
                    fmt::format("argsPattern = {}\ndenyMessage = {}\n",
                                toml_literal(pattern),
                                toml_literal(entry.on_deny)));
    }
    return out;
}

Rendered render(std::span<const NamedServer> servers, const FormatOptions& /*options*/) {
    Rendered out;
    Softened softened;
    for (const NamedServer& server : servers) {
        std::vector<std::string> allowed;
        std::vector<std::string> asked;
        std::vector<std::string> denied;
        std::string by_argument;
        // Two tools can have one name here: the strictest verb stands for both.
        std::map<std::string, Verb> verbs;
        std::size_t unnameable = 0;
        for (const Decided& one : server.tools) {
            softened.count(one.decision);
            // A star stands for other tools as well: such a name is left to the last rule.
            if (one.judged.tool->name.empty() ||
                one.judged.tool->name.find('*') != std::string::npos) {
                continue;
            }
            const auto name = gemini_tool_name(server.name, one.judged.tool->name);
            if (!name) {
                ++unnameable;
                continue;
            }
            Verb& verb = verbs.try_emplace(*name, Verb::allow).first->second;
            verb = std::max(verb, without_limit(one.decision.verb));
            by_argument += argument_rules(server.name, *name, one);
        }
        for (const auto& [name, verb] : verbs) {
            (verb == Verb::allow ? allowed : verb == Verb::ask ? asked : denied).push_back(name);
        }
        if (unnameable > 0) {
            out.notes.push_back(fmt::format(
                "{} of {} ask, because Gemini CLI rewrites the server's name so that no rule finds "
                "them: give it a short name of letters and digits in settings.json",
                tools_word(unnameable),
                server.name));
        }
        if (!denied.empty()) out.text += rule(server.name, denied, "deny", 100);
        out.text += by_argument;
        if (!asked.empty()) out.text += rule(server.name, asked, "ask_user", 90);
        if (!allowed.empty()) out.text += rule(server.name, allowed, "allow", 80);
        // What the server adds later.
        out.text += rule(server.name, {}, "ask_user", 10);
        if (server.name.find('_') != std::string::npos) {
            out.notes.push_back(fmt::format(
                "The server name {} has an underscore, with which Gemini CLI finds no rule: rename "
                "it in settings.json, then write this again",
                server.name));
        }
    }
    if (!out.text.empty()) out.text.pop_back();
    for (Loss& loss : softened.losses("Gemini CLI")) out.losses.push_back(std::move(loss));
    out.notes.emplace_back(
        "This goes into ~/.gemini/policies/mcprisk.toml. Check it in Gemini CLI with "
        "/policies list");
    return out;
}

constexpr std::string_view kBegin =
    "# mcprisk: begin, written again by mcprisk policy --merge-into\n";
constexpr std::string_view kEnd = "# mcprisk: end\n";

Result<Merged> merge(std::string_view text, std::span<const NamedServer> servers) {
    const std::string block = std::string(kBegin) + render(servers, {}).text + std::string(kEnd);
    std::string file(text);
    const std::size_t begin = file.find(kBegin);
    const std::size_t end = begin == std::string::npos ? begin : file.find(kEnd, begin);
    if (begin != std::string::npos && end == std::string::npos) {
        return fail(
            ErrorCode::invalid_input,
            "the file has the line \"mcprisk: begin\" without \"mcprisk: end\": put it back "
            "or take out both");
    }
    if (begin != std::string::npos) {
        file.replace(begin, end + kEnd.size() - begin, block);
    } else {
        if (!file.empty() && file.back() != '\n') file += '\n';
        if (!file.empty()) file += '\n';
        file += block;
    }
    return Merged{.text = std::move(file)};
}

}  // namespace

extern const Target gemini_target;
const Target gemini_target{
    .word = "gemini",
    .title = "Gemini CLI",
    .file = "mcprisk.toml",
    .many = true,
    .can = {.ask = true, .hide = true, .conditions = true},
    .render = render,
    .merge = merge,
};

}  // namespace mcprisk::policy

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

// All of ours stand above what settings.json says of whole servers (mcp.allowed: 100, trust: 200)
// and below its allowlist of core tools (249), so that they loosen nothing of it.
constexpr int kDeny = 245;
constexpr int kDenyByArgument = 240;
constexpr int kAsk = 230;
constexpr int kAllow = 220;
constexpr int kUnknown = 210;

// An empty `server` names tools by their whole names.
std::string rule(std::string_view server,
                 const std::vector<std::string>& tools,
                 std::string_view decision,
                 int priority,
                 std::string_view extra = {}) {
    std::string names;
    for (const std::string& tool : tools) names += "  " + toml_literal(tool) + ",\n";
    return fmt::format(
        "[[rule]]\n{}{}decision = \"{}\"\npriority = {}\n{}\n",
        server.empty() ? std::string() : fmt::format("mcpName = {}\n", toml_literal(server)),
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
                    kDenyByArgument,
                    fmt::format("argsPattern = {}\ndenyMessage = {}\n",
                                toml_literal(pattern),
                                toml_literal(entry.on_deny)));
    }
    return out;
}

// The rules of one server for tools that are named in one way.
struct Rules {
    std::map<std::string, Verb> verbs;  // two tools can have one name: the strictest stands
    std::string by_argument;

    void add(const std::string& server, const std::string& name, const Decided& one) {
        Verb& verb = verbs.try_emplace(name, Verb::allow).first->second;
        verb = std::max(verb, without_limit(one.decision.verb));
        by_argument += argument_rules(server, name, one);
    }

    [[nodiscard]] std::string text(const std::string& server) const {
        std::vector<std::string> allowed;
        std::vector<std::string> asked;
        std::vector<std::string> denied;
        for (const auto& [name, verb] : verbs) {
            (verb == Verb::allow ? allowed : verb == Verb::ask ? asked : denied).push_back(name);
        }
        std::string out;
        if (!denied.empty()) out += rule(server, denied, "deny", kDeny);
        out += by_argument;
        if (!asked.empty()) out += rule(server, asked, "ask_user", kAsk);
        if (!allowed.empty()) out += rule(server, allowed, "allow", kAllow);
        return out;
    }
};

Rendered render(std::span<const NamedServer> servers, const FormatOptions& /*options*/) {
    Rendered out;
    Softened softened;
    for (const NamedServer& server : servers) {
        Rules named;
        Rules whole;
        for (const Decided& one : server.tools) {
            softened.count(one.decision);
            // A star stands for other tools as well: such a name is left to the last rule.
            if (one.judged.tool->name.empty() ||
                one.judged.tool->name.find('*') != std::string::npos) {
                continue;
            }
            const GeminiName name = gemini_tool_name(server.name, one.judged.tool->name);
            if (name.whole) {
                whole.add("", name.tool, one);
            } else {
                named.add(server.name, name.tool, one);
            }
        }
        out.text += named.text(server.name) + whole.text("");
        // What the server adds later.
        out.text += rule(server.name, {}, "ask_user", kUnknown);
        if (!whole.verbs.empty()) {
            out.notes.push_back(fmt::format(
                "Gemini CLI rewrites the name {}: its rules name tools by their whole names, and "
                "tools that it adds later follow Gemini CLI's own default",
                server.name));
        }
    }
    if (!out.text.empty()) out.text.pop_back();
    out.losses = softened.losses("Gemini CLI");
    out.notes.emplace_back(
        "This goes into ~/.gemini/policies/mcprisk.toml. Check it in Gemini CLI with "
        "/policies list");
    return out;
}

// What a settings.json says of the same servers beside these rules.
std::vector<std::string> beside(std::string_view config, std::span<const NamedServer> servers) {
    std::vector<std::string> out;
    const auto settings = parse_jsonc(config);
    if (!settings) return out;
    const auto* configured = find_member(*settings, "mcpServers");
    const auto* mcp = find_member(*settings, "mcp");
    const auto* tools = find_member(*settings, "tools");
    const auto lists = [](const nlohmann::json* object, std::string_view key, const auto& fits) {
        const auto* list = object != nullptr ? find_member(*object, key) : nullptr;
        if (list == nullptr || !list->is_array()) return false;
        return std::any_of(list->begin(), list->end(), [&](const nlohmann::json& one) {
            return one.is_string() && fits(one.get<std::string>());
        });
    };
    for (const NamedServer& server : servers) {
        const auto* entry =
            configured != nullptr ? find_member(*configured, server.name) : nullptr;
        const auto* trust = entry != nullptr ? find_member(*entry, "trust") : nullptr;
        if (trust != nullptr && *trust == true) {
            out.push_back(fmt::format(
                "{} has \"trust\": true in settings.json, which lets all its tools run where no "
                "rule stands above it: these rules do, and without them nothing would ask",
                server.name));
        }
        const auto is_it = [&](const std::string& name) {
            return name == server.name || name == "*";
        };
        if (lists(mcp, "allowed", is_it)) {
            out.push_back(fmt::format(
                "{} stands in mcp.allowed of settings.json, which lets all its tools run where no "
                "rule stands above it: these rules do, and without them nothing would ask",
                server.name));
        }
        const auto is_tool = [&](const std::string& name) {
            return name.starts_with("mcp_" + server.name + "_");
        };
        if (lists(tools, "allowed", is_tool)) {
            out.push_back(
                fmt::format("tools.allowed of settings.json names tools of {}: it stands above "
                            "these rules, so those tools run unasked",
                            server.name));
        }
    }
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

// What an administrator deploys: the same rules in another place.
Rendered render_managed(std::span<const NamedServer> servers, const FormatOptions& options) {
    Rendered out = render(servers, options);
    out.notes.back() = 
        "This goes into /etc/gemini-cli/policies/: the rules of an administrator stand above all "
        "others. Check it in Gemini CLI with /policies list";
    return out;
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
    .beside = beside,
};

extern const Target gemini_managed_target;
const Target gemini_managed_target{
    .word = "gemini-managed",
    .title = "Gemini CLI, managed",
    .file = "mcprisk-managed.toml",
    .many = true,
    .can = {.ask = true, .hide = true, .conditions = true},
    .render = render_managed,
};

}  // namespace mcprisk::policy

// Claude Code: permissions of .claude/settings.json. Rules are tried in the order deny, ask, allow;
// the first that fits decides, however specific another one is.
#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "model/base/json.h"
#include "model/base/text.h"
#include "policy/decide/settings.h"
#include "policy/document/json_path.h"
#include "policy/edit/jsonc_edit.h"
#include "policy/targets/client_names.h"
#include "policy/targets/parts.h"

namespace mcprisk::policy {
namespace {

Rendered render(std::span<const NamedServer> servers, const FormatOptions& /*options*/) {
    // Two tools can have one name here: the strictest verb stands for both.
    std::map<std::string, Verb> verbs;
    Softened softened;
    for (const NamedServer& server : servers) {
        for (const Decided& one : server.tools) {
            softened.count(one.decision);
            Verb& verb =
                verbs.try_emplace(claude_tool_name(server.name, one.judged.tool->name), Verb::allow)
                    .first->second;
            verb = std::max(verb, without_limit(one.decision.verb));
        }
    }
    nlohmann::json lists = {{"allow", nlohmann::json::array()},
                            {"ask", nlohmann::json::array()},
                            {"deny", nlohmann::json::array()}};
    for (const auto& [name, verb] : verbs) {
        lists[verb == Verb::allow ? "allow" : verb == Verb::ask ? "ask" : "deny"].push_back(name);
    }
    Rendered out{.text = pretty_json({{"permissions", std::move(lists)}}),
                 .losses = softened.losses("Claude Code")};
    out.notes.emplace_back(
        "This goes into .claude/settings.json of the project, or ~/.claude/settings.json for all "
        "projects (--merge-into keeps what is there). Check it in Claude Code with /permissions");
    return out;
}

constexpr std::string_view kPrefix = "mcp__";

// In the order in which they are tried.
constexpr std::array<std::string_view, 3> kLists{"deny", "ask", "allow"};

struct Entry {
    std::string text;
    std::string_view list;
    std::string path;
    std::string server;  // between the prefix and the next "__"
    bool whole_server = false;
};

Entry entry_of(std::string text, std::string_view list, std::string path) {
    Entry rule{.text = std::move(text), .list = list, .path = std::move(path)};
    const std::string_view rest = std::string_view(rule.text).substr(kPrefix.size());
    const std::size_t end = rest.find("__");
    rule.whole_server = end == std::string_view::npos;
    rule.server = rest.substr(0, end);
    return rule;
}

// Does `wide` decide every tool that `narrow` names?
bool covers(const Entry& wide, const Entry& narrow) {
    if (wide.text == narrow.text) return true;
    if (wide.list == "allow" && wide.server.find('*') != std::string::npos) return false;
    if (wide.whole_server && wide.server.find('*') != std::string::npos) {
        return matches_glob(wide.text, narrow.text);
    }
    if (wide.whole_server) return narrow.text.starts_with(wide.text + "__");
    return wide.text.find('*') != std::string::npos && matches_glob(wide.text, narrow.text);
}

std::string fault_of(const Entry& rule) {
    const std::string shown = quote(rule.text);
    if (rule.text.find('(') != std::string::npos) {
        return fmt::format("{}: {} is ignored: rules for MCP tools take no arguments in brackets",
                           rule.path,
                           shown);
    }
    // In deny and ask a wildcard may stand anywhere.
    if (rule.list == "allow" && rule.server.find('*') != std::string::npos) {
        return fmt::format(
            "{}: {} is skipped: in allow a wildcard needs a server's name before it, as in "
            "mcp__server__*",
            rule.path,
            shown);
    }
    if (rule.list == "allow" &&
        (rule.whole_server || rule.text == fmt::format("mcp__{}__*", rule.server))) {
        return fmt::format(
            "{}: {} allows every tool of the server, also those it adds later, but "
            "for what deny and ask name",
            rule.path,
            shown);
    }
    return {};
}

Result<std::vector<std::string>> lint(std::string_view text) {
    const auto settings = parse_jsonc(text);
    if (!settings) return fail(settings.error());
    std::vector<std::string> faults;
    const auto* permissions = find_member(*settings, "permissions");
    if (permissions == nullptr) return faults;
    if (!permissions->is_object()) {
        faults.emplace_back("permissions: must be an object with the lists allow, ask and deny");
        return faults;
    }
    std::vector<Entry> rules;  // in the order in which they are tried
    for (const std::string_view list : kLists) {
        const auto* entries = find_member(*permissions, list);
        if (entries == nullptr) continue;
        if (!entries->is_array()) {
            faults.push_back(fmt::format(
                "permissions.{}: must be a list of texts: Claude Code refuses the file", list));
            continue;
        }
        for (std::size_t i = 0; i < entries->size(); ++i) {
            const auto& entry = entries->at(i);
            if (!entry.is_string()) {
                faults.push_back(fmt::format("{}: must be a text",
                                             element_path(fmt::format("permissions.{}", list), i)));
                continue;
            }
            if (!entry.get_ref<const std::string&>().starts_with(kPrefix)) continue;
            rules.push_back(entry_of(entry.get<std::string>(),
                                     list,
                                     element_path(fmt::format("permissions.{}", list), i)));
        }
    }
    // Most rules name one tool and stand in the shadow of an equal one at most.
    std::map<std::string_view, std::size_t> first;
    std::vector<std::size_t> wide;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (auto fault = fault_of(rules[i]); !fault.empty()) faults.push_back(std::move(fault));
        std::size_t before = first.try_emplace(rules[i].text, i).first->second;
        for (const std::size_t one : wide) {
            if (one >= before) break;
            if (covers(rules[one], rules[i])) before = one;
        }
        if (rules[i].whole_server || rules[i].text.find('*') != std::string::npos) {
            wide.push_back(i);
        }
        if (before == i) continue;
        const Entry* shadow = &rules[before];
        faults.push_back(
            shadow->list == rules[i].list
                ? fmt::format("{}: {} says again what {} says",
                              rules[i].path,
                              quote(rules[i].text),
                              shadow->path)
                : fmt::format("{}: {} has no effect: {} decides first, however specific this is",
                              rules[i].path,
                              quote(rules[i].text),
                              shadow->path));
    }
    return faults;
}

std::string_view list_of(Verb verb) {
    return verb == Verb::allow ? "allow" : verb == Verb::ask ? "ask" : "deny";
}

Result<Merged> merge(std::string_view text, std::span<const NamedServer> servers) {
    std::map<std::string, Verb> verbs;
    for (const NamedServer& server : servers) {
        for (const Decided& one : server.tools) {
            Verb& verb =
                verbs.try_emplace(claude_tool_name(server.name, one.judged.tool->name), Verb::allow)
                    .first->second;
            verb = std::max(verb, std::min(without_limit(one.decision.verb), Verb::deny));
        }
    }
    Merged out{.text = std::string(text)};
    std::size_t kept = 0;
    if (const auto file = parse_jsonc(trim(text).empty() ? "{}" : text)) {
        const auto* permissions = find_member(*file, "permissions");
        for (const Verb verb : {Verb::ask, Verb::deny}) {
            const auto* entries =
                permissions != nullptr ? find_member(*permissions, list_of(verb)) : nullptr;
            if (entries == nullptr || !entries->is_array()) continue;
            for (const auto& entry : *entries) {
                const auto ours =
                    entry.is_string() ? verbs.find(entry.get<std::string>()) : verbs.end();
                if (ours == verbs.end() || ours->second >= verb) continue;
                ours->second = verb;
                ++kept;
            }
        }
    } else {
        return fail(file.error());
    }
    for (const Verb verb : {Verb::allow, Verb::ask, Verb::deny}) {
        std::vector<std::string> added;
        for (const auto& [name, wanted] : verbs) {
            if (wanted == verb) added.push_back(name);
        }
        auto edited = edit_list(
            out.text,
            {"permissions", std::string(list_of(verb))},
            [&](const std::string& entry) {
                const auto ours = verbs.find(entry);
                return ours == verbs.end() || ours->second == verb;
            },
            added);
        if (!edited) return fail(edited.error());
        out.text = std::move(*edited);
    }
    note_kept(kept, out.notes);
    if (auto faults = lint(out.text)) {
        for (std::string& fault : *faults) out.notes.push_back(std::move(fault));
    }
    return out;
}

// What an administrator deploys: the same rules in another place.
Rendered render_managed(std::span<const NamedServer> servers, const FormatOptions& options) {
    Rendered out = render(servers, options);
    out.notes.back() = 
        "This goes into /etc/claude-code/managed-settings.json (macOS: /Library/Application "
        "Support/ClaudeCode): no user's settings loosen it. Check it in Claude Code with /permissions";
    return out;
}

}  // namespace

extern const Target claude_code_target;
const Target claude_code_target{
    .word = "claude-code",
    .title = "Claude Code",
    .file = "settings.json",
    .many = true,
    .can = {.ask = true},
    .render = render,
    .merge = merge,
    .lint = lint,
};

extern const Target claude_managed_target;
const Target claude_managed_target{
    .word = "claude-managed",
    .title = "Claude Code, managed",
    .file = "managed-settings.json",
    .many = true,
    .can = {.ask = true},
    .render = render_managed,
};

}  // namespace mcprisk::policy

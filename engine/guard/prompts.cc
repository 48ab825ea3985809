#include "engine/guard/prompts.h"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "crawler/config/config_tree.h"
#include "model/base/json.h"
#include "policy/targets/client_names.h"

namespace mcprisk::engine {
namespace {

using crawler::Client;
using nlohmann::json;

void take_texts(const json* list, std::string_view prefix, std::vector<std::string>& into) {
    if (list == nullptr || !list->is_array()) return;
    for (const json& one : *list) {
        if (one.is_string()) into.push_back(std::string(prefix) + one.get<std::string>());
    }
}

// '*' stands for any run of signs.
bool fits(std::string_view pattern, std::string_view name) {
    std::size_t p = 0;
    std::size_t n = 0;
    std::size_t star = std::string_view::npos;
    std::size_t mark = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            mark = n;
        } else if (p < pattern.size() && pattern[p] == name[n]) {
            ++p;
            ++n;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            n = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

bool any_fits(const std::vector<std::string>& patterns, std::string_view name) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
        return fits(pattern, name);
    });
}

// "mcp__server" is the whole server.
bool any_claude(const std::vector<std::string>& rules,
                std::string_view server,
                std::string_view tool) {
    return any_fits(rules, tool) || any_fits(rules, server);
}

// How a tool is written in the lists of PromptRules.
std::string listed_name(Client client, std::string_view server, std::string_view tool) {
    if (client == Client::claude_code) return policy::claude_tool_name(server, tool);
    if (client == Client::opencode || client == Client::kilo) {
        return std::string(server) + "_" + std::string(tool);
    }
    return std::string(server) + ":" + std::string(tool);
}

}  // namespace

std::string_view to_string(Prompt prompt) {
    switch (prompt) {
        case Prompt::refused:
            return "refused";
        case Prompt::asked:
            return "asked";
        case Prompt::unasked:
            return "unasked";
    }
    return "asked";
}

void PromptRules::add_file(std::string_view text) {
    const auto tree = crawler::read_config_tree(text);
    if (!tree || !tree->value.is_object()) return;
    switch (client_) {
        case Client::claude_code:
            add_claude(tree->value);
            break;
        case Client::codex:
            add_codex(tree->value);
            break;
        case Client::cursor:
            add_cursor(tree->value);
            break;
        case Client::opencode:
        case Client::kilo:
            add_opencode(tree->value);
            break;
        case Client::gemini:
            add_entries(tree->value);
            add_gemini(tree->value);
            break;
        default:
            add_entries(tree->value);
            break;
    }
}

void PromptRules::add_door(const Door& door) {
    if (door.opens == Opens::everything) everything_ = true;
    if (door.opens == Opens::server) servers_.insert(door.server);
}

void PromptRules::add_claude(const json& file) {
    const json* permissions = find_member(file, "permissions");
    if (permissions == nullptr) return;
    take_texts(find_member(*permissions, "allow"), "", allow_);
    take_texts(find_member(*permissions, "ask"), "", ask_);
    take_texts(find_member(*permissions, "deny"), "", deny_);
    // A wildcard is believed only behind a server's name, as the client does it.
    std::erase_if(allow_, [](const std::string& rule) {
        return rule.find('*') != std::string::npos && std::count(rule.begin(), rule.end(), '_') < 4;
    });
}

void PromptRules::add_codex(const json& file) {
    const json* servers = find_member(file, "mcp_servers");
    if (servers == nullptr || !servers->is_object()) return;
    for (const auto& [name, entry] : servers->items()) {
        take_texts(find_member(entry, "disabled_tools"), name + ":", deny_);
        if (string_member(entry, "default_tools_approval_mode") == "approve") servers_.insert(name);
        const json* tools = find_member(entry, "tools");
        if (tools == nullptr || !tools->is_object()) continue;
        for (const auto& [tool, settings] : tools->items()) {
            const std::string mode = string_member(settings, "approval_mode");
            if (mode == "approve") allow_.push_back(name + ":" + tool);
            if (mode == "prompt") ask_.push_back(name + ":" + tool);
        }
    }
}

void PromptRules::add_cursor(const json& file) {
    take_texts(find_member(file, "mcpAllowlist"), "", allow_);
    const json* permissions = find_member(file, "permissions");
    if (permissions == nullptr) return;
    for (const auto& [key, into] : {std::pair{"allow", &allow_}, std::pair{"deny", &deny_}}) {
        std::vector<std::string> rules;
        take_texts(find_member(*permissions, key), "", rules);
        for (const std::string& rule : rules) {
            if (rule.starts_with("Mcp(") && rule.ends_with(')')) {
                into->push_back(rule.substr(4, rule.size() - 5));
            }
        }
    }
}

void PromptRules::add_entries(const json& file) {
    const json* servers = find_member(file, "mcpServers");
    if (servers == nullptr || !servers->is_object()) return;
    for (const auto& [name, entry] : servers->items()) {
        for (const char* key : {"autoApprove", "alwaysAllow"}) {
            take_texts(find_member(entry, key), name + ":", allow_);
        }
        for (const char* key : {"disabledTools", "excludeTools"}) {
            take_texts(find_member(entry, key), name + ":", deny_);
        }
    }
}

// Rules of settings.json have a place of their own among those of ~/.gemini/policies.
void PromptRules::add_gemini(const json& file) {
    constexpr int kServerAllowed = 100;
    constexpr int kToolAllowed = 249;
    const auto words = [](const json* value) {
        std::vector<std::string> list;
        if (value != nullptr && value->is_string()) list.push_back(value->get<std::string>());
        take_texts(value, "", list);
        return list;
    };
    if (const json* mcp = find_member(file, "mcp")) {
        for (const std::string& server : words(find_member(*mcp, "allowed"))) {
            ranked_.push_back({kServerAllowed, server, {"*"}, Prompt::unasked});
        }
        for (const std::string& server : words(find_member(*mcp, "excluded"))) {
            deny_.push_back(server + ":*");
        }
    }
    if (const json* tools = find_member(file, "tools")) {
        for (const std::string& tool : words(find_member(*tools, "allowed"))) {
            ranked_.push_back({kToolAllowed, "", {tool}, Prompt::unasked});
        }
    }
    const json* rules = find_member(file, "rule");
    if (rules == nullptr || !rules->is_array()) return;
    for (const json& rule : *rules) {
        const std::string decision = string_member(rule, "decision");
        const Prompt prompt = decision == "allow"  ? Prompt::unasked
                              : decision == "deny" ? Prompt::refused
                                                   : Prompt::asked;
        // A rule for some arguments leaves the other calls as they are; one that lets some run
        // lets the tool run.
        if (find_member(rule, "argsPattern") != nullptr && prompt != Prompt::unasked) continue;
        const json* priority = find_member(rule, "priority");
        Ranked one{.priority = priority != nullptr && priority->is_number_integer()
                                   ? priority->get<int>()
                                   : 0,
                   .server = string_member(rule, "mcpName"),
                   .tools = words(find_member(rule, "toolName")),
                   .prompt = prompt};
        if (one.tools.empty()) one.tools.emplace_back("*");
        ranked_.push_back(std::move(one));
    }
}

Prompt PromptRules::by_rank(std::string_view server, std::string_view tool) const {
    constexpr int kTrusted = 200;
    const policy::GeminiName name = policy::gemini_tool_name(server, tool);
    const std::string whole = fmt::format("mcp_{}_{}", server, tool);
    const Ranked* best = nullptr;
    for (const Ranked& rule : ranked_) {
        const bool fit = rule.server.empty()
                             ? any_fits(rule.tools, name.tool) || any_fits(rule.tools, whole)
                             : fits(rule.server, server) && any_fits(rule.tools, tool);
        if (!fit) continue;
        const bool before = best == nullptr || rule.priority > best->priority ||
                            (rule.priority == best->priority && rule.prompt > best->prompt);
        if (before) best = &rule;
    }
    const bool trusted = servers_.contains(server);
    if (best == nullptr) return trusted ? Prompt::unasked : Prompt::asked;
    return trusted && best->priority < kTrusted ? Prompt::unasked : best->prompt;
}

void PromptRules::add_opencode(const json& file) {
    const json* permission = find_member(file, "permission");
    if (permission == nullptr) return;
    if (permission->is_string()) {
        if (*permission == "allow") everything_ = true;
        return;
    }
    if (!permission->is_object()) return;
    for (const auto& [rule, verb] : permission->items()) {
        if (!verb.is_string()) continue;
        const auto word = verb.get<std::string>();
        auto& into = word == "allow" ? allow_ : word == "deny" ? deny_ : ask_;
        into.push_back(rule);
    }
}

Prompt PromptRules::of(std::string_view server, std::string_view tool) const {
    const std::string name = listed_name(client_, server, tool);
    if (client_ == Client::claude_code) {
        const std::string whole = "mcp__" + std::string(server);
        if (any_claude(deny_, whole, name)) return Prompt::refused;
        if (everything_) return Prompt::unasked;
        if (any_claude(ask_, whole, name)) return Prompt::asked;
        return any_claude(allow_, whole, name) ? Prompt::unasked : Prompt::asked;
    }
    if (client_ == Client::opencode || client_ == Client::kilo) {
        // The exact rule goes before one with a star.
        for (const auto& [list, prompt] : {std::pair{&deny_, Prompt::refused},
                                           std::pair{&ask_, Prompt::asked},
                                           std::pair{&allow_, Prompt::unasked}}) {
            if (std::find(list->begin(), list->end(), name) != list->end()) return prompt;
        }
        if (any_fits(deny_, name)) return Prompt::refused;
        if (any_fits(ask_, name)) return Prompt::asked;
        // No rule at all: it runs.
        return Prompt::unasked;
    }
    if (any_fits(deny_, name)) return Prompt::refused;
    if (client_ == Client::gemini && !everything_) return by_rank(server, tool);
    if (everything_ || servers_.contains(server)) {
        return any_fits(ask_, name) && !everything_ ? Prompt::asked : Prompt::unasked;
    }
    return any_fits(allow_, name) && !any_fits(ask_, name) ? Prompt::unasked : Prompt::asked;
}

}  // namespace mcprisk::engine

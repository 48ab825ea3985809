// Codex: [mcp_servers.NAME] of config.toml. The approval modes "auto" and "writes" believe a
// server's annotations and are never written.
#include <fmt/format.h>
#include <optional>
#include <set>

#include "policy/edit/toml_edit.h"
#include "policy/targets/parts.h"
#include "policy/targets/quoting.h"

namespace mcprisk::policy {
namespace {

std::string list_of(const std::vector<std::string>& names) {
    if (names.empty()) return "[]";
    std::string out = "[\n";
    for (const std::string& name : names) out += "  " + toml_literal(name) + ",\n";
    return out + "]";
}

Rendered render(std::span<const NamedServer> servers, const FormatOptions& /*options*/) {
    Rendered out;
    Softened softened;
    for (const NamedServer& server : servers) {
        std::vector<std::string> enabled;
        std::vector<std::string> disabled;
        std::string modes;
        const std::string key = toml_key(server.name);
        for (const Decided& one : server.tools) {
            const std::string& name = one.judged.tool->name;
            softened.count(one.decision);
            const Verb verb = without_limit(one.decision.verb);
            if (verb >= Verb::deny) {
                disabled.push_back(name);
                continue;
            }
            enabled.push_back(name);
            modes += fmt::format("\n[mcp_servers.{}.tools.{}]\napproval_mode = \"{}\"\n",
                                 key,
                                 toml_key(name),
                                 verb == Verb::allow ? "approve" : "prompt");
        }
        if (!out.text.empty()) out.text += '\n';
        out.text += fmt::format(
            "[mcp_servers.{}]\nenabled_tools = {}\ndisabled_tools = {}\n"
            "default_tools_approval_mode = \"prompt\"\n{}",
            key,
            list_of(enabled),
            list_of(disabled),
            modes);
    }
    out.losses = softened.losses("Codex");
    out.notes.emplace_back(
        "This goes into ~/.codex/config.toml, into the tables of the same servers (--merge-into "
        "does that). Check it with codex mcp list");
    return out;
}

constexpr std::string_view kMark = "  # mcprisk";

std::string toml_list(std::string_view key, const std::vector<std::string>& names) {
    std::string out = fmt::format("{} = [{}\n", key, kMark);
    for (const std::string& name : names) out += "  " + toml_literal(name) + ",\n";
    return out + "]\n";
}

bool is_ours(std::string_view statement) {
    return statement.substr(0, statement.find('\n')).ends_with(kMark);
}

void merge_codex_server(TomlText& file, const NamedServer& server, std::size_t& kept) {
    const std::vector<std::string> path{"mcp_servers", server.name};
    std::vector<std::string> enabled;
    std::vector<std::string> disabled;
    std::set<std::string> known;
    for (const Decided& one : server.tools) {
        known.insert(one.judged.tool->name);
        (one.decision.verb >= Verb::deny ? disabled : enabled).push_back(one.judged.tool->name);
    }
    if (const auto* table = file.find(path)) {
        const auto theirs = [&](std::string_view key) -> std::optional<std::vector<std::string>> {
            const auto statement = file.statement(*table, key);
            if (statement.empty() || is_ours(statement)) return std::nullopt;
            return quoted_texts(statement);
        };
        if (const auto list = theirs("enabled_tools")) {
            const std::set<std::string> wanted(list->begin(), list->end());
            kept += static_cast<std::size_t>(std::erase_if(
                enabled, [&](const std::string& name) { return !wanted.contains(name); }));
            for (const std::string& name : *list) {
                if (!known.contains(name)) enabled.push_back(name);
            }
        }
        if (const auto list = theirs("disabled_tools")) {
            std::set<std::string> off(disabled.begin(), disabled.end());
            for (const std::string& name : *list) {
                if (off.insert(name).second) disabled.push_back(name);
            }
            kept += static_cast<std::size_t>(std::erase_if(
                enabled, [&](const std::string& name) { return off.contains(name); }));
        }
    }
    file.set(path, "enabled_tools", toml_list("enabled_tools", enabled));
    file.set(path, "disabled_tools", toml_list("disabled_tools", disabled));
    file.set(path,
             "default_tools_approval_mode",
             fmt::format("default_tools_approval_mode = \"prompt\"{}\n", kMark));
    for (const Decided& one : server.tools) {
        if (one.decision.verb >= Verb::deny) continue;
        const std::vector<std::string> tool{
            "mcp_servers", server.name, "tools", one.judged.tool->name};
        const bool asks = one.decision.verb != Verb::allow;
        if (const auto* table = file.find(tool)) {
            const auto statement = file.statement(*table, "approval_mode");
            const auto words = quoted_texts(statement);
            const bool approves = !words.empty() && words.back() == "approve";
            if (!statement.empty() && !is_ours(statement) && !asks && !approves) {
                ++kept;
                continue;
            }
        }
        file.set(tool,
                 "approval_mode",
                 fmt::format("approval_mode = \"{}\"{}\n", asks ? "prompt" : "approve", kMark));
    }
}

Result<Merged> merge(std::string_view text, std::span<const NamedServer> servers) {
    TomlText file{std::string(text)};
    std::size_t kept = 0;
    for (const NamedServer& server : servers) merge_codex_server(file, server, kept);
    Merged out{.text = file.text()};
    note_kept(kept, out.notes);
    return out;
}

// What an administrator deploys: the same rules in another place.
Rendered render_managed(std::span<const NamedServer> servers, const FormatOptions& options) {
    Rendered out = render(servers, options);
    out.notes.back() = 
        "This goes into /etc/codex/managed_config.toml, into the tables of the same servers: it "
        "stands above ~/.codex/config.toml. Check it with codex mcp list";
    return out;
}

}  // namespace

extern const Target codex_target;
const Target codex_target{
    .word = "codex",
    .title = "Codex",
    .file = "config.toml",
    .many = true,
    .can = {.ask = true, .hide = true},
    .render = render,
    .merge = merge,
};

extern const Target codex_managed_target;
const Target codex_managed_target{
    .word = "codex-managed",
    .title = "Codex, managed",
    .file = "managed_config.toml",
    .many = true,
    .can = {.ask = true, .hide = true},
    .render = render_managed,
};

}  // namespace mcprisk::policy

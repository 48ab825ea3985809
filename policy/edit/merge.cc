#include "policy/edit/merge.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "model/base/json.h"
#include "model/base/text.h"
#include "policy/edit/jsonc_edit.h"
#include "policy/edit/toml_edit.h"
#include "policy/targets/client_names.h"
#include "policy/targets/format_parts.h"
#include "policy/targets/quoting.h"

namespace mcprisk::policy {
namespace {

constexpr std::string_view kMark = "  # mcprisk";
constexpr std::string_view kBegin =
    "# mcprisk: begin, written again by mcprisk policy --merge-into\n";
constexpr std::string_view kEnd = "# mcprisk: end\n";

std::string_view list_of(Verb verb) {
    return verb == Verb::allow ? "allow" : verb == Verb::ask ? "ask" : "deny";
}

Result<Merged> merge_claude(std::string_view text, std::span<const NamedServer> servers) {
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
    if (kept > 0) {
        out.notes.push_back(fmt::format("{} stay{} stricter than recommended, as the file has {}",
                                        tools_word(kept),
                                        kept == 1 ? "s" : "",
                                        kept == 1 ? "it" : "them"));
    }
    if (auto faults = lint_claude_settings(out.text)) {
        for (std::string& fault : *faults) out.notes.push_back(std::move(fault));
    }
    return out;
}

Result<Merged> merge_cursor(std::string_view text, std::span<const NamedServer> servers) {
    const auto rendered = parse_json(render_cursor(servers).text);
    std::vector<std::string> allowed;
    for (const auto& entry : rendered->at("mcpAllowlist"))
        allowed.push_back(entry.get<std::string>());
    const std::set<std::string> wanted(allowed.begin(), allowed.end());
    std::set<std::string> known;
    for (const NamedServer& server : servers) {
        for (const Decided& one : server.tools)
            known.insert(server.name + ":" + one.judged.tool->name);
    }
    auto edited = edit_list(
        text,
        {"mcpAllowlist"},
        [&](const std::string& entry) { return !known.contains(entry) || wanted.contains(entry); },
        allowed);
    if (!edited) return fail(edited.error());
    Merged out{.text = std::move(*edited)};
    const auto file = parse_jsonc(out.text);
    // Nothing to add to a file without the list leaves it without.
    const auto* list = file ? find_member(*file, "mcpAllowlist") : nullptr;
    if (list != nullptr && list->is_array()) {
        for (const auto& entry : *list) {
            if (!entry.is_string()) continue;
            const auto name = entry.get<std::string>();
            if (name.find('*') == std::string::npos) continue;
            out.notes.push_back(
                fmt::format("{} lets every tool run that fits it, also those that should ask",
                            printable(name)));
        }
    }
    return out;
}

Result<Merged> merge_gemini(std::string_view text, std::span<const NamedServer> servers) {
    const std::string block = std::string(kBegin) + render_gemini(servers).text + std::string(kEnd);
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

Result<Merged> merge_codex(std::string_view text, std::span<const NamedServer> servers) {
    TomlText file{std::string(text)};
    std::size_t kept = 0;
    for (const NamedServer& server : servers) merge_codex_server(file, server, kept);
    Merged out{.text = file.text()};
    if (kept > 0) {
        out.notes.push_back(fmt::format("{} stay{} stricter than recommended, as the file has {}",
                                        tools_word(kept),
                                        kept == 1 ? "s" : "",
                                        kept == 1 ? "it" : "them"));
    }
    return out;
}

}  // namespace

Result<Merged> merge_into(Format format,
                          std::string_view text,
                          std::span<const NamedServer> servers) {
    switch (format) {
        case Format::claude_code:
            return merge_claude(text, servers);
        case Format::codex:
            return merge_codex(text, servers);
        case Format::gemini:
            return merge_gemini(text, servers);
        case Format::cursor:
            return merge_cursor(text, servers);
        default:
            return fail(ErrorCode::unsupported,
                        fmt::format("{} has no file that others write into too; write it with -o",
                                    to_string(format)));
    }
}

}  // namespace mcprisk::policy

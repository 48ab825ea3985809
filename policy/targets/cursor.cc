// Cursor: mcpAllowlist of permissions.json. A list of what runs unasked and nothing else.
#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "model/base/json.h"
#include "model/base/text.h"
#include "policy/edit/jsonc_edit.h"
#include "policy/targets/parts.h"

namespace mcprisk::policy {

namespace {

bool is_plain_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

Rendered render(std::span<const NamedServer> servers, const FormatOptions& /*options*/) {
    nlohmann::json allowed = nlohmann::json::array();
    Softened softened;
    std::size_t denied = 0;
    std::size_t unnameable = 0;
    for (const NamedServer& server : servers) {
        for (const Decided& one : server.tools) {
            softened.count(one.decision);
            if (one.decision.verb >= Verb::deny) ++denied;
            if (one.decision.verb != Verb::allow) continue;
            const std::string& tool = one.judged.tool->name;
            // A star would stand for other tools, a colon would end the server's name early, and
            // how Cursor writes what is not ASCII is not documented: it could be another's name.
            const std::string both = server.name + tool;
            if (both.find_first_of("*:") != std::string::npos || !is_plain_ascii(both)) {
                ++unnameable;
                continue;
            }
            allowed.push_back(server.name + ":" + tool);
        }
    }
    Rendered out{.text = pretty_json({{"mcpAllowlist", std::move(allowed)}}),
                 .losses = softened.losses("Cursor")};
    if (denied > 0) {
        out.notes.push_back(fmt::format(
            "{} that should be denied only ask{}, because Cursor's file has no deny: switch them "
            "off in Cursor's MCP settings, or put a gateway in front",
            tools_word(denied),
            denied == 1 ? "s" : ""));
    }
    if (unnameable > 0) {
        out.notes.push_back(fmt::format(
            "{} ask because their names mean something else in the list", tools_word(unnameable)));
    }
    out.notes.emplace_back(
        "This goes into ~/.cursor/permissions.json, or .cursor/permissions.json of the project; "
        "it takes the place of the list in the settings. Check it in Cursor's settings under MCP");
    return out;
}

Result<Merged> merge(std::string_view text, std::span<const NamedServer> servers) {
    const auto rendered = parse_json(render(servers, {}).text);
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

}  // namespace

extern const Target cursor_target;
const Target cursor_target{
    .word = "cursor",
    .title = "Cursor",
    .file = "permissions.json",
    .many = true,
    .can = {.ask = true, .deny = false},
    .render = render,
    .merge = merge,
};

}  // namespace mcprisk::policy

// Cursor: mcpAllowlist of permissions.json. A list of what runs unasked and nothing else.
#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/base/json.h"
#include "policy/targets/format_parts.h"

namespace mcprisk::policy {

namespace {

bool is_plain_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

Rendered render_cursor(std::span<const NamedServer> servers) {
    nlohmann::json allowed = nlohmann::json::array();
    Losses losses;
    std::size_t denied = 0;
    std::size_t unnameable = 0;
    for (const NamedServer& server : servers) {
        for (const Decided& one : server.tools) {
            losses.count(one.decision);
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
                 .notes = losses.notes("Cursor")};
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

}  // namespace mcprisk::policy

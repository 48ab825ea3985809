// Cursor CLI: permissions of .cursor/cli.json, Mcp(SERVER:TOOL). A denial wins; what neither list
// names asks.
#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/base/json.h"
#include "policy/targets/parts.h"

namespace mcprisk::policy {
namespace {

bool can_be_named(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return c >= ' ' && c <= '~' && std::string_view("()*:,").find(c) == std::string_view::npos;
    });
}

Rendered render(std::span<const NamedServer> servers, const FormatOptions& /*options*/) {
    nlohmann::json allow = nlohmann::json::array();
    nlohmann::json deny = nlohmann::json::array();
    Softened softened;
    std::size_t unnameable = 0;
    for (const NamedServer& server : servers) {
        for (const Decided& one : server.tools) {
            softened.count(one.decision);
            const Verb verb = without_limit(one.decision.verb);
            if (verb == Verb::ask) continue;
            const std::string& tool = one.judged.tool->name;
            if (!can_be_named(server.name) || !can_be_named(tool)) {
                ++unnameable;
                continue;
            }
            (verb == Verb::allow ? allow : deny)
                .push_back(fmt::format("Mcp({}:{})", server.name, tool));
        }
    }
    Rendered out{.text = pretty_json({{"permissions",
                                       {{"allow", std::move(allow)}, {"deny", std::move(deny)}}}}),
                 .losses = softened.losses("Cursor CLI")};
    if (unnameable > 0) {
        out.losses.push_back(lost(unnameable, "ask", "because no pattern of Cursor CLI can name them"));
    }
    out.notes.emplace_back(
        "Unverified: nothing could be run. These entries go beside those of .cursor/cli.json of "
        "the project or ~/.cursor/cli-config.json: add them, and take nothing out");
    return out;
}

}  // namespace

extern const Target cursor_cli_target;
const Target cursor_cli_target{
    .word = "cursor-cli",
    .title = "Cursor CLI",
    .file = "cli.json",
    .many = true,
    .can = {.ask = true},
    .render = render,
};

}  // namespace mcprisk::policy

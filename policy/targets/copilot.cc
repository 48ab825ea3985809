// GitHub Copilot CLI: options on its command line, --allow-tool and --deny-tool with SERVER(TOOL). A
// denial wins over whatever allows; what neither names asks.
#include <fmt/format.h>
#include <algorithm>
#include <map>

#include "model/base/text.h"
#include "policy/targets/parts.h"

namespace mcprisk::policy {
namespace {

// Brackets and commas end a pattern early, a quote or a control character the line.
bool can_be_named(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return c > ' ' && c <= '~' && std::string_view("()',\"\\*").find(c) == std::string_view::npos;
    });
}

Rendered render(std::span<const NamedServer> servers, const FormatOptions& /*options*/) {
    Rendered out;
    Softened softened;
    std::size_t unnameable = 0;
    for (const NamedServer& server : servers) {
        std::string allowed;
        for (const Decided& one : server.tools) {
            softened.count(one.decision);
            const std::string& tool = one.judged.tool->name;
            const Verb verb = without_limit(one.decision.verb);
            if (!can_be_named(server.name) || !can_be_named(tool)) {
                unnameable += verb == Verb::ask ? 0 : 1;
                continue;
            }
            if (verb >= Verb::deny) out.text += fmt::format("'--deny-tool={}({})'\n", server.name, tool);
            if (verb == Verb::allow) allowed += fmt::format("'--allow-tool={}({})'\n", server.name, tool);
        }
        out.text += allowed;
    }
    out.losses = softened.losses("Copilot CLI");
    if (unnameable > 0) {
        out.losses.push_back(lost(unnameable, "ask", "because no pattern of Copilot CLI can name them"));
    }
    out.notes.emplace_back(
        "Unverified: written after copilot help permissions (1.0.102), and no call was tried");
    out.notes.emplace_back(
        "These are options, one a line: xargs -a copilot.args copilot. A list of tools in "
        "mcp-config.json, and --available-tools, stay as they are");
    return out;
}

}  // namespace

extern const Target copilot_target;
const Target copilot_target{
    .word = "copilot",
    .title = "GitHub Copilot CLI",
    .file = "copilot.args",
    .many = true,
    .can = {.ask = true},
    .render = render,
};

}  // namespace mcprisk::policy

// Codex: [mcp_servers.NAME] of config.toml. The approval modes "auto" and "writes" believe a
// server's annotations and are never written.
#include <fmt/format.h>

#include "policy/targets/format_parts.h"
#include "policy/targets/quoting.h"

namespace mcprisk::policy {
namespace {

std::string list_of(const std::vector<std::string>& names) {
    if (names.empty()) return "[]";
    std::string out = "[\n";
    for (const std::string& name : names) out += "  " + toml_literal(name) + ",\n";
    return out + "]";
}

}  // namespace

Rendered render_codex(std::span<const NamedServer> servers) {
    Rendered out;
    Losses losses;
    for (const NamedServer& server : servers) {
        std::vector<std::string> enabled;
        std::vector<std::string> disabled;
        std::string modes;
        const std::string key = toml_key(server.name);
        for (const Decided& one : server.tools) {
            const std::string& name = one.judged.tool->name;
            losses.count(one.decision);
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
    out.notes = losses.notes("Codex");
    out.notes.emplace_back(
        "This goes into ~/.codex/config.toml, into the tables of the same servers (--merge-into "
        "does that). Check it with codex mcp list");
    return out;
}

}  // namespace mcprisk::policy

// Claude Code: permissions of .claude/settings.json. Rules are tried in the order deny, ask, allow;
// the first that fits decides, however specific another one is.
#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "model/base/json.h"
#include "policy/targets/client_names.h"
#include "policy/targets/format_parts.h"

namespace mcprisk::policy {

Rendered render_claude_code(std::span<const NamedServer> servers) {
    // Two tools can have one name here: the strictest verb stands for both.
    std::map<std::string, Verb> verbs;
    Losses losses;
    for (const NamedServer& server : servers) {
        for (const Decided& one : server.tools) {
            losses.count(one.decision);
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
                 .notes = losses.notes("Claude Code")};
    out.notes.emplace_back(
        "This goes into .claude/settings.json of the project, or ~/.claude/settings.json for all "
        "projects (--merge-into keeps what is there). Check it in Claude Code with /permissions");
    return out;
}

}  // namespace mcprisk::policy

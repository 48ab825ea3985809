// OpenCode, and Kilo, which is made from it: "permission" of opencode.json. Tools are called
// SERVER_TOOL; of the patterns that fit, the last one decides.
#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "model/base/json.h"
#include "policy/targets/client_names.h"
#include "policy/targets/parts.h"

namespace mcprisk::policy {
namespace {

Rendered render(std::span<const NamedServer> servers, const FormatOptions& /*options*/) {
    // In the order of bytes, in which '*' stands before all that a name can have: what one tool is
    // given stands behind what its server is given.
    std::map<std::string, Verb> verbs;
    Softened softened;
    for (const NamedServer& server : servers) {
        verbs.try_emplace(opencode_tool_name(server.name, "") + "*", Verb::ask);
        for (const Decided& one : server.tools) {
            softened.count(one.decision);
            Verb& verb =
                verbs.try_emplace(opencode_tool_name(server.name, one.judged.tool->name), Verb::allow)
                    .first->second;
            verb = std::max(verb, without_limit(one.decision.verb));
        }
    }
    nlohmann::json rules = nlohmann::json::object();
    for (const auto& [name, verb] : verbs) {
        rules[name] = verb == Verb::allow ? "allow" : verb == Verb::ask ? "ask" : "deny";
    }
    Rendered out{.text = pretty_json({{"permission", std::move(rules)}}),
                 .losses = softened.losses("OpenCode")};
    out.notes.emplace_back(
        "This goes into opencode.json, behind the rules that are there: the last one that fits "
        "decides. Check it with opencode debug config. For Kilo it is unverified");
    return out;
}

}  // namespace

extern const Target opencode_target;
const Target opencode_target{
    .word = "opencode",
    .title = "OpenCode",
    .file = "opencode.json",
    .many = true,
    .can = {.ask = true, .hide = true},
    .render = render,
};

}  // namespace mcprisk::policy

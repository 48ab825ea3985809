// agentgateway: CEL expressions under mcpAuthorization; a call is allowed if any of them is true.
// The arguments of a call cannot be seen there, so tools are decided as a whole.
#include <fmt/format.h>

#include "policy/targets/parts.h"
#include "policy/targets/quoting.h"

namespace mcprisk::policy {
namespace {

// A single-quoted YAML scalar.
std::string yaml_quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        out += c;
        if (c == '\'') out += c;
    }
    return out + "'";
}

Rendered render(std::span<const NamedServer> servers, const FormatOptions& options) {
    const NamedServer& server = servers.front();
    const bool allow = options.inexpressible == Inexpressible::allow;
    std::string rules;
    Unsaid unsaid;
    for (const Decided& one : server.tools) {
        const Decision& decision = one.decision;
        if (decision.rest >= Verb::deny) continue;
        if (decision.has_conditions()) {
            ++unsaid.conditions;
            continue;
        }
        if (decision.verb == Verb::limit) ++unsaid.limits;
        if (decision.verb == Verb::ask) ++unsaid.questions;
        if (decision.verb != Verb::allow && !allow) continue;
        rules += "    - " +
                 yaml_quoted("mcp.tool.name == " + cel_literal(one.judged.tool->name)) + "\n";
    }
    Rendered out{.text = rules.empty() ? "mcpAuthorization:\n  rules:\n    - 'false'\n"
                                       : "mcpAuthorization:\n  rules:\n" + rules,
                 .losses = unsaid.losses("agentgateway", options.inexpressible)};
    out.notes.emplace_back(
        "This goes under policies of the MCP route in the configuration of agentgateway. Check it "
        "with an MCP inspector behind the gateway: what is not allowed is gone from tools/list");
    return out;
}

}  // namespace

extern const Target agentgateway_target;
const Target agentgateway_target{
    .word = "agentgateway",
    .title = "agentgateway",
    .file = "agentgateway.yaml",
    .can = {.hide = true},
    .render = render,
};

}  // namespace mcprisk::policy

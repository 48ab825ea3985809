// VS Code: which tools may be approved for good at all. It has no denial a tool: what should be
// denied asks each time.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "model/base/json.h"
#include "policy/targets/parts.h"

namespace mcprisk::policy {
namespace {

Rendered render(std::span<const NamedServer> servers, const FormatOptions& /*options*/) {
    nlohmann::json eligible = nlohmann::json::object();
    Softened softened;
    std::size_t denied = 0;
    for (const NamedServer& server : servers) {
        for (const Decided& one : server.tools) {
            softened.count(one.decision);
            if (one.decision.verb >= Verb::deny) ++denied;
            auto& may = eligible[one.judged.tool->name];
            may = (may.is_null() || may == true) && one.decision.verb == Verb::allow;
        }
    }
    Rendered out{.text = pretty_json({{"chat.tools.eligibleForAutoApproval", std::move(eligible)}}),
                 .losses = softened.losses("VS Code")};
    if (denied > 0) {
        out.losses.push_back(lost(denied,
                                  "only ask",
                                  "where it should be denied, because VS Code's settings have no "
                                  "denial a tool"));
    }
    out.notes.emplace_back(
        "Unverified: nothing could be run. This goes into settings.json of the organisation or the "
        "workspace; a tool that is not eligible asks each time");
    return out;
}

}  // namespace

extern const Target vscode_target;
const Target vscode_target{
    .word = "vscode",
    .title = "VS Code",
    .file = "vscode-settings.json",
    .many = true,
    .can = {.ask = true, .deny = false},
    .render = render,
};

}  // namespace mcprisk::policy

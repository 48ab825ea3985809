// The tool object of the OpenAI Responses API and of Azure agents: one a server.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "model/base/json.h"
#include "policy/targets/parts.h"

namespace mcprisk::policy {
namespace {

Rendered render(std::span<const NamedServer> servers, const FormatOptions& /*options*/) {
    nlohmann::json objects = nlohmann::json::array();
    Rendered out;
    Softened softened;
    for (const NamedServer& server : servers) {
        nlohmann::json never = nlohmann::json::array();
        nlohmann::json always = nlohmann::json::array();
        nlohmann::json all = nlohmann::json::array();
        for (const Decided& one : server.tools) {
            softened.count(one.decision);
            const Verb verb = without_limit(one.decision.verb);
            if (verb >= Verb::deny) continue;
            all.push_back(one.judged.tool->name);
            (verb == Verb::allow ? never : always).push_back(one.judged.tool->name);
        }
        if (all.empty()) {
            // An empty list could be read as no restriction.
            out.notes.push_back(
                fmt::format("{} is left out: all its tools are denied", server.name));
            continue;
        }
        nlohmann::json object = {
            {"type", "mcp"}, {"server_label", server.name}, {"allowed_tools", std::move(all)}};
        // Without an entry for it a list is left out; what neither names is asked for.
        nlohmann::json approval = nlohmann::json::object();
        if (!never.empty()) approval["never"] = {{"tool_names", std::move(never)}};
        if (!always.empty()) approval["always"] = {{"tool_names", std::move(always)}};
        object["require_approval"] = std::move(approval);
        if (!server.url.empty()) {
            object["server_url"] = server.url;
        } else {
            out.notes.push_back(fmt::format(
                "{} has no address: the API reaches servers over HTTP only, so add server_url or "
                "connector_id",
                server.name));
        }
        objects.push_back(std::move(object));
    }
    out.text = pretty_json(objects);
    out.losses = softened.losses("the API");
    out.notes.emplace_back(
        "These objects go into the list \"tools\" of a request. Check it with a request whose "
        "answer has the item mcp_list_tools: only the named tools stand in it");
    return out;
}

}  // namespace

extern const Target openai_target;
const Target openai_target{
    .word = "openai",
    .title = "OpenAI API",
    .file = "openai-tools.json",
    .many = true,
    .can = {.ask = true, .hide = true},
    .render = render,
};

}  // namespace mcprisk::policy

#include "conformance/tool_calls.h"

#include <algorithm>
#include <utility>

#include "crawler/mcp/x_mcp_header.h"
#include "model/base/json.h"

namespace mcprisk::conformance {
namespace {

using nlohmann::json;

constexpr const char* kSchemaEcho = "json_schema_echo";  // wants another tool's schema back

json value_for(const json& schema) {
    if (const json* value = find_member(schema, "default")) return *value;
    if (const json* values = find_member(schema, "enum"); values && !values->empty()) {
        return values->front();
    }
    const std::string type = string_member(schema, "type");
    if (type == "number") return 1.5;
    if (type == "integer") return 7;
    if (type == "boolean") return true;
    if (type == "array") return json::array();
    if (type == "object") return json::object();
    return "text";
}

// A value for every property.
json object_for(const json& schema) {
    json object = json::object();
    const json* properties = find_member(schema, "properties");
    if (properties == nullptr) return object;
    for (const auto& [name, property] : properties->items()) object[name] = value_for(property);
    return object;
}

json input_schema(const Tool& tool) {
    const auto definition = parse_json(tool.definition);
    const json* schema = definition ? find_member(*definition, "inputSchema") : nullptr;
    return schema == nullptr ? json::object() : *schema;
}

json accept(const json& params) {
    const json* schema = find_member(params, "requestedSchema");
    return {{"action", "accept"},
            {"content", schema == nullptr ? json::object() : object_for(*schema)}};
}

}  // namespace

void ToolCalls::plan(const Listing& listing) {
    planned_ = true;
    const auto& tools = listing.document.tools;
    const auto add = [&](const std::string& name, json arguments) {
        const auto tool = std::find_if(
            tools.begin(), tools.end(), [&](const Tool& known) { return known.name == name; });
        Call call;
        if (tool != tools.end()) {
            call.headers = crawler::mcp_parameter_headers(input_schema(*tool), arguments);
        }
        call.params = {{"name", name}, {"arguments", std::move(arguments)}};
        calls_.push_back(std::move(call));
    };
    if (const json* wanted = find_member(context_, "toolCalls")) {
        for (const json& call : *wanted) add(string_member(call, "name"), call["arguments"]);
        return;
    }
    for (const Tool& tool : tools) {
        const json schema = input_schema(tool);
        if (crawler::has_bad_x_mcp_header(schema)) continue;
        json arguments = object_for(schema);
        if (tool.name == kSchemaEcho) arguments["schema"] = input_schema(tools.front());
        add(tool.name, std::move(arguments));
    }
}

// A result that wants input first: the same call again with it.
void ToolCalls::retry(const json& result) {
    Call again = current_;
    json responses = json::object();
    if (const json* requests = find_member(result, "inputRequests")) {
        for (const auto& [key, request] : requests->items()) {
            const json* params = find_member(request, "params");
            responses[key] = accept(params == nullptr ? json::object() : *params);
        }
    }
    again.params["inputResponses"] = std::move(responses);
    if (const json* state = find_member(result, "requestState")) {
        again.params["requestState"] = *state;
    } else {
        again.params.erase("requestState");
    }
    calls_.push_front(std::move(again));
}

std::optional<ToolCalls::Question> ToolCalls::next(const Listing& listing,
                                                   const crawler::Message* last) {
    if (!planned_) plan(listing);
    if (last != nullptr && string_member(last->result, "resultType") == "input_required") {
        retry(last->result);
    }
    if (calls_.empty()) return std::nullopt;
    current_ = std::move(calls_.front());
    calls_.pop_front();
    return Question{"tools/call", current_.params, current_.headers};
}

std::optional<json> ToolCalls::answer(const crawler::Message& request) {
    if (request.method != "elicitation/create") return std::nullopt;
    return crawler::make_result(request.id, accept(request.params));
}

}  // namespace mcprisk::conformance

#include "cli/mcp_server/mcp_server.h"

#include <algorithm>

#include "crawler/mcp/revision.h"
#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

using nlohmann::json;

constexpr std::string_view kVersionKey = "io.modelcontextprotocol/protocolVersion";
constexpr std::string_view kCapabilitiesKey = "io.modelcontextprotocol/clientCapabilities";
constexpr std::string_view kServerInfoKey = "io.modelcontextprotocol/serverInfo";

constexpr int kParseError = -32700;
constexpr int kInvalidRequest = -32600;
constexpr int kMethodNotFound = -32601;
constexpr int kInvalidParams = -32602;
constexpr int kUnsupportedVersion = -32022;

json error(const json& id, int code, std::string_view message, json data = nullptr) {
    json body = {{"code", code}, {"message", message}};
    if (!data.is_null()) body["data"] = std::move(data);
    return {{"jsonrpc", "2.0"}, {"id", id}, {"error", std::move(body)}};
}

json text_content(const std::string& text) {
    return json::array({{{"type", "text"}, {"text", text}}});
}

bool is_served(std::string_view version, crawler::Opening opening) {
    const crawler::Revision* found = crawler::find_revision(version);
    return found != nullptr && found->served && found->opening == opening;
}

json served_versions() {
    json versions = json::array();
    for (const crawler::Revision& one : crawler::revisions()) {
        if (one.served) versions.push_back(one.name);
    }
    return versions;
}

bool is_id(const json& id) { return id.is_string() || id.is_number_integer(); }

}  // namespace

struct McpServer::Request {
    json id;
    std::string method;
    json params;  // an object
    bool modern = false;
};

McpServer::McpServer(std::string version, std::string instructions, std::vector<McpTool> tools)
    : version_(std::move(version)),
      instructions_(std::move(instructions)),
      tools_(std::move(tools)) {}

std::optional<std::string> McpServer::answer(std::string_view line) const {
    if (trim(line).empty()) return std::nullopt;
    const auto written = [](const json& message) { return harmless_json(canonical_json(message)); };
    const auto message = parse_json(line);
    if (!message) return written(error(nullptr, kParseError, message.error().message));
    if (!message->is_object() || string_member(*message, "jsonrpc") != "2.0") {
        return written(error(nullptr, kInvalidRequest, "a JSON-RPC 2.0 object is expected"));
    }
    const json* id = find_member(*message, "id");
    const json* method = find_member(*message, "method");
    if (method == nullptr || id == nullptr) return std::nullopt;
    if (!is_id(*id) || !method->is_string()) {
        return written(error(nullptr, kInvalidRequest, "id or method has the wrong type"));
    }
    Request request{*id, method->get<std::string>(), json::object()};
    if (const json* params = find_member(*message, "params")) {
        if (!params->is_object()) {
            return written(error(*id, kInvalidParams, "params must be an object"));
        }
        request.params = *params;
    }
    return written(handle(request));
}

json McpServer::handle(const Request& request) const {
    if (request.method == "initialize") return initialize(request);
    Request checked = request;
    const json* meta = find_member(request.params, "_meta");
    const json* version = meta == nullptr ? nullptr : find_member(*meta, kVersionKey);
    if (version != nullptr) {
        if (!version->is_string() ||
            !is_served(version->get_ref<const std::string&>(), crawler::Opening::each_request)) {
            return error(request.id,
                         kUnsupportedVersion,
                         "unsupported protocol version",
                         {{"supported", served_versions()}, {"requested", *version}});
        }
        const json* capabilities = find_member(*meta, kCapabilitiesKey);
        if (capabilities == nullptr || !capabilities->is_object()) {
            return error(
                request.id, kInvalidParams, "_meta has no object " + std::string(kCapabilitiesKey));
        }
        checked.modern = true;
    }
    if (request.method == "server/discover") {
        if (checked.modern) return discover(checked);
        return error(request.id, kInvalidParams, "_meta has no " + std::string(kVersionKey));
    }
    if (request.method == "tools/list") return list(checked);
    if (request.method == "tools/call") return call(checked);
    if (request.method == "ping" && !checked.modern) return result(checked, json::object(), false);
    return error(request.id, kMethodNotFound, "no method " + printable(request.method));
}

json McpServer::server_info() const {
    return {{"name", "mcprisk"}, {"title", "mcprisk catalogue"}, {"version", version_}};
}

json McpServer::initialize(const Request& request) const {
    const std::string asked = string_member(request.params, "protocolVersion");
    const bool known = is_served(asked, crawler::Opening::handshake);
    return result(request,
                  {{"protocolVersion", known ? asked : std::string(crawler::newest_legacy())},
                   {"capabilities", {{"tools", json::object()}}},
                   {"serverInfo", server_info()},
                   {"instructions", instructions_}},
                  false);
}

json McpServer::discover(const Request& request) const {
    return result(request,
                  {{"supportedVersions", served_versions()},
                   {"capabilities", {{"tools", json::object()}}},
                   {"instructions", instructions_}},
                  true);
}

json McpServer::list(const Request& request) const {
    if (const json* cursor = find_member(request.params, "cursor");
        cursor != nullptr && !cursor->is_null()) {
        return error(request.id, kInvalidParams, "unknown cursor: there is one page");
    }
    json tools = json::array();
    for (const McpTool& tool : tools_) tools.push_back(tool.definition);
    return result(request, {{"tools", std::move(tools)}}, true);
}

json McpServer::call(const Request& request) const {
    const std::string name = string_member(request.params, "name");
    const auto tool = std::find_if(tools_.begin(), tools_.end(), [&](const McpTool& one) {
        return string_member(one.definition, "name") == name;
    });
    if (tool == tools_.end()) {
        return error(request.id, kInvalidParams, "no tool " + printable(name));
    }
    json arguments = json::object();
    if (const json* given = find_member(request.params, "arguments");
        given != nullptr && !given->is_null()) {
        arguments = *given;
    }
    if (!arguments.is_object()) {
        return error(request.id, kInvalidParams, "arguments must be an object");
    }
    const Result<json> answer = tool->call(arguments);
    if (!answer) {
        return result(
            request,
            {{"content", text_content(printable(answer.error().message))}, {"isError", true}},
            false);
    }
    return result(request,
                  {{"content", text_content(pretty_json(*answer))},
                   {"structuredContent", *answer},
                   {"isError", false}},
                  false);
}

json McpServer::result(const Request& request, json value, bool cacheable) const {
    if (request.modern) {
        value["resultType"] = "complete";
        value["_meta"] = {{kServerInfoKey, server_info()}};
        if (cacheable) {
            value["ttlMs"] = 3'600'000;
            value["cacheScope"] = "public";
        }
    }
    return {{"jsonrpc", "2.0"}, {"id", request.id}, {"result", std::move(value)}};
}

}  // namespace mcprisk::cli

// What a well-behaved MCP server answers over HTTP, as parts for scripts of tests.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "crawler/mcp/lister.h"
#include "crawler/net/http_client.h"
#include "tests/support/fake_http_server.h"

namespace mcprisk::test {

using nlohmann::json;
using Connection = std::shared_ptr<FakeConnection>;

inline json result_of(const json& id, json result) {
    return {{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}};
}

inline json error_of(const json& id, int code, const std::string& message, json data = nullptr) {
    json error = {{"code", code}, {"message", message}};
    if (!data.is_null()) error["data"] = std::move(data);
    return {{"jsonrpc", "2.0"}, {"id", id}, {"error", std::move(error)}};
}

inline json tool_named(const std::string& name) {
    return {{"name", name}, {"inputSchema", {{"type", "object"}}}};
}

inline json tools_page(std::initializer_list<const char*> names, const char* cursor = nullptr) {
    json result = {{"tools", json::array()}};
    for (const char* name : names) result["tools"].push_back(tool_named(name));
    if (cursor != nullptr) result["nextCursor"] = cursor;
    return result;
}

inline json initialize_result(bool list_changed = false) {
    return {{"protocolVersion", "2025-06-18"},
            {"capabilities", {{"tools", {{"listChanged", list_changed}}}}},
            {"serverInfo", {{"name", "fake"}, {"version", "1"}}}};
}

inline json discover_result() {
    return {
        {"supportedVersions", {"2026-07-28"}},
        {"capabilities", {{"tools", json::object()}}},
        {"resultType", "complete"},
        {"_meta", {{"io.modelcontextprotocol/serverInfo", {{"name", "fake"}, {"version", "2"}}}}}};
}

inline std::string sse(const json& message, const std::string& fields = {}) {
    return fields + "event: message\ndata: " + message.dump() + "\n\n";
}

inline void send_json(const Connection& to,
                      const json& message,
                      int status = 200,
                      std::string_view headers = {}) {
    to->respond(status, "application/json", message.dump(), headers);
}

// Answers by JSON-RPC method; "GET" and "DELETE" by HTTP method. What has no entry: a legacy
// server's answers to initialize, notifications and tools/list with the tools a and b, else 400.
class FakeMcp {
  public:
    using Answer = std::function<void(const FakeRequest&, const json& body, const Connection&)>;

    explicit FakeMcp(crawler::Loop& loop)
        : server_(loop, [this](const FakeRequest& request, const Connection& to) {
              answer(request, to);
          }) {}

    FakeMcp& on(const std::string& method, Answer answer) {
        answers_[method] = std::move(answer);
        return *this;
    }
    [[nodiscard]] FakeHttpServer& server() { return server_; }

  private:
    void answer(const FakeRequest& request, const Connection& to) {
        const json body = json::parse(request.body, nullptr, false);
        const std::string method =
            body.is_object() ? body.value("method", "reply") : request.method;
        if (const auto found = answers_.find(method); found != answers_.end()) {
            found->second(request, body, to);
        } else if (method == "initialize") {
            send_json(to, result_of(body["id"], initialize_result()));
        } else if (method == "tools/list") {
            send_json(to, result_of(body["id"], tools_page({"a", "b"})));
        } else if (method.starts_with("notifications/") || method == "reply") {
            to->respond(202, "text/plain", "");
        } else if (method == "server/discover") {
            send_json(to, error_of(nullptr, -32000, "Bad Request: Server not initialized"), 400);
        } else {
            to->respond(405, "text/plain", "no");
        }
    }

    FakeHttpServer server_;
    std::map<std::string, Answer> answers_;
};

// Times that end a test soon; a test that waits for one of them says so by lowering it further.
inline crawler::HttpOptions quick_options() {
    crawler::HttpOptions options;
    options.limits.start = options.limits.request = std::chrono::milliseconds{2000};
    options.limits.total = std::chrono::milliseconds{5000};
    options.limits.debounce = std::chrono::milliseconds{20};
    return options;
}

inline Listing list_tools(crawler::Loop& loop,
                          crawler::HttpTarget target,
                          const crawler::HttpOptions& options = quick_options()) {
    crawler::HttpClient client(loop);
    crawler::Target what;
    what.id = "server";
    what.how = std::move(target);
    std::optional<Listing> listing;
    const auto lister = crawler::make_http_lister(
        loop, client, what, options, [&](Listing done) { listing = std::move(done); });
    lister->start();
    loop.run_until([&] { return listing.has_value(); });
    return listing.value();
}

}  // namespace mcprisk::test

// A server that wants a token, and the authorization server that gives it, as one fake.
#pragma once

#include <string>
#include <vector>

#include "tests/crawler/fake_mcp.h"

namespace mcprisk::test {

// Wants "Bearer good". Hands out what `tokens` says, one an answer.
class FakeFortress {
  public:
    explicit FakeFortress(crawler::Loop& loop)
        : server_(loop, [this](const FakeRequest& request, const Connection& to) {
              answer(request, to);
          }) {}

    [[nodiscard]] FakeHttpServer& server() { return server_; }

    std::vector<std::string> tokens{R"({"access_token": "good", "refresh_token": "r1"})"};
    std::string needs_scope;  // of tools/list: it wants the token "better"

  private:
    void answer(const FakeRequest& request, const Connection& to) {
        const std::string base = server_.url("");
        if (request.path == "/.well-known/oauth-protected-resource/mcp") {
            to->respond(
                200,
                "application/json",
                json{{"resource", server_.url()}, {"authorization_servers", {base}}}.dump());
        } else if (request.path == "/.well-known/oauth-authorization-server") {
            to->respond(200,
                        "application/json",
                        json{{"issuer", base},
                             {"authorization_endpoint", base + "/authorize"},
                             {"token_endpoint", base + "/token"},
                             {"registration_endpoint", base + "/register"},
                             {"grant_types_supported", {"authorization_code"}},
                             {"code_challenge_methods_supported", {"S256"}}}
                            .dump());
        } else if (request.path == "/register") {
            to->respond(201, "application/json", R"({"client_id": "c"})");
        } else if (request.path == "/token" && !tokens.empty()) {
            to->respond(200, "application/json", tokens.front());
            tokens.erase(tokens.begin());
        } else if (request.path == "/mcp") {
            answer_mcp(request, to);
        } else {
            to->respond(404, "text/plain", "");
        }
    }

    void answer_mcp(const FakeRequest& request, const Connection& to) {
        const json body = json::parse(request.body, nullptr, false);
        const std::string authorization = request.header("Authorization");
        if (authorization != "Bearer good" && authorization != "Bearer better") {
            to->respond(401, "text/plain", "", "WWW-Authenticate: Bearer scope=\"read\"\r\n");
        } else if (body["method"] == "server/discover") {
            send_json(to, result_of(body["id"], discover_result()));
        } else if (!needs_scope.empty() && authorization != "Bearer better") {
            to->respond(403,
                        "text/plain",
                        "",
                        "WWW-Authenticate: Bearer error=\"insufficient_scope\", scope=\"" +
                            needs_scope + "\"\r\n");
        } else {
            send_json(to, result_of(body["id"], tools_page({"a"})));
        }
    }

    FakeHttpServer server_;
};

}  // namespace mcprisk::test

// Finding out who lets us in to a server: from its challenge to the endpoints of its authorization
// server. Without any HTTP: requests out, replies in.
// Source: MCP specification, authorization, 2025-03-26 to 2026-07-28.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "crawler/auth/oauth_challenge.h"
#include "crawler/auth/oauth_metadata.h"
#include "crawler/net/http_message.h"

namespace mcprisk::crawler {

// One whole answer.
struct OAuthReply {
    int status = 0;
    std::string body;
    std::optional<HttpFailure> failure;
};

// How requests of OAuth are made.
struct OAuthRules {
    bool allow_private = true;
    std::string user_agent;
    HttpLimits limits = default_limits();

    static HttpLimits default_limits();  // small bodies, seconds
};

// What was found, as far as it went; untrusted but for the checks named.
struct OAuthFacts {
    std::string resource_metadata_url;
    std::optional<ResourceMetadata> resource;  // it covers the server
    std::string issuer;                        // the one whose metadata was asked for
    std::optional<AuthServerMetadata> auth_server;
    std::string problem;  // why there is nobody to ask for a token; a clause, empty if there is
};

// Pure. Ask next(), make the request, hand over its reply, until there is no next.
//
// With `resource_metadata` in the challenge only that is asked; else the well-known places, and if
// there is nothing, the server's own origin is taken for the authorization server (2025-03-26).
class OAuthDiscovery {
  public:
    // `preferred_issuer`: taken if the server names it among several.
    OAuthDiscovery(HttpUrl server,
                   BearerChallenge challenge,
                   OAuthRules rules,
                   std::string preferred_issuer = {});

    std::optional<HttpRequest> next();
    void take(const OAuthReply& reply);

    [[nodiscard]] const OAuthFacts& facts() const { return facts_; }

  private:
    void begin_auth_server(const std::string& issuer);
    void take_resource(const OAuthReply& reply);
    void take_auth_server(const OAuthReply& reply);
    void stop(std::string problem);

    enum class Step { resource, auth_server, done };

    const HttpUrl server_;
    const BearerChallenge challenge_;
    OAuthRules rules_;
    const std::string preferred_issuer_;
    OAuthFacts facts_;
    Step step_ = Step::resource;
    std::vector<std::string> places_;  // still to be tried, the next one last
    std::string place_;
};

// For the catalogue: which document said what, without secrets. `status`: of the refused request.
nlohmann::json describe_authorization(int status,
                                      const BearerChallenge& challenge,
                                      const OAuthFacts& facts);

// GET of a document of OAuth.
HttpRequest oauth_get(const std::string& url, const OAuthRules& rules);

}  // namespace mcprisk::crawler

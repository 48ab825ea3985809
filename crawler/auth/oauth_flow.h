// From a refused request to an access token, without any HTTP or browser: one action out, its
// result in, until there is a token or a reason why there is none.
// Source: MCP specification 2026-07-28, authorization, and its extension
// io.modelcontextprotocol/oauth-client-credentials.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "crawler/auth/oauth_discovery.h"
#include "crawler/auth/oauth_message.h"

namespace mcprisk::crawler {

enum class OAuthGrant {
    authorization_code,  // somebody logs in
    client_credentials,  // by one of the clients alone
    none                 // only find out what would be needed
};

struct OAuthOptions {
    OAuthGrant grant = OAuthGrant::authorization_code;
    // Registered before, in order of preference; each serves only its own issuer.
    std::vector<OAuthClient> clients;
    std::string client_metadata_url;  // https address of a client id metadata document, or empty
    std::string redirect_uri;         // of the authorization code flow
    std::string scope;                // asked for instead of what server and challenge say
    std::string earlier_scope;        // of the token that was too weak
    OAuthRules rules;
};

// Pure but for the injected sources; not thread-safe.
class OAuthFlow {
  public:
    struct Visit {
        std::string url;  // for the user's browser; answer with on_redirect()
    };
    // What to do next, one thing at a time: a request to make (answer with on_reply), an address to
    // visit, or the end.
    using Action = std::variant<HttpRequest, Visit, Result<OAuthToken>>;

    OAuthFlow(const HttpUrl& server,
              const BearerChallenge& challenge,
              OAuthOptions options,
              OAuthSources sources);

    Action start();
    Action on_reply(const OAuthReply& reply);
    // Where the browser was sent back to, or why it was not.
    Action on_redirect(const Result<std::string>& redirected_to);

    [[nodiscard]] const OAuthFacts& facts() const { return discovery_.facts(); }

  private:
    enum class Step { discover, registering, visit, token, done };

    Action discover();
    Action discovered();
    Action choose_client();
    Action visit();
    Action ask_token(std::vector<std::pair<std::string, std::string>> fields);
    Action stop(Error error);
    [[nodiscard]] Result<HttpUrl> checked(const std::string& endpoint, const char* what) const;

    const HttpUrl server_;
    const BearerChallenge challenge_;
    const OAuthOptions options_;
    const OAuthSources sources_;
    OAuthDiscovery discovery_;
    Step step_ = Step::discover;
    OAuthToken token_;  // filled as we go
    AuthorizationQuestion question_;
};

// A new access token for a refresh token, from the server that gave it.
Result<HttpRequest> refresh_request(const OAuthToken& token,
                                    const OAuthRules& rules,
                                    const OAuthSources& sources);

}  // namespace mcprisk::crawler

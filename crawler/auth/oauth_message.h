// The messages of OAuth: authorization URLs, registrations, token requests and their answers. Pure:
// randomness and time come from outside. No message of an error ever holds a secret.
// Source: OAuth 2.1 (draft), RFC 6749; RFC 7591 (registration); RFC 7523 (private_key_jwt);
// RFC 8707 (resource indicators); RFC 9207 (issuer of an authorization response).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crawler/auth/oauth_discovery.h"
#include "crawler/auth/oauth_metadata.h"
#include "crawler/net/http_message.h"
#include "model/base/result.h"

namespace mcprisk::crawler {

// Us, as an authorization server knows us. Bound to that server: another issuer never sees it.
struct OAuthClient {
    std::string issuer;  // empty: of whichever issuer the MCP server names
    std::string client_id;
    std::string client_secret;
    std::string private_key_pem;  // for private_key_jwt
    std::string auth_method;      // as registered, may be empty
    std::string redirect_uri;     // as registered, may be empty
};

struct OAuthToken {
    std::string access_token;
    std::string refresh_token;               // may be empty
    std::string scope;                       // granted, else asked for
    std::optional<std::int64_t> expires_at;  // seconds since 1970
    // What a refresh needs.
    std::string issuer;
    std::string token_endpoint;
    std::string resource;     // may be empty
    std::string auth_method;  // at the token endpoint
    OAuthClient client;
};

// Randomness and time, injected.
struct OAuthSources {
    std::function<std::string()> random;  // at least 256 bits as base64url
    std::function<std::int64_t()> now;    // seconds since 1970
};

// "a b" and "b c" give "a b c".
std::string join_scopes(std::string_view some, std::string_view more);

// What to ask for: what the challenge says, else everything the resource supports, else nothing;
// joined with `earlier` in a step-up. `offline_access` is added if the authorization server lists
// it, so that it may give a refresh token, but never alone.
std::string choose_scope(const BearerChallenge& challenge,
                         const OAuthFacts& facts,
                         std::string_view earlier,
                         bool wants_refresh);

// none, client_secret_basic, client_secret_post or private_key_jwt: what the registration says,
// else the first that both sides can do.
Result<std::string> choose_auth_method(const OAuthClient& client, const AuthServerMetadata& server);

struct AuthorizationQuestion {
    std::string endpoint;
    std::string client_id;
    std::string redirect_uri;
    std::string state;
    std::string verifier;  // of PKCE; its S256 challenge is sent
    std::string scope;     // may be empty
    std::string resource;  // may be empty
};

std::string authorization_url(const AuthorizationQuestion& question);

// The code in the address that the browser was sent back to. Fails unless the address is our own
// redirect address, its state is ours and its issuer, if given or promised, is byte for byte the
// one that was asked.
Result<std::string> read_authorization_code(std::string_view redirected_to,
                                            const AuthorizationQuestion& question,
                                            const AuthServerMetadata& server);

// Dynamic registration as a native program without a secret, where that is allowed.
HttpRequest registration_request(const AuthServerMetadata& server,
                                 const std::string& redirect_uri,
                                 const std::string& scope,
                                 const OAuthRules& rules);
Result<OAuthClient> read_registration(const OAuthReply& reply, const AuthServerMetadata& server);

// A POST to the token endpoint, with the client's credentials where its method wants them. The
// issuer is the audience of a private_key_jwt.
Result<HttpRequest> token_request(const OAuthToken& about,
                                  std::vector<std::pair<std::string, std::string>> fields,
                                  const OAuthRules& rules,
                                  const OAuthSources& sources);
// Completes `about` with what the answer grants; a refresh token that is not renewed stays.
Result<OAuthToken> read_token(const OAuthReply& reply, OAuthToken about, std::int64_t now);

}  // namespace mcprisk::crawler

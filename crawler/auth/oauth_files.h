// What is kept of OAuth in files: tokens that a login left, and clients that somebody configured.
// Reading and writing of text; where the files lie is the caller's business.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crawler/auth/authorizer.h"
#include "crawler/auth/oauth_message.h"
#include "crawler/config/variables.h"
#include "model/base/result.h"

namespace mcprisk::crawler {

// JSON with the schema "mcprisk-token/1"; secret. A private key is never written.
std::string write_token(const std::string& server, const OAuthToken& token);
// Fails if it is no such document or is about another server.
Result<OAuthToken> read_token_file(std::string_view text, const std::string& server);

// {"clients": [{"server", "issuer", "client_id", "client_secret" or "private_key", "scope"?}]},
// with comments allowed. A secret or key is written as $NAME (environment) or @FILE, or as it is.
// Both server and issuer are required: neither another server nor another issuer may get the
// client's credentials. Messages never hold a secret.
Result<std::vector<ConfiguredClient>> read_client_file(std::string_view text,
                                                       const VariableScope& scope);

// "$NAME", "@FILE" or the text itself; `what` is for the message.
Result<std::string> read_secret(std::string_view written,
                                std::string_view what,
                                const VariableScope& scope);

}  // namespace mcprisk::crawler

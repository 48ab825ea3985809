#include "crawler/auth/oauth_flow.h"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "crawler/redact.h"

namespace mcprisk::crawler {
namespace {

// The issuer to take if the MCP server names several.
std::string preferred_issuer(const OAuthOptions& options) {
    return options.clients.empty() ? std::string() : options.clients.front().issuer;
}

}  // namespace

OAuthFlow::OAuthFlow(const HttpUrl& server,
                     const BearerChallenge& challenge,
                     OAuthOptions options,
                     OAuthSources sources)
    : server_(server),
      challenge_(challenge),
      options_(std::move(options)),
      sources_(std::move(sources)),
      discovery_(server, challenge, options_.rules, preferred_issuer(options_)) {}

OAuthFlow::Action OAuthFlow::stop(Error error) {
    step_ = Step::done;
    return fail(std::move(error));
}

OAuthFlow::Action OAuthFlow::start() { return discover(); }

OAuthFlow::Action OAuthFlow::discover() {
    if (auto request = discovery_.next()) return std::move(*request);
    return discovered();
}

Result<HttpUrl> OAuthFlow::checked(const std::string& endpoint, const char* what) const {
    auto url = read_oauth_url(endpoint, server_);
    if (!url) return fail(url.error().context(fmt::format("the {} cannot be used", what)));
    return url;
}

OAuthFlow::Action OAuthFlow::discovered() {
    const OAuthFacts& facts = discovery_.facts();
    if (!facts.auth_server) return stop({ErrorCode::not_found, facts.problem});
    const AuthServerMetadata& server = *facts.auth_server;
    if (auto url = checked(server.token_endpoint, "token endpoint"); !url) return stop(url.error());
    token_.issuer = server.issuer;
    token_.token_endpoint = server.token_endpoint;
    if (facts.resource) token_.resource = facts.resource->resource;
    token_.scope = options_.scope.empty()
                       ? choose_scope(challenge_,
                                      facts,
                                      options_.earlier_scope,
                                      options_.grant == OAuthGrant::authorization_code)
                       : join_scopes(options_.scope, options_.earlier_scope);
    if (options_.grant == OAuthGrant::none) {
        return stop({ErrorCode::not_found,
                     server.assumed
                         ? "it does not say who gives tokens for it"
                         : fmt::format("it wants a token of {}, which mcprisk login {} gets",
                                       redact_url(server.issuer),
                                       redact_url(server_.text))});
    }
    return choose_client();
}

OAuthFlow::Action OAuthFlow::choose_client() {
    const AuthServerMetadata& server = *discovery_.facts().auth_server;
    const auto fits = [&](const OAuthClient& client) {
        return client.issuer.empty() || client.issuer == server.issuer;
    };
    const auto known = std::find_if(options_.clients.begin(), options_.clients.end(), fits);
    if (known != options_.clients.end()) {
        token_.client = *known;
        token_.client.issuer = server.issuer;
        return visit();
    }
    if (options_.grant == OAuthGrant::client_credentials) {
        return stop(
            {ErrorCode::conflict,
             fmt::format(
                 "the server names the authorization server {}, and the client "
                 "that is configured belongs to {}",
                 redact_url(server.issuer),
                 options_.clients.empty() ? "none" : redact_url(options_.clients.front().issuer))});
    }
    if (!options_.client_metadata_url.empty() && server.client_id_metadata_documents) {
        token_.client = {server.issuer, options_.client_metadata_url, {}, {}, "none", {}};
        return visit();
    }
    if (server.registration_endpoint.empty()) {
        return stop({ErrorCode::unsupported,
                     fmt::format("the authorization server {} lets no program register itself; "
                                 "register one there by hand and give its id",
                                 redact_url(server.issuer))});
    }
    if (auto url = checked(server.registration_endpoint, "registration endpoint"); !url) {
        return stop(url.error());
    }
    step_ = Step::registering;
    return registration_request(server, options_.redirect_uri, token_.scope, options_.rules);
}

OAuthFlow::Action OAuthFlow::visit() {
    const AuthServerMetadata& server = *discovery_.facts().auth_server;
    auto method = choose_auth_method(token_.client, server);
    if (!method) return stop(method.error());
    token_.auth_method = std::move(*method);
    if (options_.grant == OAuthGrant::client_credentials) {
        std::vector<std::pair<std::string, std::string>> fields{
            {"grant_type", "client_credentials"}};
        if (!token_.scope.empty()) fields.emplace_back("scope", token_.scope);
        return ask_token(std::move(fields));
    }
    if (!server.assumed &&
        !(server.challenge_methods && names(*server.challenge_methods, "S256"))) {
        return stop({ErrorCode::unsupported,
                     fmt::format("the authorization server {} does not say that it protects the "
                                 "code (PKCE with S256), so that no code is asked for",
                                 redact_url(server.issuer))});
    }
    if (auto url = checked(server.authorization_endpoint, "authorization endpoint"); !url) {
        return stop(url.error());
    }
    question_.endpoint = server.authorization_endpoint;
    question_.client_id = token_.client.client_id;
    question_.redirect_uri = options_.redirect_uri;
    question_.state = sources_.random();
    question_.verifier = sources_.random();
    question_.scope = token_.scope;
    question_.resource = token_.resource;
    step_ = Step::visit;
    return Visit{authorization_url(question_)};
}

OAuthFlow::Action OAuthFlow::on_redirect(const Result<std::string>& redirected_to) {
    if (step_ != Step::visit) return stop({ErrorCode::conflict, "no authorization was asked for"});
    if (!redirected_to) return stop(redirected_to.error());
    const auto code =
        read_authorization_code(*redirected_to, question_, *discovery_.facts().auth_server);
    if (!code) return stop(code.error());
    return ask_token({{"grant_type", "authorization_code"},
                      {"code", *code},
                      {"redirect_uri", question_.redirect_uri},
                      {"code_verifier", question_.verifier}});
}

OAuthFlow::Action OAuthFlow::ask_token(std::vector<std::pair<std::string, std::string>> fields) {
    step_ = Step::token;
    auto request = token_request(token_, std::move(fields), options_.rules, sources_);
    if (!request) return stop(request.error());
    return std::move(*request);
}

OAuthFlow::Action OAuthFlow::on_reply(const OAuthReply& reply) {
    switch (step_) {
        case Step::discover:
            discovery_.take(reply);
            return discover();
        case Step::registering: {
            auto client = read_registration(reply, *discovery_.facts().auth_server);
            if (!client) return stop(client.error());
            token_.client = std::move(*client);
            token_.client.redirect_uri = options_.redirect_uri;
            return visit();
        }
        case Step::token: {
            auto token = read_token(reply, token_, sources_.now());
            if (!token) return stop(token.error());
            step_ = Step::done;
            return token;
        }
        case Step::visit:
        case Step::done:
            break;
    }
    return stop({ErrorCode::conflict, "an answer came that nobody waited for"});
}

Result<HttpRequest> refresh_request(const OAuthToken& token,
                                    const OAuthRules& rules,
                                    const OAuthSources& sources) {
    return token_request(token,
                         {{"grant_type", "refresh_token"}, {"refresh_token", token.refresh_token}},
                         rules,
                         sources);
}

}  // namespace mcprisk::crawler

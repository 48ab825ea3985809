#include "crawler/auth/oauth_message.h"

#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "crawler/auth/crypto.h"
#include "crawler/mcp/http_answer.h"
#include "crawler/redact.h"
#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

using nlohmann::json;

constexpr JsonLimits kAnswer{kOAuthDocumentBytes, 16};
constexpr std::size_t kLongestSecret = std::size_t{16} << 10;  // fits in the head of a request
constexpr std::size_t kLongestReason = 300;
constexpr std::int64_t kAssertionSeconds = 60;
constexpr std::int64_t kLongestLife = 10LL * 365 * 24 * 3600;

std::vector<std::string_view> scope_words(std::string_view scope) {
    std::vector<std::string_view> words;
    for (const std::string_view word : split(scope, ' ')) {
        if (!word.empty()) words.push_back(word);
    }
    return words;
}

bool holds_scope(std::string_view scope, std::string_view word) {
    const auto words = scope_words(scope);
    return std::find(words.begin(), words.end(), word) != words.end();
}

// Fit for a header: a token that is not must not get there.
bool is_plain_secret(std::string_view text) {
    return !text.empty() && text.size() <= kLongestSecret &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

// The answer as an object, or what the other side says went wrong.
Result<json> read_answer(const OAuthReply& reply, std::string_view what) {
    if (reply.failure) {
        return fail(ErrorCode::io, fmt::format("{}: {}", what, reply.failure->message));
    }
    const auto document = parse_json(reply.body, kAnswer);
    if (document && document->is_object()) {
        const std::string error = string_member(*document, "error");
        if (!error.empty()) {
            const std::string description = string_member(*document, "error_description");
            return fail(ErrorCode::invalid_input,
                        fmt::format("{}: the authorization server refuses: {}{}",
                                    what,
                                    truncate_utf8(error, kLongestReason),
                                    description.empty()
                                        ? ""
                                        : fmt::format(" ({})",
                                                      truncate_utf8(description, kLongestReason))));
        }
        if (reply.status >= 200 && reply.status < 300) return *document;
    }
    if (reply.status < 200 || reply.status >= 300) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("{}: it answers {}", what, describe_status(reply.status)));
    }
    return fail(ErrorCode::invalid_input, fmt::format("{}: the answer is no JSON object", what));
}

std::optional<std::int64_t> expiry(const json& answer, std::int64_t now) {
    const json* seconds = find_member(answer, "expires_in");
    if (seconds == nullptr || !seconds->is_number()) return std::nullopt;
    const double life = seconds->get<double>();
    if (!(life >= 0)) return std::nullopt;
    return now + static_cast<std::int64_t>(std::min(life, static_cast<double>(kLongestLife)));
}

HttpRequest post_to(const std::string& url,
                    std::string content_type,
                    std::string body,
                    const OAuthRules& rules) {
    HttpRequest request = oauth_get(url, rules);
    request.method = "POST";
    request.headers.emplace_back("Content-Type", std::move(content_type));
    request.body = std::move(body);
    request.limits.redirects = 0;  // the body is a credential, too
    return request;
}

// The method to ask for when registering.
std::string registration_method(const AuthServerMetadata& server) {
    if (!server.auth_methods || names(*server.auth_methods, "none")) return "none";
    return names(*server.auth_methods, "client_secret_basic") ? "client_secret_basic"
                                                              : "client_secret_post";
}

}  // namespace

std::string join_scopes(std::string_view some, std::string_view more) {
    std::vector<std::string_view> words;
    for (const std::string_view list : {some, more}) {
        for (const std::string_view word : scope_words(list)) {
            if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
        }
    }
    return fmt::format("{}", fmt::join(words, " "));
}

std::string choose_scope(const BearerChallenge& challenge,
                         const OAuthFacts& facts,
                         std::string_view earlier,
                         bool wants_refresh) {
    std::string scope = challenge.scope;
    if (scope.empty() && facts.resource) {
        scope = fmt::format("{}", fmt::join(facts.resource->scopes_supported, " "));
    }
    scope = join_scopes(earlier, scope);
    const bool offline = wants_refresh && facts.auth_server &&
                         names(facts.auth_server->scopes_supported, "offline_access");
    return offline && !scope.empty() ? join_scopes(scope, "offline_access") : scope;
}

Result<std::string> choose_auth_method(const OAuthClient& client,
                                       const AuthServerMetadata& server) {
    const auto offers = [&](const char* method) {
        return server.auth_methods && names(*server.auth_methods, method);
    };
    if (!client.private_key_pem.empty()) {
        if (!server.auth_methods || offers("private_key_jwt")) return "private_key_jwt";
        return fail(ErrorCode::unsupported,
                    fmt::format("the authorization server {} does not take a signed assertion "
                                "(private_key_jwt), only {}",
                                redact_url(server.issuer),
                                fmt::join(*server.auth_methods, ", ")));
    }
    const bool registered = client.auth_method == "none" ||
                            client.auth_method == "client_secret_basic" ||
                            client.auth_method == "client_secret_post";
    if (registered && (client.auth_method == "none" || !client.client_secret.empty())) {
        return client.auth_method;
    }
    if (client.client_secret.empty()) return "none";
    if (!server.auth_methods) return "client_secret_basic";  // RFC 8414, 2
    for (const char* method : {"client_secret_basic", "client_secret_post", "none"}) {
        if (offers(method)) return method;
    }
    return fail(ErrorCode::unsupported,
                fmt::format("the authorization server {} takes no client secret, only {}",
                            redact_url(server.issuer),
                            fmt::join(*server.auth_methods, ", ")));
}

std::string authorization_url(const AuthorizationQuestion& question) {
    std::vector<std::pair<std::string, std::string>> fields{
        {"response_type", "code"},
        {"client_id", question.client_id},
        {"redirect_uri", question.redirect_uri},
        {"state", question.state},
        {"code_challenge", pkce_challenge(question.verifier)},
        {"code_challenge_method", "S256"}};
    if (!question.scope.empty()) fields.emplace_back("scope", question.scope);
    if (holds_scope(question.scope, "offline_access")) {
        fields.emplace_back("prompt", "consent");  // OpenID Connect Core, 11
    }
    if (!question.resource.empty()) fields.emplace_back("resource", question.resource);
    const std::string_view endpoint =
        std::string_view(question.endpoint).substr(0, question.endpoint.find('#'));
    return fmt::format("{}{}{}",
                       endpoint,
                       endpoint.find('?') == std::string_view::npos ? '?' : '&',
                       encode_form(fields));
}

Result<std::string> read_authorization_code(std::string_view redirected_to,
                                            const AuthorizationQuestion& question,
                                            const AuthServerMetadata& server) {
    const auto stop = [](const std::string& why) {
        return fail(ErrorCode::invalid_input, "the authorization was not completed: " + why);
    };
    const std::string_view address = redirected_to.substr(0, redirected_to.find_first_of("?#"));
    if (address != question.redirect_uri) {
        return stop("the browser was sent somewhere else than back to this program");
    }
    std::map<std::string, std::string> fields;
    for (auto& [name, value] : decode_form(query_of(redirected_to))) {
        if (!fields.emplace(std::move(name), std::move(value)).second) {
            return stop("a parameter came twice");
        }
    }
    if (question.state.empty() || fields["state"] != question.state) {
        return stop("the answer does not belong to the question (state)");
    }
    const auto issuer = fields.find("iss");
    if (issuer == fields.end() && server.iss_parameter) {
        return stop("the answer does not say which authorization server it is from (iss)");
    }
    if (issuer != fields.end() && issuer->second != server.issuer) {
        return stop(fmt::format("the answer is from {} and not from {}",
                                redact_url(issuer->second),
                                redact_url(server.issuer)));
    }
    if (const std::string error = fields["error"]; !error.empty()) {
        const std::string description = fields["error_description"];
        return stop(fmt::format(
            "{}{}",
            truncate_utf8(repair_utf8(error), kLongestReason),
            description.empty()
                ? ""
                : fmt::format(" ({})", truncate_utf8(repair_utf8(description), kLongestReason))));
    }
    if (fields["code"].empty()) return stop("the answer holds no code");
    return fields["code"];
}

HttpRequest registration_request(const AuthServerMetadata& server,
                                 const std::string& redirect_uri,
                                 const std::string& scope,
                                 const OAuthRules& rules) {
    json body{{"client_name", "mcprisk"},
              {"application_type", "native"},
              {"redirect_uris", {redirect_uri}},
              {"grant_types", {"authorization_code", "refresh_token"}},
              {"response_types", {"code"}},
              {"token_endpoint_auth_method", registration_method(server)}};
    if (!scope.empty()) body["scope"] = scope;
    return post_to(server.registration_endpoint, "application/json", body.dump(), rules);
}

Result<OAuthClient> read_registration(const OAuthReply& reply, const AuthServerMetadata& server) {
    const auto answer = read_answer(
        reply, fmt::format("registering with {}", redact_url(server.registration_endpoint)));
    if (!answer) return fail(answer.error());
    OAuthClient client;
    client.issuer = server.issuer;
    client.client_id = string_member(*answer, "client_id");
    client.client_secret = string_member(*answer, "client_secret");
    client.auth_method = string_member(*answer, "token_endpoint_auth_method");
    if (client.client_id.empty() || client.client_id.size() > kLongestSecret ||
        client.client_secret.size() > kLongestSecret) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("registering with {}: the answer holds no usable client_id",
                                redact_url(server.registration_endpoint)));
    }
    return client;
}

Result<HttpRequest> token_request(const OAuthToken& about,
                                  std::vector<std::pair<std::string, std::string>> fields,
                                  const OAuthRules& rules,
                                  const OAuthSources& sources) {
    const OAuthClient& client = about.client;
    HttpHeaders credentials;
    if (about.auth_method == "client_secret_basic") {
        // RFC 6749, 2.3.1: both sides are encoded as in a form before they are joined.
        credentials.emplace_back("Authorization",
                                 "Basic " + base64(percent_encode(client.client_id) + ":" +
                                                   percent_encode(client.client_secret)));
    } else if (about.auth_method == "private_key_jwt") {
        const std::int64_t now = sources.now();
        auto assertion = sign_jwt({{"iss", client.client_id},
                                   {"sub", client.client_id},
                                   {"aud", about.issuer},
                                   {"iat", now},
                                   {"exp", now + kAssertionSeconds},
                                   {"jti", sources.random()}},
                                  client.private_key_pem);
        if (!assertion) {
            return fail(assertion.error().context("signing in as " + client.client_id));
        }
        fields.emplace_back("client_assertion_type",
                            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        fields.emplace_back("client_assertion", std::move(*assertion));
        fields.emplace_back("client_id", client.client_id);
    } else {
        fields.emplace_back("client_id", client.client_id);
        if (about.auth_method == "client_secret_post") {
            fields.emplace_back("client_secret", client.client_secret);
        }
    }
    if (!about.resource.empty()) fields.emplace_back("resource", about.resource);
    HttpRequest request = post_to(
        about.token_endpoint, "application/x-www-form-urlencoded", encode_form(fields), rules);
    request.private_headers = std::move(credentials);
    return request;
}

Result<OAuthToken> read_token(const OAuthReply& reply, OAuthToken about, std::int64_t now) {
    const std::string what = fmt::format("asking {} for a token", redact_url(about.token_endpoint));
    const auto answer = read_answer(reply, what);
    if (!answer) return fail(answer.error());
    about.access_token = string_member(*answer, "access_token");
    if (!is_plain_secret(about.access_token)) {
        return fail(ErrorCode::invalid_input, what + ": the answer holds no usable access_token");
    }
    const std::string type = string_member(*answer, "token_type");
    if (!type.empty() && !equals_ignoring_case(type, "bearer")) {
        return fail(ErrorCode::unsupported,
                    fmt::format("{}: it gives a token of the type {}, and only bearer tokens are "
                                "understood here",
                                what,
                                truncate_utf8(type, 40)));
    }
    about.expires_at = expiry(*answer, now);
    if (const std::string scope = string_member(*answer, "scope"); !scope.empty()) {
        about.scope = scope;
    }
    if (std::string refresh = string_member(*answer, "refresh_token");
        !refresh.empty() && refresh.size() <= kLongestSecret) {
        about.refresh_token = std::move(refresh);
    }
    return about;
}

}  // namespace mcprisk::crawler

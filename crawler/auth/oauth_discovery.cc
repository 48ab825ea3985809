#include "crawler/auth/oauth_discovery.h"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "crawler/mcp/http_answer.h"
#include "crawler/redact.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestText = 1024;

std::string why_not(const OAuthReply& reply) {
    return reply.failure ? reply.failure->message : "it answers " + describe_status(reply.status);
}

std::string bounded(std::string_view text) {
    return std::string(truncate_utf8(repair_utf8(text), kLongestText));
}

json bounded(const std::vector<std::string>& words) {
    json list = json::array();
    for (const std::string& word : words) list.push_back(bounded(word));
    return list;
}

// How one would get in, in one word (docs/auth.md).
std::string access_class(int status, const BearerChallenge& challenge, const OAuthFacts& facts) {
    const bool asks_for_oauth = !facts.resource_metadata_url.empty() || facts.resource ||
                                (facts.auth_server && !facts.auth_server->assumed);
    if (!asks_for_oauth) {
        return status == 403 && !challenge.present ? "forbidden" : "token_required";
    }
    if (!facts.auth_server) return "auth_broken";
    return names(facts.auth_server->grant_types_supported, "client_credentials")
               ? "oauth_m2m"
               : "oauth_interactive";
}

}  // namespace

HttpLimits OAuthRules::default_limits() {
    HttpLimits limits;
    limits.head_bytes = std::size_t{16} << 10;
    limits.body_bytes = kOAuthDocumentBytes;
    limits.connect = std::chrono::milliseconds{5000};
    limits.answer = limits.total = std::chrono::milliseconds{10000};
    limits.redirects = 0;
    return limits;
}

HttpRequest oauth_get(const std::string& url, const OAuthRules& rules) {
    HttpRequest request;
    request.url = url;
    request.allow_private = rules.allow_private;
    request.limits = rules.limits;
    request.headers.emplace_back("Accept", "application/json");
    if (!rules.user_agent.empty()) request.headers.emplace_back("User-Agent", rules.user_agent);
    return request;
}

OAuthDiscovery::OAuthDiscovery(HttpUrl server,
                               BearerChallenge challenge,
                               OAuthRules rules,
                               std::string preferred_issuer)
    : server_(std::move(server)),
      challenge_(std::move(challenge)),
      rules_(std::move(rules)),
      preferred_issuer_(std::move(preferred_issuer)) {
    rules_.allow_private = rules_.allow_private && !challenge_.from_public;
    if (challenge_.resource_metadata.empty()) {
        places_ = resource_metadata_urls(server_);
        std::reverse(places_.begin(), places_.end());
    } else {
        places_ = {challenge_.resource_metadata};
    }
}

void OAuthDiscovery::stop(std::string problem) {
    facts_.problem = std::move(problem);
    step_ = Step::done;
}

std::optional<HttpRequest> OAuthDiscovery::next() {
    if (step_ == Step::done || places_.empty()) return std::nullopt;
    place_ = std::move(places_.back());
    places_.pop_back();
    if (step_ == Step::resource && !challenge_.resource_metadata.empty()) {
        facts_.resource_metadata_url = place_;
    }
    const auto url = read_oauth_url(place_, server_);
    if (!url) {
        stop(url.error().message);
        return std::nullopt;
    }
    return oauth_get(url->text, rules_);
}

void OAuthDiscovery::take(const OAuthReply& reply) {
    if (step_ == Step::resource) {
        take_resource(reply);
    } else if (step_ == Step::auth_server) {
        take_auth_server(reply);
    }
}

void OAuthDiscovery::take_resource(const OAuthReply& reply) {
    const bool told = !challenge_.resource_metadata.empty();
    auto metadata = reply.failure || reply.status != 200
                        ? fail(ErrorCode::not_found, why_not(reply))
                        : read_resource_metadata(reply.body);
    if (!metadata && told) {
        stop(fmt::format("reading its resource metadata at {}: {}",
                         redact_url(place_),
                         metadata.error().message));
        return;
    }
    if (!metadata) {
        if (places_.empty()) begin_auth_server(server_.site());  // 2025-03-26
        return;
    }
    facts_.resource_metadata_url = place_;
    if (!resource_covers(metadata->resource, server_)) {
        stop(fmt::format("its resource metadata at {} is about {} and not about this server",
                         redact_url(place_),
                         redact_url(metadata->resource)));
        return;
    }
    facts_.resource = std::move(*metadata);
    const auto& issuers = facts_.resource->authorization_servers;
    begin_auth_server(names(issuers, preferred_issuer_) ? preferred_issuer_ : issuers.front());
}

void OAuthDiscovery::begin_auth_server(const std::string& issuer) {
    step_ = Step::auth_server;
    facts_.issuer = issuer;
    const auto url = read_oauth_url(issuer, server_);
    if (!url) {
        stop("its authorization server cannot be used: " + url.error().message);
        return;
    }
    places_ = auth_server_metadata_urls(*url);
    std::reverse(places_.begin(), places_.end());
}

void OAuthDiscovery::take_auth_server(const OAuthReply& reply) {
    auto metadata = reply.failure || reply.status != 200
                        ? fail(ErrorCode::not_found, why_not(reply))
                        : read_auth_server_metadata(reply.body);
    if (!metadata) {
        if (!places_.empty()) return;
        if (!facts_.resource) {
            facts_.auth_server = assumed_auth_server(server_);
            step_ = Step::done;
            return;
        }
        stop(fmt::format("the authorization server {} does not describe itself: {}",
                         redact_url(facts_.issuer),
                         metadata.error().message));
        return;
    }
    if (metadata->issuer != facts_.issuer) {
        stop(fmt::format("the metadata at {} is of the issuer {} and not of {}",
                         redact_url(place_),
                         redact_url(metadata->issuer),
                         redact_url(facts_.issuer)));
        return;
    }
    facts_.auth_server = std::move(*metadata);
    step_ = Step::done;
}

json describe_authorization(int status, const BearerChallenge& challenge, const OAuthFacts& facts) {
    json out{{"status", status}, {"access", access_class(status, challenge, facts)}};
    const auto put = [&](const char* key, const std::string& value) {
        if (!value.empty()) out[key] = bounded(value);
    };
    put("realm", challenge.realm);
    put("scope", challenge.scope);
    put("error", challenge.error);
    put("resource_metadata", redact_url(facts.resource_metadata_url));
    put("problem", facts.problem);
    if (facts.resource) {
        put("resource", redact_url(facts.resource->resource));
        out["authorization_servers"] = bounded(facts.resource->authorization_servers);
        out["scopes_supported"] = bounded(facts.resource->scopes_supported);
    }
    if (!facts.auth_server) return out;
    const AuthServerMetadata& server = *facts.auth_server;
    if (server.assumed) return out;
    put("issuer", server.issuer);
    put("authorization_endpoint", redact_url(server.authorization_endpoint));
    put("token_endpoint", redact_url(server.token_endpoint));
    put("registration_endpoint", redact_url(server.registration_endpoint));
    out["grant_types_supported"] = bounded(server.grant_types_supported);
    if (server.auth_methods) {
        out["token_endpoint_auth_methods_supported"] = bounded(*server.auth_methods);
    }
    if (server.challenge_methods) {
        out["code_challenge_methods_supported"] = bounded(*server.challenge_methods);
    }
    out["client_id_metadata_document_supported"] = server.client_id_metadata_documents;
    return out;
}

}  // namespace mcprisk::crawler

// The documents by which a protected server and its authorization server describe themselves, and
// where they are found. Pure.
// Source: RFC 9728 (protected resource metadata), RFC 8414 and OpenID Connect Discovery 1.0
// (authorization server metadata), RFC 8707 (resource indicators); MCP specification,
// authorization, 2025-03-26 to 2026-07-28.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/net/http_url.h"
#include "model/base/result.h"

namespace mcprisk::crawler {

inline constexpr std::size_t kOAuthDocumentBytes = std::size_t{256} << 10;

// An address of OAuth: https, or http if both it and the MCP server are on loopback. A server
// elsewhere may not send us to our own machine at all.
Result<HttpUrl> read_oauth_url(std::string_view text, const HttpUrl& server);

struct ResourceMetadata {
    std::string resource;  // exactly as published: it is sent back byte for byte
    std::vector<std::string> authorization_servers;  // issuers
    std::vector<std::string> scopes_supported;
};

// Fails on what is no JSON object, has no resource or names no authorization server.
Result<ResourceMetadata> read_resource_metadata(std::string_view text);

// Where the document may be if the challenge does not say: below the server's path, then at the
// root.
std::vector<std::string> resource_metadata_urls(const HttpUrl& server);

// Whether `resource` stands for this server: the same origin, and its path equal or a parent of it
// (RFC 9728, 3.3; MCP, canonical server URI).
bool resource_covers(std::string_view resource, const HttpUrl& server);

struct AuthServerMetadata {
    std::string issuer;  // as published; compared byte for byte
    std::string authorization_endpoint;
    std::string token_endpoint;
    std::string registration_endpoint;
    std::vector<std::string> scopes_supported;
    std::vector<std::string> grant_types_supported;
    std::optional<std::vector<std::string>> auth_methods;       // at the token endpoint
    std::optional<std::vector<std::string>> challenge_methods;  // PKCE
    bool client_id_metadata_documents = false;
    bool iss_parameter = false;  // RFC 9207: every authorization response names its issuer
    bool assumed = false;        // no document: the fixed endpoints of 2025-03-26
};

// Fails on what is no JSON object or has neither issuer nor token_endpoint.
Result<AuthServerMetadata> read_auth_server_metadata(std::string_view text);

// Where the document of an issuer may be, in order (RFC 8414, 3; OpenID Connect Discovery, 4).
std::vector<std::string> auth_server_metadata_urls(const HttpUrl& issuer);

// MCP 2025-03-26 for servers without any document: /authorize, /token and /register of the origin.
AuthServerMetadata assumed_auth_server(const HttpUrl& server);

// Whether the list holds the word.
bool names(const std::vector<std::string>& list, std::string_view word);

}  // namespace mcprisk::crawler

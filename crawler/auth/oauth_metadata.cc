#include "crawler/auth/oauth_metadata.h"

#include <fmt/format.h>
#include <algorithm>

#include "crawler/redact.h"
#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

using nlohmann::json;

constexpr std::size_t kMostWords = 256;
constexpr std::size_t kLongestWord = 2048;
constexpr JsonLimits kDocument{kOAuthDocumentBytes, 16};

Result<json> read_object(std::string_view text) {
    auto document = parse_json(text, kDocument);
    if (!document) return document;
    if (!document->is_object()) return fail(ErrorCode::invalid_input, "it is no JSON object");
    return document;
}

bool is_usable(const json& word) {
    return word.is_string() && !word.get_ref<const std::string&>().empty() &&
           word.get_ref<const std::string&>().size() <= kLongestWord;
}

std::optional<std::vector<std::string>> words(const json& document, const char* key) {
    const json* list = find_member(document, key);
    if (list == nullptr || !list->is_array()) return std::nullopt;
    std::vector<std::string> words;
    for (const json& word : *list) {
        if (words.size() < kMostWords && is_usable(word)) words.push_back(word);
    }
    return words;
}

std::string word(const json& document, const char* key) {
    const json* value = find_member(document, key);
    return value != nullptr && is_usable(*value) ? value->get<std::string>() : std::string();
}

bool has_user_info(std::string_view url) {
    const std::size_t start = url.find("://") + 3;
    return url.substr(start, url.find_first_of("/?#", start) - start).find('@') !=
           std::string_view::npos;
}

std::string_view without_last_slash(std::string_view path) {
    return path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
}

}  // namespace

bool names(const std::vector<std::string>& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

Result<HttpUrl> read_oauth_url(std::string_view text, const HttpUrl& server) {
    auto url = parse_http_url(text);
    if (!url) return url;
    if (has_user_info(url->text)) {
        return fail(ErrorCode::unsupported,
                    fmt::format("{} holds a user name, which only misleads about the host",
                                redact_url(text)));
    }
    if (url->is_loopback() && !server.is_loopback()) {
        return fail(ErrorCode::unsupported,
                    fmt::format("{} is on this machine, and the server that names it is not",
                                redact_url(text)));
    }
    if (url->scheme != "https" && !url->is_loopback()) {
        return fail(ErrorCode::unsupported,
                    fmt::format("{} is not protected by https", redact_url(text)));
    }
    return url;
}

Result<ResourceMetadata> read_resource_metadata(std::string_view text) {
    const auto document = read_object(text);
    if (!document) return fail(document.error());
    ResourceMetadata metadata;
    metadata.resource = word(*document, "resource");
    metadata.authorization_servers =
        words(*document, "authorization_servers").value_or(std::vector<std::string>{});
    metadata.scopes_supported =
        words(*document, "scopes_supported").value_or(std::vector<std::string>{});
    if (metadata.resource.empty()) return fail(ErrorCode::invalid_input, "it names no resource");
    if (metadata.authorization_servers.empty()) {
        return fail(ErrorCode::invalid_input, "it names no authorization server");
    }
    return metadata;
}

std::vector<std::string> resource_metadata_urls(const HttpUrl& server) {
    const std::string root = server.site() + "/.well-known/oauth-protected-resource";
    const std::string_view path = without_last_slash(server.path);
    if (path.empty()) return {root};
    return {root + std::string(path), root};
}

bool resource_covers(std::string_view resource, const HttpUrl& server) {
    if (resource.find('#') != std::string_view::npos) return false;  // RFC 8707, 2
    const auto url = parse_http_url(resource);
    if (!url || url->origin() != server.origin()) return false;
    const std::string_view parent = without_last_slash(url->path);
    return server.path.starts_with(parent) &&
           (server.path.size() == parent.size() || server.path[parent.size()] == '/');
}

Result<AuthServerMetadata> read_auth_server_metadata(std::string_view text) {
    const auto document = read_object(text);
    if (!document) return fail(document.error());
    AuthServerMetadata metadata;
    metadata.issuer = word(*document, "issuer");
    metadata.authorization_endpoint = word(*document, "authorization_endpoint");
    metadata.token_endpoint = word(*document, "token_endpoint");
    metadata.registration_endpoint = word(*document, "registration_endpoint");
    metadata.scopes_supported =
        words(*document, "scopes_supported").value_or(std::vector<std::string>{});
    // Left out, these two are the ones (RFC 8414, 2).
    metadata.grant_types_supported =
        words(*document, "grant_types_supported")
            .value_or(std::vector<std::string>{"authorization_code", "implicit"});
    metadata.auth_methods = words(*document, "token_endpoint_auth_methods_supported");
    metadata.challenge_methods = words(*document, "code_challenge_methods_supported");
    metadata.client_id_metadata_documents =
        bool_member(*document, "client_id_metadata_document_supported", false);
    metadata.iss_parameter =
        bool_member(*document, "authorization_response_iss_parameter_supported", false);
    if (metadata.issuer.empty()) return fail(ErrorCode::invalid_input, "it names no issuer");
    if (metadata.token_endpoint.empty()) {
        return fail(ErrorCode::invalid_input, "it names no token endpoint");
    }
    return metadata;
}

std::vector<std::string> auth_server_metadata_urls(const HttpUrl& issuer) {
    const std::string site = issuer.site();
    const std::string path(without_last_slash(issuer.path));
    std::vector<std::string> urls{site + "/.well-known/oauth-authorization-server" + path,
                                  site + "/.well-known/openid-configuration" + path};
    if (!path.empty()) urls.push_back(site + path + "/.well-known/openid-configuration");
    return urls;
}

AuthServerMetadata assumed_auth_server(const HttpUrl& server) {
    const std::string site = server.site();
    AuthServerMetadata metadata;
    metadata.issuer = site;
    metadata.authorization_endpoint = site + "/authorize";
    metadata.token_endpoint = site + "/token";
    metadata.registration_endpoint = site + "/register";
    metadata.grant_types_supported = {"authorization_code", "refresh_token"};
    metadata.assumed = true;
    return metadata;
}

}  // namespace mcprisk::crawler

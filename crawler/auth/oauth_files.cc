#include "crawler/auth/oauth_files.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <utility>

#include "crawler/net/http_url.h"
#include "crawler/redact.h"
#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

using nlohmann::json;

constexpr const char* kTokenSchema = "mcprisk-token/1";
constexpr JsonLimits kFile{std::size_t{1} << 20, 8};

Result<ConfiguredClient> read_client(const json& entry, const VariableScope& scope) {
    ConfiguredClient client;
    client.server = string_member(entry, "server");
    client.client.issuer = string_member(entry, "issuer");
    client.client.client_id = string_member(entry, "client_id");
    client.scope = string_member(entry, "scope");
    client.client_credentials = true;
    for (const char* key : {"server", "issuer", "client_id"}) {
        if (string_member(entry, key).empty()) {
            return fail(ErrorCode::invalid_input, fmt::format("it has no \"{}\"", key));
        }
    }
    auto server = parse_http_url(client.server);
    if (!server) return fail(server.error());
    client.server = server->text;
    const std::string secret = string_member(entry, "client_secret");
    const std::string key = string_member(entry, "private_key");
    if (secret.empty() == key.empty()) {
        return fail(ErrorCode::invalid_input,
                    "it must have either \"client_secret\" or \"private_key\"");
    }
    auto value = secret.empty() ? read_secret(key, "private_key", scope)
                                : read_secret(secret, "client_secret", scope);
    if (!value) return fail(value.error());
    (secret.empty() ? client.client.private_key_pem : client.client.client_secret) =
        std::move(*value);
    return client;
}

}  // namespace

std::string write_token(const std::string& server, const OAuthToken& token) {
    json client{{"client_id", token.client.client_id}};
    const auto put = [](json& to, const char* key, const std::string& value) {
        if (!value.empty()) to[key] = value;
    };
    put(client, "client_secret", token.client.client_secret);
    put(client, "auth_method", token.client.auth_method);
    put(client, "redirect_uri", token.client.redirect_uri);
    json out{{"schema", kTokenSchema},
             {"server", server},
             {"issuer", token.issuer},
             {"token_endpoint", token.token_endpoint},
             {"auth_method", token.auth_method},
             {"access_token", token.access_token},
             {"client", std::move(client)}};
    put(out, "resource", token.resource);
    put(out, "refresh_token", token.refresh_token);
    put(out, "scope", token.scope);
    if (token.expires_at) out["expires_at"] = *token.expires_at;
    return out.dump(2) + "\n";
}

Result<OAuthToken> read_token_file(std::string_view text, const std::string& server) {
    const auto document = parse_json(text, kFile);
    if (!document) return fail(document.error());
    if (string_member(*document, "schema") != kTokenSchema) {
        return fail(ErrorCode::invalid_input, fmt::format("it is no {} document", kTokenSchema));
    }
    if (string_member(*document, "server") != server) {
        return fail(ErrorCode::conflict, "it is about another server");
    }
    OAuthToken token;
    token.issuer = string_member(*document, "issuer");
    token.token_endpoint = string_member(*document, "token_endpoint");
    token.auth_method = string_member(*document, "auth_method");
    token.access_token = string_member(*document, "access_token");
    token.resource = string_member(*document, "resource");
    token.refresh_token = string_member(*document, "refresh_token");
    token.scope = string_member(*document, "scope");
    if (const json* at = find_member(*document, "expires_at"); at && at->is_number_integer()) {
        token.expires_at = at->get<std::int64_t>();
    }
    if (const json* client = find_member(*document, "client")) {
        token.client.client_id = string_member(*client, "client_id");
        token.client.client_secret = string_member(*client, "client_secret");
        token.client.auth_method = string_member(*client, "auth_method");
        token.client.redirect_uri = string_member(*client, "redirect_uri");
    }
    token.client.issuer = token.issuer;
    return token;
}

Result<std::vector<ConfiguredClient>> read_client_file(std::string_view text,
                                                       const VariableScope& scope) {
    const auto document = parse_jsonc(text, kFile);
    if (!document) return fail(document.error());
    const json* entries = find_member(*document, "clients");
    if (entries == nullptr || !entries->is_array()) {
        return fail(ErrorCode::invalid_input, "expected an object with a list \"clients\"");
    }
    std::vector<ConfiguredClient> clients;
    for (const json& entry : *entries) {
        auto client = read_client(entry, scope);
        if (!client)
            return fail(client.error().context(fmt::format("clients[{}]", clients.size())));
        clients.push_back(std::move(*client));
    }
    return clients;
}

Result<std::string> read_secret(std::string_view written,
                                std::string_view what,
                                const VariableScope& scope) {
    if (written.size() > 1 && written.front() == '$') {
        const std::string_view name = written.substr(1);
        const auto value = scope.environment ? scope.environment(name) : std::nullopt;
        if (value && !value->empty()) return *value;
        return fail(ErrorCode::not_found,
                    fmt::format("{}: the environment variable {} is not set", what, name));
    }
    if (written.size() > 1 && written.front() == '@') {
        const std::string path(written.substr(1));
        const auto value = scope.read_file ? scope.read_file(path) : std::nullopt;
        if (value && !trim(*value).empty()) return std::string(trim(*value));
        return fail(ErrorCode::io,
                    fmt::format("{}: the file {} cannot be read or is empty", what, path));
    }
    return std::string(written);
}

}  // namespace mcprisk::crawler

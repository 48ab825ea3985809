#include "cli/authorization.h"

#include <fmt/format.h>
#include <filesystem>

#include "cli/private_file.h"
#include "crawler/auth/crypto.h"
#include "crawler/auth/oauth_files.h"
#include "crawler/config/input_file.h"

namespace mcprisk::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestSecretFile = std::size_t{1} << 20;

}  // namespace

TokenFiles token_files(const Environment& environment) {
    const fs::path folder = own_folder(environment, "XDG_STATE_HOME", ".local/state");
    return TokenFiles(folder.empty() ? fs::path() : folder / "tokens");
}

crawler::VariableScope secret_scope(const Environment& environment) {
    crawler::VariableScope scope;
    scope.environment = environment.variable;
    const fs::path directory = environment.directory;
    scope.read_file = [directory](const std::string& path) -> std::optional<std::string> {
        auto text = crawler::read_text_file((directory / path).string(), kLargestSecretFile);
        if (!text) return std::nullopt;
        return std::move(*text);
    };
    return scope;
}

std::vector<crawler::ConfiguredClient> configured_clients(const std::string& file,
                                                          const Environment& environment) {
    const std::string name =
        file.empty() ? environment.variable("MCPRISK_AUTH").value_or("") : file;
    if (name.empty()) return {};
    const auto text =
        crawler::read_text_file((environment.directory / name).string(), kLargestSecretFile);
    auto clients = text ? crawler::read_client_file(*text, secret_scope(environment))
                        : Result<std::vector<crawler::ConfiguredClient>>(fail(text.error()));
    if (!clients) {
        throw CommandFailure(ExitCode::usage,
                             fmt::format("reading the clients for OAuth in {}: {}; docs/auth.md "
                                         "shows such a file",
                                         name,
                                         clients.error().message));
    }
    return std::move(*clients);
}

crawler::OAuthSources oauth_sources(const Environment& environment) {
    constexpr std::size_t kRandomBytes = 32;
    return {[] { return crawler::random_base64url(kRandomBytes); }, environment.now};
}

crawler::AuthorizerWorld unattended_world(const Session& session) {
    crawler::AuthorizerWorld world;
    world.sources = oauth_sources(session.environment());
    const TokenFiles files = token_files(session.environment());
    world.load = [files, &session](const std::string& url) -> std::optional<crawler::OAuthToken> {
        auto token = files.load(url);
        if (token) return std::move(*token);
        session.warn(token.error().message);
        return std::nullopt;
    };
    world.keep = [files, &session](const std::string& url, const crawler::OAuthToken& token) {
        // Only what a login left is renewed there: tokens of configured clients are had again.
        if (token.refresh_token.empty() || !std::filesystem::exists(files.file_for(url))) return;
        if (const auto kept = files.keep(url, token); !kept) session.warn(kept.error().message);
    };
    return world;
}

}  // namespace mcprisk::cli

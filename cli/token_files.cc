#include "cli/token_files.h"

#include <fmt/format.h>
#include <system_error>

#include "cli/private_file.h"
#include "crawler/auth/oauth_files.h"
#include "crawler/net/http_url.h"
#include "model/base/hash.h"
#include "model/base/safe_name.h"

namespace mcprisk::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestFile = std::size_t{256} << 10;

}  // namespace

fs::path TokenFiles::file_for(const std::string& server) const {
    const auto url = crawler::parse_http_url(server);
    const std::string host = url ? url->host : std::string("server");
    return folder_ /
           fmt::format("{}-{}.json", safe_file_name(host), sha256_hex(server).substr(0, 16));
}

Result<std::optional<crawler::OAuthToken>> TokenFiles::load(const std::string& server) const {
    if (folder_.empty()) return std::optional<crawler::OAuthToken>{};
    const fs::path file = file_for(server);
    const auto text = read_private(file, kLargestFile, true);
    if (!text && text.error().code == ErrorCode::conflict) {
        return fail(ErrorCode::conflict,
                    fmt::format("reading {}: others may read it or wrote it, so that it is not used; make it "
                                "yours alone (chmod 600) if nobody did, else log in again",
                                file.string()));
    }
    if (!text) return fail(text.error());
    if (!*text) return std::optional<crawler::OAuthToken>{};
    auto token = crawler::read_token_file(**text, server);
    if (!token) return fail(token.error().context("reading " + file.string()));
    return std::optional(std::move(*token));
}

Result<void> TokenFiles::keep(const std::string& server, const crawler::OAuthToken& token) const {
    if (folder_.empty()) {
        return fail(ErrorCode::io,
                    "keeping the token: there is no folder of your own, since neither HOME nor "
                    "XDG_STATE_HOME is set to a full path");
    }
    return write_private(file_for(server), crawler::write_token(server, token));
}

bool TokenFiles::forget(const std::string& server) const {
    if (folder_.empty()) return false;
    std::error_code error;
    return fs::remove(file_for(server), error);
}

}  // namespace mcprisk::cli

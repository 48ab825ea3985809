// The tokens that logins left: one file a server, readable by its owner alone, never in the
// catalogue.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "crawler/auth/oauth_message.h"
#include "model/base/result.h"

namespace mcprisk::cli {

// `server` is the URL as crawler::parse_http_url writes it.
class TokenFiles {
  public:
    explicit TokenFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}

    [[nodiscard]] std::filesystem::path file_for(const std::string& server) const;

    // Empty if there is none. Fails on a file that others may read, or that makes no sense.
    [[nodiscard]] Result<std::optional<crawler::OAuthToken>> load(const std::string& server) const;

    // The old file or the new one is there at any moment.
    Result<void> keep(const std::string& server, const crawler::OAuthToken& token) const;

    // Whether there was one.
    [[nodiscard]] bool forget(const std::string& server) const;

  private:
    std::filesystem::path folder_;
};

}  // namespace mcprisk::cli

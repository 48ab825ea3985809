#include "cli/token_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "crawler/auth/oauth_files.h"
#include "crawler/net/http_url.h"
#include "model/base/hash.h"
#include "model/base/safe_name.h"

namespace mcprisk::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestFile = std::size_t{256} << 10;

class TokenDescriptor {
  public:
    explicit TokenDescriptor(int fd) : fd_(fd) {}
    ~TokenDescriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    TokenDescriptor(const TokenDescriptor&) = delete;
    TokenDescriptor& operator=(const TokenDescriptor&) = delete;
    [[nodiscard]] int get() const { return fd_; }

  private:
    int fd_;
};

tl::unexpected<Error> token_io_error(const char* what, const fs::path& file) {
    return fail(ErrorCode::io, fmt::format("{} {}: {}", what, file.string(), strerror(errno)));
}

bool write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return fsync(fd) == 0;
}

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
    const TokenDescriptor in(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (in.get() < 0) {
        if (errno == ENOENT || errno == ENOTDIR) return std::optional<crawler::OAuthToken>{};
        return token_io_error("reading", file);
    }
    struct stat info {};
    if (fstat(in.get(), &info) != 0) return token_io_error("reading", file);
    if (!S_ISREG(info.st_mode) || (info.st_mode & 077U) != 0 || info.st_uid != geteuid()) {
        return fail(ErrorCode::conflict,
                    fmt::format("reading {}: others may read it or wrote it, so that it is not used; make it "
                                "yours alone (chmod 600) if nobody did, else log in again",
                                file.string()));
    }
    std::string text;
    std::array<char, 4096> block{};
    for (ssize_t size = 0; (size = ::read(in.get(), block.data(), block.size())) > 0;) {
        text.append(block.data(), static_cast<std::size_t>(size));
        if (text.size() > kLargestFile) {
            return fail(ErrorCode::too_large,
                        fmt::format("reading {}: too large for a token", file.string()));
        }
    }
    auto token = crawler::read_token_file(text, server);
    if (!token) return fail(token.error().context("reading " + file.string()));
    return std::optional(std::move(*token));
}

Result<void> TokenFiles::keep(const std::string& server, const crawler::OAuthToken& token) const {
    if (folder_.empty()) {
        return fail(ErrorCode::io,
                    "keeping the token: there is no folder of your own, since neither HOME nor "
                    "XDG_STATE_HOME is set to a full path");
    }
    const fs::path file = file_for(server);
    std::error_code error;
    fs::create_directories(folder_.parent_path(), error);
    if (mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST) {
        return token_io_error("making the folder", folder_);
    }
    const fs::path part = file.string() + fmt::format(".{}.part", getpid());
    fs::remove(part, error);
    {
        const TokenDescriptor out(
            open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (out.get() < 0) return token_io_error("writing", part);
        if (!write_all(out.get(), crawler::write_token(server, token))) {
            const auto failure = token_io_error("writing", part);
            fs::remove(part, error);
            return failure;
        }
    }
    if (std::rename(part.c_str(), file.c_str()) != 0) {
        const auto failure = token_io_error("writing", file);
        fs::remove(part, error);
        return failure;
    }
    return {};
}

bool TokenFiles::forget(const std::string& server) const {
    if (folder_.empty()) return false;
    std::error_code error;
    return fs::remove(file_for(server), error);
}

}  // namespace mcprisk::cli

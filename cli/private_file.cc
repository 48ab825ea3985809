#include "cli/private_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

namespace mcprisk::cli {
namespace {

namespace fs = std::filesystem;

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int get() const { return fd_; }

  private:
    int fd_;
};

tl::unexpected<Error> io_error(std::string_view what, const fs::path& file, int error) {
    return fail(
        ErrorCode::io,
        fmt::format("{} {}: {}", what, file.string(), std::generic_category().message(error)));
}

tl::unexpected<Error> not_ours(const fs::path& file, std::string_view why) {
    return fail(ErrorCode::conflict,
                fmt::format("reading {}: {}, so that it is not used; look at it and remove it",
                            file.string(),
                            why));
}

}  // namespace

fs::path own_folder(const Environment& environment, const char* variable, const char* below_home) {
    const fs::path set = environment.variable(variable).value_or("");
    if (set.is_absolute()) return set / "mcprisk";
    const fs::path home = environment.variable("HOME").value_or("");
    if (!home.is_absolute()) return {};
    return home / below_home / "mcprisk";
}

Result<std::optional<std::string>> read_private(const fs::path& file,
                                                std::size_t limit,
                                                bool secret) {
    // Without waiting for whoever writes to a pipe of that name.
    const Descriptor in(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (in.get() < 0) {
        if (errno == ENOENT || errno == ENOTDIR) return std::optional<std::string>{};
        if (errno == ELOOP) return not_ours(file, "it is a link");
        return io_error("reading", file, errno);
    }
    struct stat info {};
    if (fstat(in.get(), &info) != 0) return io_error("reading", file, errno);
    if (!S_ISREG(info.st_mode)) return not_ours(file, "it is no regular file");
    if (info.st_uid != geteuid()) return not_ours(file, "it belongs to somebody else");
    if ((info.st_mode & 022U) != 0) return not_ours(file, "others may write it");
    if (secret && (info.st_mode & 077U) != 0) return not_ours(file, "others may read it");
    std::string text;
    std::array<char, 4096> block{};
    ssize_t size = 0;
    while ((size = ::read(in.get(), block.data(), block.size())) > 0) {
        text.append(block.data(), static_cast<std::size_t>(size));
        if (text.size() > limit) {
            return fail(ErrorCode::too_large,
                        fmt::format("reading {}: it is larger than {} bytes; remove it",
                                    file.string(),
                                    limit));
        }
    }
    if (size < 0) return io_error("reading", file, errno);
    return std::optional(std::move(text));
}

Result<void> write_private(const fs::path& file, std::string_view text) {
    const fs::path folder = file.parent_path();
    std::error_code error;
    fs::create_directories(folder.parent_path(), error);
    if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
        return io_error("making the folder", folder, errno);
    }
    const fs::path part = file.string() + fmt::format(".{}.part", getpid());
    fs::remove(part, error);
    const Descriptor out(
        open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (out.get() < 0) return io_error("writing", part, errno);
    while (!text.empty()) {
        const ssize_t written = ::write(out.get(), text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) {
            const int why = errno;
            fs::remove(part, error);
            return io_error("writing", part, why);
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    if (fsync(out.get()) != 0 || std::rename(part.c_str(), file.c_str()) != 0) {
        const int why = errno;
        fs::remove(part, error);
        return io_error("writing", file, why);
    }
    return {};
}

}  // namespace mcprisk::cli

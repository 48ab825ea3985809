#include "crawler/process/temporary_directory.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace mcprisk::crawler {

Result<TemporaryDirectory> TemporaryDirectory::make(const std::string& parent) {
    std::error_code error;
    const std::filesystem::path base = parent.empty() ? std::filesystem::temp_directory_path(error)
                                                      : std::filesystem::path(parent);
    if (error) {
        return fail(ErrorCode::io,
                    fmt::format("finding a directory for temporary files: {}; check TMPDIR",
                                error.message()));
    }
    // The maker's number tells whether it is still there.
    std::string path = (base / fmt::format("mcprisk-{}-XXXXXX", getpid())).string();
    if (mkdtemp(path.data()) == nullptr) {
        return fail(ErrorCode::io,
                    fmt::format("making a temporary directory in {}: {}",
                                base.string(),
                                std::generic_category().message(errno)));
    }
    return TemporaryDirectory(std::move(path));
}

TemporaryDirectory::TemporaryDirectory(TemporaryDirectory&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

TemporaryDirectory& TemporaryDirectory::operator=(TemporaryDirectory&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
}

TemporaryDirectory::~TemporaryDirectory() {
    if (path_.empty()) return;
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::size_t TemporaryDirectory::remove_leftovers(const std::string& parent) {
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::path base = parent.empty() ? fs::temp_directory_path(error) : fs::path(parent);
    if (error) return 0;
    std::vector<fs::path> left;
    for (const auto& entry : fs::directory_iterator(base, error)) {
        const std::string name = entry.path().filename().string();
        constexpr std::string_view kStart = "mcprisk-";
        constexpr std::size_t kEnding = 7;  // "-XXXXXX"
        if (!name.starts_with(kStart) || name.size() <= kStart.size() + kEnding) continue;
        const char* begin = name.data() + kStart.size();
        const char* end = name.data() + name.size() - kEnding;
        pid_t maker = 0;
        const auto [stop, wrong] = std::from_chars(begin, end, maker);
        if (wrong != std::errc{} || stop != end || *end != '-' || maker <= 0) continue;
        struct stat status {};
        if (lstat(entry.path().c_str(), &status) != 0 || !S_ISDIR(status.st_mode) ||
            status.st_uid != geteuid()) {
            continue;
        }
        if (kill(maker, 0) != 0 && errno == ESRCH) left.push_back(entry.path());
    }
    for (const fs::path& path : left) fs::remove_all(path, error);
    return left.size();
}

std::string TemporaryDirectory::release() { return std::exchange(path_, {}); }

}  // namespace mcprisk::crawler

#include "crawler/temporary_directory.h"

#include <fmt/format.h>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

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
    std::string path = (base / "mcprisk-XXXXXX").string();
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

std::string TemporaryDirectory::release() { return std::exchange(path_, {}); }

}  // namespace mcprisk::crawler

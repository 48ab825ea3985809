#include "site/folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <utility>

#include "model/base/text.h"

namespace mcprisk::site {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMarkerLine = "mcprisk-site 1";
constexpr const char* kState = ".mcprisk-site";
constexpr const char* kPart = ".mcprisk-site.part";

[[noreturn]] void refuse(const std::string& path, int error) {
    throw std::runtime_error(fmt::format("writing {}: {}", path, std::strerror(error)));
}

std::string line_of(std::string_view name, const Unit& unit) {
    std::string line = fmt::format("U\t{}\t{}", name, unit.fingerprint);
    for (const std::string& file : unit.files) line += "\t" + file;
    return line + "\n";
}

// A path that one of our runs can have written: what stands in a state file is not believed.
bool is_ours(std::string_view path) {
    if (path.empty() || path.front() == '/' || path.front() == '.') return false;
    for (const std::string_view part : split(path, '/')) {
        if (part.empty() || part == "." || part == "..") return false;
    }
    return true;
}

// Whole lines only: the last one of a killed run may be cut.
void read_units(const fs::path& file,
                std::map<std::string, Unit, std::less<>>& units,
                std::string* state) {
    std::ifstream in(file, std::ios::binary);
    std::string line;
    if (!std::getline(in, line) || line != kMarkerLine) return;
    while (std::getline(in, line)) {
        if (in.eof()) return;
        const auto fields = split(line, '\t');
        if (fields.size() == 2 && fields[0] == "G" && state != nullptr) *state = fields[1];
        if (fields.size() < 3 || fields[0] != "U") continue;
        Unit unit{std::string(fields[2]), {}};
        for (std::size_t i = 3; i < fields.size(); ++i) {
            if (is_ours(fields[i])) unit.files.emplace_back(fields[i]);
        }
        units[std::string(fields[1])] = std::move(unit);
    }
}

// Is the file exactly this?
bool holds(const std::string& path, std::string_view bytes) {
    const int in = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (in < 0) return false;
    struct stat about {};
    bool same = ::fstat(in, &about) == 0 && S_ISREG(about.st_mode) &&
                static_cast<std::size_t>(about.st_size) == bytes.size();
    char buffer[16384];
    while (same && !bytes.empty()) {
        const ssize_t n = ::read(in, buffer, std::min(sizeof buffer, bytes.size()));
        same = n > 0 && std::memcmp(buffer, bytes.data(), static_cast<std::size_t>(n)) == 0;
        if (same) bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    ::close(in);
    return same;
}

void write_all(int out, std::string_view bytes, const std::string& path) {
    while (!bytes.empty()) {
        const ssize_t n = ::write(out, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) refuse(path, errno);
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
}

}  // namespace

bool is_up_to_date(const fs::path& directory, std::string_view state) {
    std::error_code error;
    if (fs::exists(directory / kPart, error)) return false;
    std::ifstream in(directory / kState, std::ios::binary);
    std::string line;
    if (!std::getline(in, line) || line != kMarkerLine || !std::getline(in, line)) return false;
    return line == "G\t" + std::string(state);
}

Folder::Folder(Folder&& other) noexcept
    : directory_(std::move(other.directory_)),
      state_(std::move(other.state_)),
      up_to_date_(other.up_to_date_),
      before_(std::move(other.before_)),
      part_(std::exchange(other.part_, -1)) {}

Folder::~Folder() {
    if (part_ >= 0) ::close(part_);
}

Result<Folder> Folder::open(const fs::path& directory, std::string_view state) {
    std::error_code error;
    fs::create_directories(directory, error);
    if (error) {
        return fail(ErrorCode::io,
                    fmt::format("making {}: {}", directory.string(), error.message()));
    }
    const bool ours = fs::exists(directory / kState, error) || fs::exists(directory / kPart, error);
    if (!ours && fs::directory_iterator(directory, error) != fs::directory_iterator()) {
        return fail(
            ErrorCode::conflict,
            fmt::format("{} holds files and was not written by mcprisk: give a new or empty "
                        "folder",
                        directory.string()));
    }
    Folder folder;
    folder.directory_ = directory;
    folder.state_ = state;
    std::string before;
    read_units(directory / kState, folder.before_, &before);
    read_units(directory / kPart, folder.before_, nullptr);
    folder.up_to_date_ = before == state && !fs::exists(directory / kPart, error);
    if (folder.up_to_date_) return folder;
    const std::string part = (directory / kPart).string();
    folder.part_ = ::open(part.c_str(), O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (folder.part_ < 0) {
        return fail(ErrorCode::io, fmt::format("making {}: {}", part, std::strerror(errno)));
    }
    if (::flock(folder.part_, LOCK_EX | LOCK_NB) != 0) {
        return fail(ErrorCode::conflict,
                    fmt::format("another run is writing {}: wait for it", directory.string()));
    }
    if (::lseek(folder.part_, 0, SEEK_END) == 0) {
        write_all(folder.part_, std::string(kMarkerLine) + "\n", part);
    } else {
        write_all(folder.part_, "\n", part);  // ends a line that was cut
    }
    return folder;
}

const Unit* Folder::before(std::string_view name) const {
    const auto found = before_.find(name);
    return found == before_.end() ? nullptr : &found->second;
}

void Folder::make_folders(const std::string& path) {
    for (std::size_t at = path.find('/'); at != std::string::npos; at = path.find('/', at + 1)) {
        std::string folder = path.substr(0, at);
        {
            const std::lock_guard lock(mutex_);
            if (folders_.contains(folder)) continue;
        }
        const std::string full = (directory_ / folder).string();
        if (::mkdir(full.c_str(), 0755) != 0 && errno != EEXIST) refuse(full, errno);
        const std::lock_guard lock(mutex_);
        folders_.insert(std::move(folder));
    }
}

void Folder::put(const SiteFile& file) {
    const std::string full = (directory_ / file.path).string();
    if (holds(full, file.bytes)) {
        const std::lock_guard lock(mutex_);
        ++same_;
        bytes_ += file.bytes.size();
        return;
    }
    make_folders(file.path);
    const std::string fresh = full + ".new~";
    int out = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (out < 0 && errno == EEXIST) {  // of a run that was killed
        ::unlink(fresh.c_str());
        out = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    }
    if (out < 0) refuse(fresh, errno);
    try {
        write_all(out, file.bytes, fresh);
    } catch (...) {
        ::close(out);
        ::unlink(fresh.c_str());
        throw;
    }
    if (::close(out) != 0 || ::rename(fresh.c_str(), full.c_str()) != 0) refuse(full, errno);
    const std::lock_guard lock(mutex_);
    ++written_;
    bytes_ += file.bytes.size();
    changed_.push_back(file.path);
}

void Folder::done(std::string_view name,
                  std::string_view fingerprint,
                  std::vector<std::string> files) {
    Unit unit{std::string(fingerprint), std::move(files)};
    const std::string line = line_of(name, unit);
    const std::lock_guard lock(mutex_);
    write_all(part_, line, kPart);
    now_[std::string(name)] = std::move(unit);
}

std::vector<std::string> Folder::left_over() const {
    std::set<std::string> ours;
    for (const auto& [name, unit] : now_) ours.insert(unit.files.begin(), unit.files.end());
    std::set<std::string> gone;
    for (const auto& [name, unit] : before_) {
        for (const std::string& file : unit.files) {
            if (!ours.contains(file)) gone.insert(file);
        }
    }
    return {gone.begin(), gone.end()};
}

void Folder::remove(const std::string& path) {
    const std::string full = (directory_ / path).string();
    if (::unlink(full.c_str()) != 0 && errno != ENOENT) refuse(full, errno);
    const std::lock_guard lock(mutex_);
    changed_.push_back(path);
}

void Folder::finish() {
    std::string text = std::string(kMarkerLine) + "\nG\t" + state_ + "\n";
    for (const auto& [name, unit] : now_) text += line_of(name, unit);
    const std::string full = (directory_ / kState).string();
    const std::string fresh = full + ".new~";
    ::unlink(fresh.c_str());
    const int out =
        ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (out < 0) refuse(fresh, errno);
    write_all(out, text, fresh);
    if (::close(out) != 0 || ::rename(fresh.c_str(), full.c_str()) != 0) refuse(full, errno);
    ::unlink((directory_ / kPart).c_str());
}

std::vector<std::string> Folder::changed() const {
    std::vector<std::string> out = changed_;
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

}  // namespace mcprisk::site

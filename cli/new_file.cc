#include "cli/new_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <cstdint>
#include <streambuf>
#include <system_error>
#include <utility>

#include "cli/exit_code.h"

namespace mcprisk::cli {
namespace {

namespace fs = std::filesystem;

std::string random_name() {
    std::uint64_t number = 0;
    if (::getrandom(&number, sizeof number, 0) != static_cast<ssize_t>(sizeof number)) {
        number = static_cast<std::uint64_t>(::getpid());
    }
    return fmt::format("{:016x}", number);
}

}  // namespace

// A stream on a descriptor that remembers why it failed: the streams of the library do not tell.
class NewFile::Buffer final : public std::streambuf {
  public:
    explicit Buffer(int fd) : fd_(fd) { setp(block_.data(), block_.data() + block_.size()); }
    ~Buffer() override { close(); }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;

    [[nodiscard]] int error() const { return error_; }
    void close() {
        sync();
        if (fd_ >= 0 && ::close(std::exchange(fd_, -1)) != 0 && error_ == 0) error_ = errno;
    }

  protected:
    int overflow(int c) override {
        if (sync() != 0) return traits_type::eof();
        if (c != traits_type::eof()) sputc(traits_type::to_char_type(c));
        return traits_type::not_eof(c);
    }

    int sync() override {
        const char* at = pbase();
        while (at < pptr() && error_ == 0) {
            const ssize_t written = ::write(fd_, at, static_cast<std::size_t>(pptr() - at));
            if (written < 0 && errno == EINTR) continue;
            if (written <= 0) {
                error_ = written < 0 ? errno : EIO;
            } else {
                at += written;
            }
        }
        setp(block_.data(), block_.data() + block_.size());
        return error_ == 0 ? 0 : -1;
    }

  private:
    std::array<char, std::size_t{1} << 16> block_{};
    int fd_;
    int error_ = 0;
};

NewFile::NewFile(fs::path target) : target_(std::move(target)) {
    std::error_code error;
    struct stat known {};
    const bool exists = ::stat(target_.c_str(), &known) == 0;
    int fd = -1;
    if (exists && !S_ISREG(known.st_mode) && !S_ISDIR(known.st_mode)) {
        fd = ::open(target_.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
    } else if (exists && S_ISDIR(known.st_mode)) {
        refuse(EISDIR);
    } else {
        part_ = target_;
        part_.replace_filename(
            fmt::format(".{}.{}.part", target_.filename().string().substr(0, 100), random_name()));
        constexpr mode_t kNew = S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH;
        fd = ::open(part_.c_str(),
                    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                    exists ? 0600 : kNew);
        if (fd < 0) part_.clear();
        // A settings file that is private stays so.
        if (fd >= 0 && exists && ::fchmod(fd, known.st_mode & 07777U) != 0) {
            const int why = errno;
            ::close(fd);
            fs::remove(part_, error);
            refuse(why);
        }
    }
    if (fd < 0) refuse(errno);
    buffer_ = std::make_unique<Buffer>(fd);
    out_ = std::make_unique<std::ostream>(buffer_.get());
}

NewFile::~NewFile() {
    std::error_code ignored;
    if (!part_.empty()) fs::remove(part_, ignored);
}

std::ostream& NewFile::out() { return *out_; }

void NewFile::refuse(int error) const {
    throw CommandFailure(
        ExitCode::failed,
        fmt::format("writing {}: {}", target_.string(), std::generic_category().message(error)));
}

void NewFile::put() {
    buffer_->close();
    if (buffer_->error() != 0) refuse(buffer_->error());
    if (part_.empty()) return;
    std::error_code error;
    fs::rename(part_, target_, error);
    if (error) refuse(error.value());
    part_.clear();
}

}  // namespace mcprisk::cli

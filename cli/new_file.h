// Writing a file so that a reader sees the old one or the new one, and nobody's else.
#pragma once

#include <filesystem>
#include <memory>
#include <ostream>
#include <string_view>

namespace mcprisk::cli {

// What is written goes into a file of its own beside the target, made anew under a name that cannot
// be guessed (O_EXCL, O_NOFOLLOW), with the rights of the file that it takes the place of. A target
// that is a device or a pipe is written to as it is. Without put() nothing is left behind.
//
// The constructor and put() throw CommandFailure{failed} that says what the system says.
class NewFile {
  public:
    explicit NewFile(std::filesystem::path target);
    ~NewFile();
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    // Fails like any stream; put() then says why.
    [[nodiscard]] std::ostream& out();
    void put();

  private:
    class Buffer;
    [[noreturn]] void refuse(int error) const;

    std::filesystem::path target_;
    std::filesystem::path part_;  // empty for a device
    std::unique_ptr<Buffer> buffer_;
    std::unique_ptr<std::ostream> out_;
};

}  // namespace mcprisk::cli

// A directory that goes when its owner goes.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "model/base/result.h"

namespace mcprisk::crawler {

class TemporaryDirectory {
  public:
    // An empty directory, mode 0700, below `parent`; empty: below $TMPDIR or /tmp.
    static Result<TemporaryDirectory> make(const std::string& parent = {});

    TemporaryDirectory() = default;  // none
    TemporaryDirectory(TemporaryDirectory&& other) noexcept;
    TemporaryDirectory& operator=(TemporaryDirectory&& other) noexcept;
    ~TemporaryDirectory();  // removes it with all that is in it; never follows links out of it

    [[nodiscard]] const std::string& path() const { return path_; }
    // Removes what programs that were killed have left below `parent` (empty as above): directories
    // of ours whose maker is no more. Returns how many.
    static std::size_t remove_leftovers(const std::string& parent = {});

    // Gives the directory up: it stays.
    std::string release();

  private:
    explicit TemporaryDirectory(std::string path) : path_(std::move(path)) {}
    std::string path_;
};

}  // namespace mcprisk::crawler

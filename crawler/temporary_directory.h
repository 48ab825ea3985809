// A directory that goes when its owner goes.
#pragma once

#include <string>
#include <utility>

#include "model/result.h"

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
    // Gives the directory up: it stays.
    std::string release();

  private:
    explicit TemporaryDirectory(std::string path) : path_(std::move(path)) {}
    std::string path_;
};

}  // namespace mcprisk::crawler

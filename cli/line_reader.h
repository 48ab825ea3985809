// Lines of a stream, one at a time, with a cap on each.
#pragma once

#include <cstddef>
#include <istream>
#include <string>

namespace mcprisk::cli {

class LineReader {
  public:
    LineReader(std::istream& in, std::size_t longest) : in_(in), longest_(longest) {}

    // False at the end. A line over the cap comes back empty with `too_long` set; the rest of it is
    // skipped.
    bool next(std::string& line);
    [[nodiscard]] bool too_long() const { return too_long_; }
    [[nodiscard]] std::size_t number() const { return number_; }  // of the last line, from 1

  private:
    std::istream& in_;
    std::size_t longest_;
    std::size_t number_ = 0;
    bool too_long_ = false;
};

}  // namespace mcprisk::cli

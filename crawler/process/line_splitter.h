// Bytes of a pipe in, lines out.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace mcprisk::crawler {

// However the bytes are cut into chunks, the lines are the same. Lines end in LF or CRLF and come
// without it; a byte-order mark at the very beginning and NUL bytes, which no JSON text holds, are
// dropped. A line longer than `longest` bytes is dropped as a whole and counted; the next one is
// read as usual.
class LineSplitter {
  public:
    explicit LineSplitter(std::size_t longest) : longest_(longest) {}

    // The view given to `line` is valid during that call. `line` may return false to stop: the rest
    // of the chunk is then lost.
    void feed(std::string_view chunk, const std::function<bool(std::string_view)>& line);

    // The last line, if it had no end.
    void finish(const std::function<bool(std::string_view)>& line);

    // Lines dropped so far for being too long.
    [[nodiscard]] std::size_t dropped() const { return dropped_; }

  private:
    void keep(std::string_view piece);
    bool emit(const std::function<bool(std::string_view)>& line);

    std::size_t longest_;
    std::string partial_;
    bool too_long_ = false;
    bool first_ = true;
    std::size_t dropped_ = 0;
};

}  // namespace mcprisk::crawler

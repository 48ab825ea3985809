#include "cli/line_reader.h"

namespace mcprisk::cli {

bool LineReader::next(std::string& line) {
    line.clear();
    too_long_ = false;
    std::streambuf& buffer = *in_.rdbuf();
    constexpr auto kEnd = std::streambuf::traits_type::eof();
    bool any = false;
    for (auto c = buffer.sbumpc(); c != kEnd; c = buffer.sbumpc()) {
        any = true;
        if (c == '\n') break;
        if (line.size() >= longest_) {
            too_long_ = true;
            continue;
        }
        line += static_cast<char>(c);
    }
    if (!any) return false;
    ++number_;
    if (too_long_) line.clear();
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return true;
}

}  // namespace mcprisk::cli

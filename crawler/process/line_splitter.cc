#include "crawler/process/line_splitter.h"

#include <utility>

namespace mcprisk::crawler {

void LineSplitter::keep(std::string_view piece) {
    if (too_long_) return;
    // One byte more for the CR that may follow the text.
    if (partial_.size() + piece.size() > longest_ + 1) {
        too_long_ = true;
        std::string().swap(partial_);
        return;
    }
    partial_.append(piece);
}

bool LineSplitter::emit(const std::function<bool(std::string_view)>& line) {
    std::string text;
    text.swap(partial_);
    const bool was_first = std::exchange(first_, false);
    if (!text.empty() && text.back() == '\r') text.pop_back();
    if (std::exchange(too_long_, false) || text.size() > longest_) {
        ++dropped_;
        return true;
    }
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (was_first && text.starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
    if (text.find('\0') != std::string::npos) std::erase(text, '\0');
    return line(text);
}

void LineSplitter::feed(std::string_view chunk, const std::function<bool(std::string_view)>& line) {
    while (!chunk.empty()) {
        const auto end = chunk.find('\n');
        keep(chunk.substr(0, end));
        if (end == std::string_view::npos) return;
        chunk.remove_prefix(end + 1);
        if (!emit(line)) return;
    }
}

void LineSplitter::finish(const std::function<bool(std::string_view)>& line) {
    if (!partial_.empty() || too_long_) emit(line);
}

}  // namespace mcprisk::crawler

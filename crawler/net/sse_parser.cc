#include "crawler/net/sse_parser.h"

#include <charconv>
#include <utility>

namespace mcprisk::crawler {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kLongestId = 4096;

}  // namespace

bool SseParser::feed(std::string_view bytes, const Each& each) {
    while (!bytes.empty() && !too_large_) {
        if (after_cr_) {
            after_cr_ = false;
            if (bytes.front() == '\n') {
                bytes.remove_prefix(1);
                continue;
            }
        }
        const std::size_t end = bytes.find_first_of("\r\n");
        const std::string_view part = bytes.substr(0, end);
        if (line_.size() + part.size() > event_bytes_) {
            too_large_ = true;
            break;
        }
        line_.append(part);
        if (end == std::string_view::npos) break;
        after_cr_ = bytes[end] == '\r';
        bytes.remove_prefix(end + 1);
        if (!end_line(each)) too_large_ = true;
    }
    return !too_large_;
}

bool SseParser::end_line(const Each& each) {
    const std::string whole = std::exchange(line_, {});
    std::string_view line = whole;
    if (std::exchange(first_line_, false) && line.starts_with(kByteOrderMark)) {
        line.remove_prefix(kByteOrderMark.size());
    }
    if (line.empty()) {
        dispatch(each);
        return true;
    }
    const std::size_t colon = line.find(':');
    if (colon == 0) return true;  // a comment, mostly to keep the connection alive
    std::string_view value;
    if (colon != std::string_view::npos) {
        value = line.substr(colon + 1);
        if (value.starts_with(' ')) value.remove_prefix(1);
    }
    read_field(line.substr(0, colon), value);
    return data_.size() <= event_bytes_;
}

void SseParser::read_field(std::string_view name, std::string_view value) {
    if (name == "data") {
        if (has_data_) data_ += '\n';
        data_ += value;
        has_data_ = true;
    } else if (name == "event") {
        type_ = value;
    } else if (name == "id") {
        if (value.find('\0') == std::string_view::npos && value.size() <= kLongestId) id_ = value;
    } else if (name == "retry") {
        std::uint32_t milliseconds = 0;
        const auto [end, error] =
            std::from_chars(value.data(), value.data() + value.size(), milliseconds);
        if (error == std::errc{} && end == value.data() + value.size()) {
            retry_ = std::chrono::milliseconds{milliseconds};
        }
    }
}

void SseParser::dispatch(const Each& each) {
    last_event_id_ = id_;
    has_data_ = false;
    SseEvent event{std::exchange(type_, {}), std::exchange(data_, {})};
    if (event.data.empty()) return;
    if (event.type.empty()) event.type = "message";
    each(std::move(event));
}

}  // namespace mcprisk::crawler

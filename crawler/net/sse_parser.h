// Server-sent events as they arrive, in pieces of any size.
// Source: WHATWG HTML, section "Server-sent events", parsing an event stream.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mcprisk::crawler {

struct SseEvent {
    std::string type;  // "message" if the stream named none
    std::string data;  // never empty, lines joined by \n; untrusted
};

// Pure. Lines end in LF, CRLF or CR, a leading byte-order mark is dropped, comments and unknown
// fields are ignored. An event without data is no event, but its id and retry are remembered. What
// follows the last blank line is never an event: a stream that was cut gives nothing half.
class SseParser {
  public:
    using Each = std::function<void(SseEvent)>;

    // `event_bytes` bounds the data of one event and the length of one line.
    explicit SseParser(std::size_t event_bytes) : event_bytes_(event_bytes) {}

    // False once an event was larger than the bound; nothing more is read then.
    bool feed(std::string_view bytes, const Each& each);

    // Of the last blank line reached; empty if the stream gave none.
    [[nodiscard]] const std::string& last_event_id() const { return last_event_id_; }
    // How long to wait before connecting again.
    [[nodiscard]] std::optional<std::chrono::milliseconds> retry() const { return retry_; }

  private:
    bool end_line(const Each& each);
    void read_field(std::string_view name, std::string_view value);
    void dispatch(const Each& each);

    std::size_t event_bytes_;
    std::string line_;
    std::string data_;
    std::string type_;
    std::string id_;
    std::string last_event_id_;
    std::optional<std::chrono::milliseconds> retry_;
    bool has_data_ = false;
    bool first_line_ = true;
    bool after_cr_ = false;
    bool too_large_ = false;
};

}  // namespace mcprisk::crawler

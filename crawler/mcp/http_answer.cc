#include "crawler/mcp/http_answer.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <utility>

#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

constexpr std::size_t kErrorPageBytes = std::size_t{256} << 10;  // kept of an answer that is no 2xx

std::string media_type(std::string_view content_type) {
    return lower_ascii(trim(content_type.substr(0, content_type.find(';'))));
}

bool is_json_type(std::string_view type) {
    return type == "application/json" || type.ends_with("+json");
}

bool starts_like_html(std::string_view text) {
    const std::string start = lower_ascii(trim(text).substr(0, 16));
    return start.starts_with("<!doctype html") || start.starts_with("<html");
}

}  // namespace

HttpAnswer::HttpAnswer(const Limits& limits) : limits_(limits), events_(limits.message_bytes) {}

void HttpAnswer::head(const HttpHead& head) {
    head_ = head;
    media_type_ = media_type(head.header("Content-Type"));
    event_stream_ = ok() && media_type_ == "text/event-stream";
}

std::vector<Message> HttpAnswer::feed(std::string_view bytes) {
    std::vector<Message> messages;
    if (too_large_) return messages;
    if (!event_stream_) {
        const std::size_t most =
            ok() ? limits_.message_bytes : std::min(kErrorPageBytes, limits_.message_bytes);
        if (body_.size() + bytes.size() <= most) {
            body_ += bytes;
        } else if (ok()) {
            too_large_ = true;
        } else {
            body_ += bytes.substr(0, most - body_.size());
        }
        return messages;
    }
    const bool fits = events_.feed(bytes, [&](const SseEvent& event) {
        if (event.type == "endpoint") {
            if (!endpoint_) endpoint_ = event.data;
        } else if (event.type == "message") {
            for (Message& message : read(event.data)) messages.push_back(std::move(message));
        }
    });
    too_large_ = !fits;
    return messages;
}

std::vector<Message> HttpAnswer::end() {
    if (event_stream_ || too_large_ || is_html()) return {};
    const std::string body = std::exchange(body_, {});
    const std::string_view text = trim(body);
    if (!is_json_type(media_type_) && !text.starts_with('{') && !text.starts_with('[')) return {};
    auto messages = read(text);
    const bool any = std::any_of(messages.begin(), messages.end(), [](const Message& message) {
        return message.kind != Message::Kind::other;
    });
    wrong_content_type_ = any && !is_json_type(media_type_);
    return messages;
}

std::vector<Message> HttpAnswer::read(std::string_view text) {
    if (text.empty()) return {};
    JsonRepairs repairs;
    auto value = parse_json(text, {limits_.message_bytes, limits_.json_depth}, &repairs);
    if (!value) {
        problem_ = value.error().message;
        return {};
    }
    repaired_ = repaired_ || repairs.any();
    auto messages = read_messages(std::move(*value));
    foreign_json_ = std::all_of(messages.begin(), messages.end(), [](const Message& message) {
        return message.kind == Message::Kind::other;
    });
    spoke_ = spoke_ || (!messages.empty() && !foreign_json_);
    return messages;
}

bool HttpAnswer::is_html() const {
    return media_type_ == "text/html" || media_type_ == "application/xhtml+xml" ||
           (!event_stream_ && starts_like_html(body_));
}

std::string HttpAnswer::describe() const {
    if (status() == 0) return "it does not answer";
    if (!ok()) return fmt::format("it answers {}", describe_status(status()));
    if (too_large_) {
        return fmt::format("it sends a message larger than {} KiB", limits_.message_bytes >> 10);
    }
    if (is_html()) return "it answers with HTML, not MCP";
    if (!problem_.empty()) return "its answer cannot be read: " + problem_;
    if (foreign_json_) return "it answers with JSON that is not JSON-RPC";
    if (event_stream_) return "its event stream ended without an answer";
    if (spoke_) {
        return "it answers with JSON-RPC that is no answer to what was asked";
    }
    if (is_json_type(media_type_) || media_type_.empty() || status() == 202 || status() == 204) {
        return fmt::format("it answers {} without content", describe_status(status()));
    }
    return fmt::format("it answers with {}, not MCP", truncate_utf8(media_type_, 100));
}

std::string describe_status(int status) {
    struct Name {
        int status;
        std::string_view name;
    };
    // RFC 9110, section 15, and RFC 6585.
    constexpr std::array<Name, 25> kNames{{{200, "OK"},
                                           {202, "Accepted"},
                                           {204, "No Content"},
                                           {301, "Moved Permanently"},
                                           {302, "Found"},
                                           {304, "Not Modified"},
                                           {400, "Bad Request"},
                                           {401, "Unauthorized"},
                                           {402, "Payment Required"},
                                           {403, "Forbidden"},
                                           {404, "Not Found"},
                                           {405, "Method Not Allowed"},
                                           {406, "Not Acceptable"},
                                           {408, "Request Timeout"},
                                           {409, "Conflict"},
                                           {410, "Gone"},
                                           {413, "Content Too Large"},
                                           {415, "Unsupported Media Type"},
                                           {422, "Unprocessable Content"},
                                           {429, "Too Many Requests"},
                                           {500, "Internal Server Error"},
                                           {501, "Not Implemented"},
                                           {502, "Bad Gateway"},
                                           {503, "Service Unavailable"},
                                           {504, "Gateway Timeout"}}};
    const auto* found = std::find_if(
        kNames.begin(), kNames.end(), [&](const Name& name) { return name.status == status; });
    return found == kNames.end() ? fmt::format("HTTP {}", status)
                                 : fmt::format("HTTP {} ({})", status, found->name);
}

}  // namespace mcprisk::crawler

// One HTTP answer read as MCP: a JSON body or an event stream with JSON-RPC messages in it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/mcp/jsonrpc.h"
#include "crawler/mcp/limits.h"
#include "crawler/net/http_message.h"
#include "crawler/net/sse_parser.h"

namespace mcprisk::crawler {

// Pure. Fed with head, body and end of one answer, in this order.
class HttpAnswer {
  public:
    explicit HttpAnswer(const Limits& limits);

    void head(const HttpHead& head);
    // What can be read already: the messages of an event stream. A JSON body comes with end().
    std::vector<Message> feed(std::string_view bytes);
    std::vector<Message> end();

    [[nodiscard]] int status() const { return head_.status; }  // 0 before the head
    [[nodiscard]] bool ok() const { return status() >= 200 && status() < 300; }
    [[nodiscard]] const HttpHead& head() const { return head_; }
    [[nodiscard]] bool is_event_stream() const { return event_stream_; }
    [[nodiscard]] bool is_html() const;
    [[nodiscard]] bool too_large() const { return too_large_; }
    [[nodiscard]] bool wrong_content_type() const { return wrong_content_type_; }
    [[nodiscard]] bool repaired() const {
        return repaired_;
    }  // invalid UTF-8 and the like (json.h)
    // Data of the `endpoint` event of HTTP+SSE; untrusted.
    [[nodiscard]] const std::optional<std::string>& endpoint() const { return endpoint_; }
    [[nodiscard]] const std::string& last_event_id() const { return events_.last_event_id(); }
    [[nodiscard]] std::optional<std::chrono::milliseconds> retry() const { return events_.retry(); }

    // Why no message came out of it: "it answers with HTML, not MCP". Untrusted text may be in it.
    [[nodiscard]] std::string describe() const;

  private:
    std::vector<Message> read(std::string_view text);

    const Limits& limits_;
    SseParser events_;
    HttpHead head_;
    std::string media_type_;
    bool spoke_ = false;  // JSON-RPC came, if not what was asked for
    std::string body_;
    std::string problem_;
    std::optional<std::string> endpoint_;
    bool event_stream_ = false;
    bool too_large_ = false;
    bool wrong_content_type_ = false;
    bool repaired_ = false;
    bool foreign_json_ = false;  // JSON, but no JSON-RPC
};

// "HTTP 404 (Not Found)".
std::string describe_status(int status);

}  // namespace mcprisk::crawler

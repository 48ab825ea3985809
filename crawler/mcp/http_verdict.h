// Judging what an HTTP server answered: whether it asks for the older transport, and what a final
// failure is called. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "crawler/mcp/conversation.h"
#include "crawler/mcp/http_answer.h"
#include "crawler/mcp/jsonrpc.h"
#include "crawler/net/http_message.h"
#include "model/listing.h"

namespace mcprisk::crawler {

Standing standing_of(int status);

// Whether a 4xx to `initialize` asks for the older transport HTTP+SSE: 400, 404 or 405 without an
// error that only modern servers send.
bool suggests_http_sse(int status, const std::optional<Message>& reply, bool hinted);

// The remedy for an address that answers, and is no MCP server's.
inline constexpr std::string_view kWrongAddress = "check the address, it often ends in /mcp";

// `method` is what was asked. At least one of answer, reply and failure tells what went wrong.
Failure judge_failure(const std::string& method,
                      const HttpAnswer& answer,
                      const std::optional<Message>& reply,
                      const std::optional<HttpFailure>& failure,
                      bool had_credentials);

// Of a 429 or 503: how long to wait, if that is worth it (at most five seconds).
std::optional<std::chrono::milliseconds> worthwhile_wait(const HttpHead& head);

}  // namespace mcprisk::crawler

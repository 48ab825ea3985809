// Judging what an HTTP server answered: which era it speaks, and what a final failure is called.
// Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "crawler/mcp/http_answer.h"
#include "crawler/mcp/jsonrpc.h"
#include "crawler/net/http_message.h"
#include "model/listing.h"

namespace mcprisk::crawler {

enum class EraVerdict {
    modern,       // go on with the newest of these that it has
    retry,        // modern, but this request was wrong: repair it and ask again
    legacy,       // ask with initialize
    unsupported,  // names its versions, and none of them is ours
    inconclusive  // says nothing about the era
};

// Of the answer to server/discover (docs/protocol-http.md has the table). 401 and 403 must be
// handled before: they are never a verdict.
EraVerdict judge_discover(int status, const std::optional<Message>& reply);

// Whether a 4xx to `initialize` asks for the older transport HTTP+SSE: 400, 404 or 405 without an
// error that only modern servers send.
bool suggests_http_sse(int status, const std::optional<Message>& reply, bool hinted);

// The remedy for an address that answers, and is no MCP server's.
inline constexpr std::string_view kWrongAddress = "check the address, it often ends in /mcp";

struct Verdict {
    Outcome outcome = Outcome::listed;
    std::string why;     // a clause; may quote untrusted text
    std::string remedy;  // what the user can do, may be empty
};

// `method` is what was asked. At least one of answer, reply and failure tells what went wrong.
Verdict judge_failure(const std::string& method,
                      const HttpAnswer& answer,
                      const std::optional<Message>& reply,
                      const std::optional<HttpFailure>& failure,
                      bool had_credentials);

// Of a 429 or 503: how long to wait, if that is worth it (at most five seconds).
std::optional<std::chrono::milliseconds> worthwhile_wait(const HttpHead& head);

}  // namespace mcprisk::crawler

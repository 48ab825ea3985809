// What is asked of a server beyond its list. A catalogue asks nothing; clients built on this
// library may, tests of the protocol do.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "crawler/mcp/jsonrpc.h"
#include "crawler/net/http_message.h"
#include "model/listing.h"

namespace mcprisk::crawler {

// Called by one lister, in its loop.
class FollowUp {
  public:
    struct Question {
        std::string method;
        nlohmann::json params = nlohmann::json::object();  // `_meta` is added for a modern server
        HttpHeaders headers;                               // Mcp-Param-…, modern servers alone
    };

    virtual ~FollowUp() = default;
    // The next question, or the end. `last`: the answer to the one before, a result or an error;
    // null at first.
    virtual std::optional<Question> next(const Listing& listing, const Message* last) = 0;
    // A whole JSON-RPC answer to a request of the server; nothing leaves it to answer_to().
    virtual std::optional<nlohmann::json> answer(const Message& request) = 0;
};

}  // namespace mcprisk::crawler

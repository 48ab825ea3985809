// JSON-RPC 2.0 as MCP uses it: telling messages apart and making our own.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace mcprisk::crawler {

struct RpcError {
    std::int64_t code = 0;
    std::string message;  // untrusted
    nlohmann::json data;
};

// Codes that a lister decides by.
inline constexpr std::int64_t kMethodNotFound = -32601;
inline constexpr std::int64_t kInvalidParams = -32602;
inline constexpr std::int64_t kHeaderMismatch = -32020;
inline constexpr std::int64_t kMissingClientCapability = -32021;
inline constexpr std::int64_t kUnsupportedProtocolVersion = -32022;

struct Message {
    enum class Kind { request, notification, result, error, other };
    Kind kind = Kind::other;
    nlohmann::json id;  // string or number, echoed exactly; null for none
    std::string method;
    nlohmann::json params;
    nlohmann::json result;
    RpcError error;
};

// One value may hold several messages (arrays of 2025-03-26). Values that are no JSON-RPC come back
// as Kind::other, so that the caller can count them.
std::vector<Message> read_messages(nlohmann::json value);

nlohmann::json make_request(std::int64_t id, std::string_view method, nlohmann::json params);
nlohmann::json make_notification(std::string_view method);
nlohmann::json make_result(const nlohmann::json& id, nlohmann::json result);
nlohmann::json make_error(const nlohmann::json& id, std::int64_t code, std::string_view message);

// "error -32601: Method not found", the message cut to a line's length. Still untrusted text.
std::string describe(const RpcError& error);

}  // namespace mcprisk::crawler

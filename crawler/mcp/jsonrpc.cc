#include "crawler/mcp/jsonrpc.h"

#include <fmt/format.h>

#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

using nlohmann::json;

Message read_message(json value) {
    Message message;
    if (!value.is_object()) return message;
    if (const auto id = value.find("id");
        id != value.end() && (id->is_string() || id->is_number())) {
        message.id = *id;
    }
    if (const auto method = value.find("method"); method != value.end() && method->is_string()) {
        message.method = method->get<std::string>();
        if (const auto params = value.find("params"); params != value.end()) {
            message.params = std::move(*params);
        }
        message.kind = message.id.is_null() ? Message::Kind::notification : Message::Kind::request;
        return message;
    }
    if (const auto error = value.find("error"); error != value.end() && error->is_object()) {
        message.kind = Message::Kind::error;
        if (const json* code = find_member(*error, "code"); code && code->is_number()) {
            message.error.code = code->get<std::int64_t>();
        }
        message.error.message = string_member(*error, "message");
        if (const json* data = find_member(*error, "data")) message.error.data = *data;
        return message;
    }
    if (const auto result = value.find("result"); result != value.end()) {
        message.kind = Message::Kind::result;
        message.result = std::move(*result);
    }
    return message;
}

}  // namespace

std::vector<Message> read_messages(json value) {
    std::vector<Message> messages;
    if (value.is_array()) {
        messages.reserve(value.size());
        for (json& item : value) messages.push_back(read_message(std::move(item)));
    } else {
        messages.push_back(read_message(std::move(value)));
    }
    return messages;
}

json make_request(std::int64_t id, std::string_view method, json params) {
    return {{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}};
}

json make_notification(std::string_view method) { return {{"jsonrpc", "2.0"}, {"method", method}}; }

json make_result(const json& id, json result) {
    return {{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}};
}

json make_error(const json& id, std::int64_t code, std::string_view message) {
    return {{"jsonrpc", "2.0"}, {"id", id}, {"error", {{"code", code}, {"message", message}}}};
}

std::string describe(const RpcError& error) {
    constexpr std::size_t kLongest = 200;
    return fmt::format(
        "error {}: {}",
        error.code,
        error.message.empty() ? "no message" : truncate_utf8(trim(error.message), kLongest));
}

}  // namespace mcprisk::crawler

#include "crawler/mcp/message_reader.h"

#include <algorithm>
#include <optional>

#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

constexpr std::size_t kLongestJoin = 100000;  // lines

// The depth of brackets after `line`. Empty if the line cannot be a part of JSON: it closes more
// than is open, or ends within a string.
std::optional<std::size_t> depth_after(std::string_view line, std::size_t depth) {
    bool in_string = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (in_string) {
            if (c == '\\') {
                ++i;
            } else if (c == '"') {
                in_string = false;
            }
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (c == '}' || c == ']') {
            if (depth == 0) return std::nullopt;
            --depth;
        }
    }
    if (in_string) return std::nullopt;
    return depth;
}

bool starts_value(std::string_view text) { return text.starts_with('{') || text.starts_with('['); }

bool any_rpc(const std::vector<Message>& messages) {
    return std::any_of(messages.begin(), messages.end(), [](const Message& message) {
        return message.kind != Message::Kind::other;
    });
}

}  // namespace

void MessageReader::noise(std::size_t bytes, std::size_t lines) {
    noise_lines_ += lines;
    noise_bytes_ += bytes;
}

void MessageReader::give_up_joining() {
    if (open_.lines > 0) noise(open_.text.size(), open_.lines);
    open_ = {};
}

std::vector<Message> MessageReader::read(std::string_view text) {
    JsonRepairs repairs;
    auto value =
        parse_json(text, {.bytes = limits_.message_bytes, .depth = limits_.json_depth}, &repairs);
    if (!value) {
        if (value.error().code == ErrorCode::too_large) refused_ = value.error().message;
        return {};
    }
    std::vector<Message> messages = read_messages(std::move(*value));
    if (!any_rpc(messages)) return {};
    repaired_ = repaired_ || repairs.any();
    return messages;
}

std::vector<Message> MessageReader::add(std::string_view line) {
    const std::string_view text = trim(line);
    if (open_.lines > 0 && !line.starts_with('{')) {
        const auto depth = depth_after(text, open_.depth);
        if (!depth || open_.lines >= kLongestJoin ||
            open_.text.size() + text.size() > limits_.message_bytes) {
            give_up_joining();
        } else {
            open_.text.append(text).push_back('\n');
            ++open_.lines;
            open_.depth = *depth;
            if (open_.depth > 0) return {};
            std::vector<Message> messages = read(open_.text);
            if (messages.empty()) {
                give_up_joining();
            } else {
                joined_ = true;
                open_ = {};
            }
            return messages;
        }
    }
    if (!starts_value(text)) {
        // A prompt or a colour code without a line end may stand before a message.
        if (const auto brace = text.find("{\""); brace != std::string_view::npos) {
            if (auto messages = read(text.substr(brace)); !messages.empty()) {
                noise(brace);
                return messages;
            }
        }
        noise(line.size() + 1);
        return {};
    }
    std::vector<Message> messages = read(text);
    if (!messages.empty()) {
        give_up_joining();
        return messages;
    }
    const auto depth = depth_after(text, 0);
    if (depth && *depth > 0 && *depth <= limits_.json_depth) {
        give_up_joining();
        open_ = {std::string(text) + '\n', 1, *depth};
    } else {
        noise(line.size() + 1);
    }
    return {};
}

}  // namespace mcprisk::crawler

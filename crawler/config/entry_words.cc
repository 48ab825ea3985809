#include "crawler/config/entry_words.h"

#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

constexpr std::array<std::string_view, 4> kTypeKeys{
    "type", "transport", "transportType", "transport_type"};

}  // namespace

using nlohmann::json;

EntryKind entry_kind(const json& entry) {
    std::string word;
    for (const std::string_view key : kTypeKeys) {
        if (word.empty()) word = lower_ascii(string_member(entry, key));
    }
    std::erase_if(word, [](char c) { return c == '-' || c == '_'; });
    if (word == "stdio" || word == "local") return EntryKind::stdio;
    if (word == "http" || word == "streamablehttp" || word == "httpstream") return EntryKind::http;
    if (word == "sse") return EntryKind::sse;
    if (word == "remote" || word == "ws" || word == "websocket") return EntryKind::other;
    return EntryKind::unknown;
}

std::optional<std::string> scalar_text(const json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number() || value.is_boolean()) return canonical_json(value);
    return std::nullopt;
}

bool has_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

bool is_command_line(std::string_view command) {
    const std::string_view first = command.substr(0, command.find(' '));
    return first.size() < command.size() && first.find_first_of("/\\") == std::string_view::npos &&
           command.find_first_of("\"'`|&;<>\n") == std::string_view::npos;
}

}  // namespace mcprisk::crawler

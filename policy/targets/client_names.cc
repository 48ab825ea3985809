#include "policy/targets/client_names.h"

#include <algorithm>

#include "model/base/text.h"

namespace mcprisk::policy {
namespace {

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// `text` with an underscore for each UTF-16 code unit that is neither a letter, a digit nor in
// `also`: JavaScript counts so, and a character outside of the basic plane is two of them.
std::string plain(std::string_view text, std::string_view also) {
    const std::string sound = repair_utf8(text);
    std::string out;
    for (std::size_t i = 0; i < sound.size();) {
        const char c = sound[i];
        const std::size_t length =
            std::max<std::size_t>(utf8_sequence_length(std::string_view(sound).substr(i)), 1);
        if (is_letter_or_digit(c) || also.find(c) != std::string_view::npos) {
            out += c;
        } else {
            out += length == 4 ? "__" : "_";
        }
        i += length;
    }
    return out;
}

}  // namespace

std::string claude_tool_name(std::string_view server, std::string_view tool) {
    std::string name = plain(server, "_-");
    if (server.starts_with("claude.ai ")) {
        const auto both = [](char a, char b) { return a == '_' && b == '_'; };
        name.erase(std::unique(name.begin(), name.end(), both), name.end());
        if (name.starts_with('_')) name.erase(0, 1);
        if (name.ends_with('_')) name.pop_back();
    }
    return "mcp__" + name + "__" + plain(tool, "_-");
}

std::string opencode_tool_name(std::string_view server, std::string_view tool) {
    return plain(server, "_-") + "_" + plain(tool, "_-");
}

GeminiName gemini_tool_name(std::string_view server, std::string_view tool) {
    constexpr std::size_t kLongest = 63;
    constexpr std::size_t kKept = 30;
    const std::string front = "mcp_" + std::string(server) + "_";
    const std::string given = std::string(server) + "_" + std::string(tool);
    std::string name = plain(given.starts_with("mcp_") ? given : "mcp_" + given, "_-.:");
    if (name.size() > kLongest) {
        name = name.substr(0, kKept) + "..." + name.substr(name.size() - kKept);
    }
    if (!name.starts_with(front) || name.size() == front.size()) return {std::move(name), true};
    return {name.substr(front.size()), false};
}

}  // namespace mcprisk::policy

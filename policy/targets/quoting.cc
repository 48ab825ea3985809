#include "policy/targets/quoting.h"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk::policy {
namespace {

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

// Printable ASCII as it is; everything else by `escape`, one code point at a time.
template <typename Escape>
std::string in_ascii(std::string_view text, Escape escape) {
    const std::string sound = repair_utf8(text);
    std::string out = "\"";
    for (std::size_t i = 0; i < sound.size();) {
        const auto byte = static_cast<unsigned char>(sound[i]);
        if (byte == '"' || byte == '\\') {
            out += '\\';
            out += sound[i++];
        } else if (byte >= 0x20 && byte < 0x7f) {
            out += sound[i++];
        } else {
            const std::size_t length = utf8_sequence_length(std::string_view(sound).substr(i));
            unsigned long code = length <= 1   ? byte
                                 : length == 2 ? byte & 0x1fU
                                 : length == 3 ? byte & 0x0fU
                                               : byte & 0x07U;
            for (std::size_t k = 1; k < length; ++k) {
                code = (code << 6U) | (static_cast<unsigned char>(sound[i + k]) & 0x3fU);
            }
            out += escape(code);
            i += std::max<std::size_t>(length, 1);
        }
    }
    return out + '"';
}

}  // namespace

std::string json_literal(std::string_view text) {
    return harmless_json(canonical_json(nlohmann::json(repair_utf8(text))));
}

std::string toml_literal(std::string_view text) {
    return in_ascii(text, [](unsigned long code) {
        return code > 0xffff ? fmt::format("\\U{:08x}", code) : fmt::format("\\u{:04x}", code);
    });
}

std::string toml_key(std::string_view text) {
    const bool bare = !text.empty() && std::all_of(text.begin(), text.end(), is_plain);
    return bare ? std::string(text) : toml_literal(text);
}

std::string cedar_literal(std::string_view text) {
    return in_ascii(text, [](unsigned long code) { return fmt::format("\\u{{{:x}}}", code); });
}

std::string cel_literal(std::string_view text) {
    return in_ascii(text, [](unsigned long code) {
        return code > 0xffff ? fmt::format("\\U{:08x}", code) : fmt::format("\\u{:04x}", code);
    });
}

std::string regex_literal(std::string_view text) {
    constexpr std::string_view kSpecial = R"(\.*+?()[]{}|^$/)";
    std::string out;
    for (const char c : text) {
        if (kSpecial.find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

}  // namespace mcprisk::policy

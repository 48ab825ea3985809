#include "policy/document/json_path.h"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/base/hash.h"
#include "model/base/text.h"

namespace mcprisk::policy {
namespace {

constexpr std::size_t kLongestKey = 160;

bool is_plain_word(std::string_view key) {
    const auto plain = [](char c) {
        const char l = lower_ascii(c);
        return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    };
    return !key.empty() && std::all_of(key.begin(), key.end(), plain);
}

}  // namespace

std::string quote(std::string_view text) {
    using nlohmann::json;
    return printable(json(text).dump(-1, ' ', false, json::error_handler_t::replace));
}

std::string member_path(std::string_view parent, std::string_view key) {
    if (key.size() > kLongestKey) {
        const std::string hash = sha256_hex(key).substr(0, 12);
        return fmt::format("{}[{}…{}]", parent, quote(truncate_utf8(key, kLongestKey / 2)), hash);
    }
    if (!is_plain_word(key)) return fmt::format("{}[{}]", parent, quote(key));
    return parent.empty() ? std::string(key) : fmt::format("{}.{}", parent, key);
}

std::string element_path(std::string_view parent, std::size_t index) {
    return fmt::format("{}[{}]", parent, index);
}

}  // namespace mcprisk::policy

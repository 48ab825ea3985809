// Reading JSON from strangers, and the one canonical form that is hashed and stored.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "model/base/result.h"

namespace mcprisk {

struct JsonLimits {
    std::size_t bytes = std::size_t{16} * 1024 * 1024;
    std::size_t depth = 128;  // nested arrays and objects
};

// What had to be mended before the text could be read.
struct JsonRepairs {
    std::size_t bad_utf8 = 0;         // bytes replaced by U+FFFD
    std::size_t lone_surrogates = 0;  // \ud83d without its pair, replaced by U+FFFD
    std::size_t bad_numbers = 0;      // 1e400 clamped; NaN and Infinity made null
    [[nodiscard]] bool any() const { return bad_utf8 + lone_surrogates + bad_numbers > 0; }
};

// Parses one JSON value. Size and depth are checked before a value is built, so that hostile input
// neither exhausts memory nor overflows the stack. Strict RFC 8259 but for the repairs above; a
// leading byte-order mark is dropped. Duplicate keys: the last one wins.
Result<nlohmann::json> parse_json(std::string_view text,
                                  const JsonLimits& limits = {},
                                  JsonRepairs* repairs = nullptr);

// The same for configuration files that people write: comments and trailing commas are accepted.
Result<nlohmann::json> parse_jsonc(std::string_view text, const JsonLimits& limits = {});

// Keys sorted by bytes, no blanks, whole numbers without fraction, UTF-8 unescaped: equal values
// give equal bytes. Never throws on text that parse_json returned.
std::string canonical_json(const nlohmann::json& value);

// Indented by two spaces, keys sorted, a newline at the end: files for people. Characters that a
// terminal would obey or a reader not see are escaped (text.h).
std::string pretty_json(const nlohmann::json& value);

// Members of a stranger's object, tolerant of the wrong type: empty or `otherwise` then.
std::string string_member(const nlohmann::json& object, std::string_view key);
bool bool_member(const nlohmann::json& object, std::string_view key, bool otherwise);

// The member, or nullptr if `object` is no object or has none.
const nlohmann::json* find_member(const nlohmann::json& object, std::string_view key);

}  // namespace mcprisk

// The pieces of the canonical form (json.h), written straight into text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mcprisk {

// Quoted, with the escapes that JSON demands and no others. Invalid UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);

// The same with harmless_json (text.h) applied.
void append_harmless_json_string(std::string& out, std::string_view text);

void append_json_number(std::string& out, std::int64_t number);
void append_json_number(std::string& out, std::uint64_t number);
// A whole number up to 2^53 loses its fraction; what is not finite becomes null.
void append_json_number(std::string& out, double number);

}  // namespace mcprisk

// Content hashes.
#pragma once

#include <string>
#include <string_view>

namespace mcprisk {

// SHA-256 (FIPS 180-4) as 64 lower-case hex digits.
std::string sha256_hex(std::string_view bytes);

// "sha256:<hex>", the form documents use.
std::string content_hash(std::string_view bytes);

}  // namespace mcprisk

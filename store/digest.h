// Content hashes as the 32 bytes that are stored.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "store/sqlite.h"

namespace mcprisk::store {

using Digest = std::array<unsigned char, 32>;

// From "sha256:<hex>", as content_hash() makes it. Throws std::invalid_argument for other text.
Digest to_digest(std::string_view content_hash);

// Back again; "sha256:" alone for what is no digest.
std::string to_content_hash(Bytes digest);

}  // namespace mcprisk::store

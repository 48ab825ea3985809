#include "store/digest.h"

#include <fmt/format.h>
#include <charconv>
#include <stdexcept>

namespace mcprisk::store {
namespace {

constexpr std::string_view kPrefix = "sha256:";

}  // namespace

Digest to_digest(std::string_view content_hash) {
    Digest digest{};
    bool good = content_hash.starts_with(kPrefix) &&
                content_hash.size() == kPrefix.size() + 2 * digest.size();
    for (std::size_t i = 0; good && i < digest.size(); ++i) {
        const char* begin = content_hash.data() + kPrefix.size() + 2 * i;
        good = std::from_chars(begin, begin + 2, digest[i], 16).ptr == begin + 2;
    }
    if (!good) throw std::invalid_argument(fmt::format("not a content hash: {}", content_hash));
    return digest;
}

std::string to_content_hash(Bytes digest) {
    std::string text(kPrefix);
    if (digest.size() != Digest{}.size()) return text;
    for (const unsigned char byte : digest) text += fmt::format("{:02x}", byte);
    return text;
}

}  // namespace mcprisk::store

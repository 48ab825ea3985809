#include "model/base/hash.h"

#include <openssl/evp.h>
#include <array>
#include <stdexcept>

namespace mcprisk {

std::string sha256_hex(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    // Fetched once: looking the algorithm up costs more than hashing a short text.
    static EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    if (sha256 == nullptr ||
        EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, sha256, nullptr) != 1) {
        throw std::runtime_error("computing a SHA-256 hash: OpenSSL refused");
    }
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string hex;
    hex.reserve(std::size_t{2} * size);
    for (unsigned int i = 0; i < size; ++i) {
        hex += kDigits[digest[i] >> 4];
        hex += kDigits[digest[i] & 0x0f];
    }
    return hex;
}

std::string content_hash(std::string_view bytes) { return "sha256:" + sha256_hex(bytes); }

}  // namespace mcprisk

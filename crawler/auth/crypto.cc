#include "crawler/auth/crypto.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <algorithm>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <vector>

namespace mcprisk::crawler {
namespace {

constexpr int kSmallestRsaBits = 2048;  // RFC 7518, 3.3
constexpr int kP256Bits = 256;

template <auto Function>
struct Free {
    template <typename T>
    void operator()(T* pointer) const {
        Function(pointer);
    }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using EcSignature = std::unique_ptr<ECDSA_SIG, Free<ECDSA_SIG_free>>;

const unsigned char* as_bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string_view as_text(const unsigned char* bytes, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}

Result<std::string> sign_sha256(EVP_PKEY* key, std::string_view text) {
    const DigestContext context(EVP_MD_CTX_new());
    std::size_t size = 0;
    if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &size, as_bytes(text), text.size()) != 1) {
        return fail(ErrorCode::unsupported, "the private key cannot sign");
    }
    std::vector<unsigned char> signature(size);
    if (EVP_DigestSign(context.get(), signature.data(), &size, as_bytes(text), text.size()) != 1) {
        return fail(ErrorCode::unsupported, "the private key cannot sign");
    }
    return std::string(as_text(signature.data(), size));
}

// OpenSSL writes DER; a JWS wants the two numbers side by side (RFC 7518, 3.4).
Result<std::string> raw_ec_signature(const std::string& der) {
    constexpr int kNumber = kP256Bits / 8;
    const unsigned char* at = as_bytes(der);
    const EcSignature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    std::array<unsigned char, std::size_t{kNumber} * 2> raw{};
    if (!signature ||
        BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), raw.data(), kNumber) != kNumber ||
        BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), raw.data() + kNumber, kNumber) != kNumber) {
        return fail(ErrorCode::unsupported, "the private key gave no usable signature");
    }
    return std::string(as_text(raw.data(), raw.size()));
}

Result<std::string> algorithm_of(const EVP_PKEY* key) {
    const int kind = EVP_PKEY_get_base_id(key);
    const int bits = EVP_PKEY_get_bits(key);
    if (kind == EVP_PKEY_EC && bits == kP256Bits) return std::string("ES256");
    if (kind == EVP_PKEY_RSA && bits >= kSmallestRsaBits) return std::string("RS256");
    return fail(ErrorCode::unsupported,
                "the private key is neither EC on P-256 nor RSA of 2048 bits and more");
}

// Without one OpenSSL would ask on the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

}  // namespace

std::string base64(std::string_view bytes) {
    std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     as_bytes(bytes),
                                     static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

std::string base64url(std::string_view bytes) {
    std::string text = base64(bytes);
    text.erase(text.find_last_not_of('=') + 1);
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    return text;
}

std::string random_base64url(std::size_t bytes) {
    std::vector<unsigned char> random(bytes);
    if (RAND_bytes(random.data(), static_cast<int>(bytes)) != 1) {
        throw std::runtime_error("the system gives no randomness");
    }
    return base64url(as_text(random.data(), random.size()));
}

std::string pkce_challenge(std::string_view verifier) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(as_bytes(verifier), verifier.size(), digest.data());
    return base64url(as_text(digest.data(), digest.size()));
}

Result<std::string> sign_jwt(const nlohmann::json& claims, std::string_view private_key_pem) {
    const Bio bio(
        BIO_new_mem_buf(private_key_pem.data(), static_cast<int>(private_key_pem.size())));
    const Key key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, &no_passphrase, nullptr)
                      : nullptr);
    if (!key) {
        return fail(ErrorCode::invalid_input,
                    "the private key cannot be read: it must be PEM without a passphrase");
    }
    const auto algorithm = algorithm_of(key.get());
    if (!algorithm) return fail(algorithm.error());
    const nlohmann::json header{{"alg", *algorithm}, {"typ", "JWT"}};
    const std::string text = base64url(header.dump()) + "." + base64url(claims.dump());
    auto signature = sign_sha256(key.get(), text);
    if (signature && *algorithm == "ES256") signature = raw_ec_signature(*signature);
    if (!signature) return signature;
    return text + "." + base64url(*signature);
}

}  // namespace mcprisk::crawler

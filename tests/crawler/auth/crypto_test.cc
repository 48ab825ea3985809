#include "crawler/auth/crypto.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <boost/test/unit_test.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "model/base/text.h"

using namespace mcprisk;
using namespace mcprisk::crawler;

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

std::string pem_of(EVP_PKEY* key) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string from_base64url(std::string_view text) {
    std::string copy(text);
    for (char& c : copy) c = c == '-' ? '+' : c == '_' ? '/' : c;
    const std::size_t padding = (4 - copy.size() % 4) % 4;
    copy.append(padding, '=');
    std::string bytes(copy.size(), '\0');
    const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(copy.data()),
                                     static_cast<int>(copy.size()));
    BOOST_REQUIRE(size >= 0);
    bytes.resize(static_cast<std::size_t>(size) - padding);
    return bytes;
}

// A raw ES256 signature as OpenSSL wants it.
std::string der_of(const std::string& raw) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(raw.data());
    ECDSA_SIG* signature = ECDSA_SIG_new();
    ECDSA_SIG_set0(signature, BN_bin2bn(bytes, 32, nullptr), BN_bin2bn(bytes + 32, 32, nullptr));
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(signature, &der);
    std::string copy(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    ECDSA_SIG_free(signature);
    return copy;
}

bool verifies(EVP_PKEY* key, std::string_view text, const std::string& signature) {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key);
    const int verdict = EVP_DigestVerify(context,
                                         reinterpret_cast<const unsigned char*>(signature.data()),
                                         signature.size(),
                                         reinterpret_cast<const unsigned char*>(text.data()),
                                         text.size());
    EVP_MD_CTX_free(context);
    return verdict == 1;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(crypto)

BOOST_AUTO_TEST_CASE(base64_is_that_of_rfc_4648) {
    BOOST_TEST(base64("").empty());
    BOOST_TEST(base64("f") == "Zg==");
    BOOST_TEST(base64("fo") == "Zm8=");
    BOOST_TEST(base64("foobar") == "Zm9vYmFy");
    BOOST_TEST(base64("\xfb\xff\xfe") == "+//+");
    BOOST_TEST(base64url("\xfb\xff\xfe") == "-__-");
    BOOST_TEST(base64url("f") == "Zg");
}

BOOST_AUTO_TEST_CASE(the_challenge_is_that_of_rfc_7636) {
    BOOST_TEST(pkce_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") ==
               "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

BOOST_AUTO_TEST_CASE(randomness_does_not_repeat) {
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) seen.insert(random_base64url(32));
    BOOST_TEST(seen.size() == 100U);
    BOOST_TEST(seen.begin()->size() == 43U);
}

BOOST_AUTO_TEST_CASE(both_kinds_of_key_sign_what_verifies) {
    const nlohmann::json claims{{"iss", "us"}, {"exp", 5}};
    for (const bool elliptic : {true, false}) {
        const Key key(elliptic ? EVP_EC_gen("P-256") : EVP_RSA_gen(2048), EVP_PKEY_free);
        const auto jwt = sign_jwt(claims, pem_of(key.get()));
        BOOST_REQUIRE(jwt.has_value());
        const auto parts = split(*jwt, '.');
        BOOST_REQUIRE(parts.size() == 3U);
        const auto header = nlohmann::json::parse(from_base64url(parts[0]));
        BOOST_TEST(header["alg"] == (elliptic ? "ES256" : "RS256"));
        BOOST_TEST(nlohmann::json::parse(from_base64url(parts[1])) == claims);
        const std::string signature = from_base64url(parts[2]);
        const std::string_view text(jwt->data(), parts[0].size() + 1 + parts[1].size());
        BOOST_TEST(verifies(key.get(), text, elliptic ? der_of(signature) : signature));
    }
}

BOOST_AUTO_TEST_CASE(other_keys_are_refused) {
    const Key wide(EVP_EC_gen("P-384"), EVP_PKEY_free);
    const Key weak(EVP_RSA_gen(1024), EVP_PKEY_free);
    BOOST_TEST(!sign_jwt({}, pem_of(wide.get())).has_value());
    BOOST_TEST(!sign_jwt({}, pem_of(weak.get())).has_value());
    BOOST_TEST(!sign_jwt({}, "no key").has_value());
    BOOST_TEST(!sign_jwt({}, "").has_value());
}

BOOST_AUTO_TEST_SUITE_END()

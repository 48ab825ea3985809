// Randomness, base64, hashes and signatures as OAuth needs them: the one place of this room that
// knows OpenSSL.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "model/base/result.h"

namespace mcprisk::crawler {

std::string base64(std::string_view bytes);     // RFC 4648, 4: with padding
std::string base64url(std::string_view bytes);  // RFC 4648, 5: without padding

// `bytes` of randomness as base64url. Throws std::runtime_error if the system has none to give.
std::string random_base64url(std::size_t bytes);

// code_challenge of a code_verifier, method S256 (RFC 7636, 4.2).
std::string pkce_challenge(std::string_view verifier);

// A compact JWS over the claims (RFC 7515), for private_key_jwt. The key is PEM, PKCS #8 or the
// older forms, without a passphrase: EC on P-256 signs ES256, RSA of 2048 bits and more RS256.
// Messages never hold any of the key.
Result<std::string> sign_jwt(const nlohmann::json& claims, std::string_view private_key_pem);

}  // namespace mcprisk::crawler

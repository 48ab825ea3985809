// Single characters of UTF-8, and text inside URIs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mcprisk {

// The code point of one valid sequence of one to four bytes, as utf8_sequence_length (text.h)
// measures them. Anything else gives a number without meaning.
char32_t decode_utf8(std::string_view sequence);

// RFC 3986, 2.1 and 2.3: letters, digits and "-._~" stay, and so do the signs of `also`; every other
// byte becomes %XX.
std::string percent_encode(std::string_view text, std::string_view also = {});

}  // namespace mcprisk

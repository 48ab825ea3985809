// Text written as base64 or hexadecimal digits inside other text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mcprisk::classifier {

struct EncodedText {
    std::string_view encoding;  // "base64" or "hex"
    std::string text;           // what it spells
};

// Certain when false: no run of letters and digits is long enough.
bool may_be_encoded(std::string_view text);

// Every run that spells printable ASCII with blanks in it, at most eight, each cut at 4,096 bytes.
std::vector<EncodedText> decode_texts(std::string_view text);

}  // namespace mcprisk::classifier

#include "classifier/findings/hidden_text.h"

#include <algorithm>

#include "model/base/encoding.h"
#include "model/base/text.h"

namespace mcprisk::classifier {
namespace {

bool is_tag(char32_t c) { return c >= 0xe0001 && c <= 0xe007f; }
bool is_selector(char32_t c) {
    return (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef);
}
bool is_zero_width(char32_t c) {
    return c == 0x200b || (c >= 0x2060 && c <= 0x2064) || c == 0x180e || c == 0x3164 || c == 0xad;
}
bool is_joiner(char32_t c) { return c == 0x200c || c == 0x200d; }

constexpr char32_t kBlackFlag = 0x1f3f4;
constexpr char32_t kCancelTag = 0xe007f;

}  // namespace

HiddenText find_hidden_text(std::string_view text) {
    HiddenText hidden;
    bool in_flag = false;
    char32_t before = 0;
    const auto note = [&](std::size_t& counter, std::size_t at) {
        ++counter;
        hidden.first = std::min(hidden.first, at);
    };
    for (std::size_t i = 0; i < text.size();) {
        const auto first = static_cast<unsigned char>(text[i]);
        const std::size_t length =
            first < 0x80 ? 1 : std::max<std::size_t>(1, utf8_sequence_length(text.substr(i)));
        const char32_t c = decode_utf8(text.substr(i, length));
        const bool after_ascii = before < 0x80 || is_joiner(before) || is_zero_width(before);
        // Text that was encoded twice is full of such characters side by side and harms nobody.
        const bool broken_encoding = before >= 0x80 && before < 0x100;
        if (c == 0x1b || (c == 0x9b && !broken_encoding)) note(hidden.escapes, i);
        if (is_tag(c)) {
            if (!in_flag) note(hidden.messages, i);
        } else if (is_selector(c)) {
            if (is_selector(before)) note(hidden.messages, i);
        } else if (c == 0x202d || c == 0x202e) {
            note(hidden.overrides, i);
        } else if ((c >= 0x202a && c <= 0x202c) || (c >= 0x2066 && c <= 0x2069)) {
            note(hidden.directions, i);
        } else if ((is_zero_width(c) && !broken_encoding) || (is_joiner(c) && after_ascii) ||
                   (c == 0xfeff && i > 0)) {
            note(hidden.zero_width, i);
        }
        in_flag = c == kBlackFlag || (in_flag && is_tag(c) && c != kCancelTag);
        before = c;
        i += length;
    }
    return hidden;
}

}  // namespace mcprisk::classifier

#include "classifier/findings/confusable.h"

#include <algorithm>
#include <array>
#include <utility>

#include "model/base/encoding.h"
#include "model/base/text.h"

namespace mcprisk::classifier {
namespace {

// Sorted. Capitals stand beside small letters, since either may be imitated.
constexpr std::array<std::pair<char32_t, char>, 76> kLookalikes{{
    {0x00df, 'b'}, {0x0131, 'i'}, {0x017f, 'f'}, {0x0251, 'a'}, {0x0261, 'g'}, {0x0269, 'i'},
    {0x0391, 'a'}, {0x0392, 'b'}, {0x0395, 'e'}, {0x0396, 'z'}, {0x0397, 'h'}, {0x0399, 'i'},
    {0x039a, 'k'}, {0x039c, 'm'}, {0x039d, 'n'}, {0x039f, 'o'}, {0x03a1, 'p'}, {0x03a4, 't'},
    {0x03a5, 'y'}, {0x03a7, 'x'}, {0x03b1, 'a'}, {0x03b3, 'y'}, {0x03b9, 'i'}, {0x03ba, 'k'},
    {0x03bd, 'v'}, {0x03bf, 'o'}, {0x03c1, 'p'}, {0x03c3, 'o'}, {0x03c4, 't'}, {0x03c5, 'u'},
    {0x03c7, 'x'}, {0x0405, 's'}, {0x0406, 'i'}, {0x0408, 'j'}, {0x0410, 'a'}, {0x0412, 'b'},
    {0x0415, 'e'}, {0x041a, 'k'}, {0x041c, 'm'}, {0x041d, 'h'}, {0x041e, 'o'}, {0x0420, 'p'},
    {0x0421, 'c'}, {0x0422, 't'}, {0x0423, 'y'}, {0x0425, 'x'}, {0x0430, 'a'}, {0x0432, 'b'},
    {0x0433, 'r'}, {0x0435, 'e'}, {0x043a, 'k'}, {0x043c, 'm'}, {0x043d, 'h'}, {0x043e, 'o'},
    {0x0440, 'p'}, {0x0441, 'c'}, {0x0442, 't'}, {0x0443, 'y'}, {0x0445, 'x'}, {0x0455, 's'},
    {0x0456, 'i'}, {0x0458, 'j'}, {0x04ae, 'y'}, {0x04af, 'y'}, {0x04bb, 'h'}, {0x04c0, 'i'},
    {0x04cf, 'i'}, {0x0501, 'd'}, {0x051b, 'q'}, {0x051d, 'w'}, {0x0561, 'w'}, {0x0570, 'h'},
    {0x0578, 'n'}, {0x057d, 'u'}, {0x0585, 'o'}, {0x0581, 'g'},
}};

char32_t take(std::string_view& text) {
    const std::size_t length = std::max<std::size_t>(1, utf8_sequence_length(text));
    const char32_t c = decode_utf8(text.substr(0, length));
    text.remove_prefix(length);
    return c;
}

// The Latin letter or digit that `c` passes for, 0 if none.
char latin_of(char32_t c) {
    if (c >= 0xff01 && c <= 0xff5e) return lower_ascii(static_cast<char>(c - 0xff01 + '!'));
    if (c >= 0x1d400 && c <= 0x1d6a3) {  // 13 alphabets of mathematical letters, A-Z then a-z
        return static_cast<char>('a' + (c - 0x1d400) % 26);
    }
    const auto* found = std::find_if(
        kLookalikes.begin(), kLookalikes.end(), [&](const auto& one) { return one.first == c; });
    return found == kLookalikes.end() ? '\0' : found->second;
}

bool is_unseen(char32_t c) {
    return (c >= 0x200b && c <= 0x200f) || (c >= 0x2060 && c <= 0x2064) || c == 0xfeff ||
           c == 0xad || (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0000 && c <= 0xe01ef);
}

}  // namespace

std::string skeleton(std::string_view name) {
    std::string out;
    while (!name.empty()) {
        const std::string_view before = name;
        const char32_t c = take(name);
        if (is_unseen(c)) continue;
        char latin = c < 0x80 ? lower_ascii(static_cast<char>(c)) : latin_of(c);
        if (latin == '\0') {
            out += before.substr(0, before.size() - name.size());
            continue;
        }
        if (latin == '_' || latin == '-' || latin == '.' || latin == ' ' || latin == '/') continue;
        if (latin == '0') latin = 'o';
        if (latin == '1' || latin == 'i' || latin == '|') latin = 'l';
        out += latin;
    }
    return out;
}

std::string as_latin(std::string_view name) {
    std::string out;
    while (!name.empty()) {
        const std::string_view before = name;
        const char32_t c = take(name);
        if (is_unseen(c)) continue;
        const char latin = c < 0x80 ? '\0' : latin_of(c);
        if (latin != '\0') {
            out += latin;
        } else {
            out += before.substr(0, before.size() - name.size());
        }
    }
    return out;
}

bool mixes_lookalikes(std::string_view name) {
    bool latin = false;
    bool imitation = false;
    while (!name.empty()) {
        const char32_t c = take(name);
        latin |= (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        imitation |= c >= 0x80 && (latin_of(c) != '\0' || is_unseen(c));
    }
    return latin && imitation;
}

}  // namespace mcprisk::classifier

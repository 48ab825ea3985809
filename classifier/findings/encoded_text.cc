#include "classifier/findings/encoded_text.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace mcprisk::classifier {
namespace {

constexpr std::size_t kShortest = 24;  // digits
constexpr std::size_t kLongest = 4096;
constexpr std::size_t kMost = 8;

int base64_digit(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+' || c == '-') return 62;
    if (c == '/' || c == '_') return 63;
    return -1;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string decode(std::string_view digits, unsigned bits, int (*value)(char)) {
    std::string out;
    std::uint32_t held = 0;
    unsigned count = 0;
    for (const char c : digits.substr(0, kLongest * 2)) {
        held = (held << bits) | static_cast<std::uint32_t>(value(c));
        count += bits;
        if (count >= 8) {
            count -= 8;
            out += static_cast<char>((held >> count) & 0xffU);
        }
    }
    return out.substr(0, kLongest);
}

// Prose in base64 has digits and letters of both cases; in hex it has digits. Names have not.
bool could_spell(std::string_view run) {
    if (run.size() < kShortest) return false;
    bool digit = false;
    bool upper = false;
    bool lower = false;
    bool hex = true;
    for (const char c : run) {
        digit |= c >= '0' && c <= '9';
        upper |= c >= 'A' && c <= 'Z';
        lower |= c >= 'a' && c <= 'z';
        hex &= hex_digit(c) >= 0;
    }
    return digit && (hex || (upper && lower));
}

bool is_prose(std::string_view text) {
    const bool printable = std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= ' ' && c < '\x7f') || c == '\n' || c == '\t';
    });
    return printable && std::count(text.begin(), text.end(), ' ') >= 2;
}

}  // namespace

bool may_be_encoded(std::string_view text) {
    // Every kShortest-th byte is enough: a run that long covers one of them.
    for (std::size_t i = kShortest - 1; i < text.size(); i += kShortest) {
        if (base64_digit(text[i]) < 0) continue;
        std::size_t begin = i;
        while (begin > 0 && base64_digit(text[begin - 1]) >= 0) --begin;
        std::size_t end = i + 1;
        while (end < text.size() && base64_digit(text[end]) >= 0) ++end;
        if (could_spell(text.substr(begin, end - begin))) return true;
        i = end;
    }
    return false;
}

std::vector<EncodedText> decode_texts(std::string_view text) {
    std::vector<EncodedText> out;
    if (!may_be_encoded(text)) return out;
    for (std::size_t i = 0; i < text.size() && out.size() < kMost;) {
        std::size_t end = i;
        while (end < text.size() && base64_digit(text[end]) >= 0) ++end;
        const std::string_view run = text.substr(i, end - i);
        i = std::max(end, i + 1);
        if (!could_spell(run)) continue;
        const bool hex =
            std::all_of(run.begin(), run.end(), [](char c) { return hex_digit(c) >= 0; });
        if (hex) {
            std::string plain = decode(run, 4, hex_digit);
            if (is_prose(plain)) {
                out.push_back({"hex", std::move(plain)});
                continue;
            }
        }
        std::string plain = decode(run, 6, base64_digit);
        if (is_prose(plain)) out.push_back({"base64", std::move(plain)});
    }
    return out;
}

}  // namespace mcprisk::classifier

#include "classifier/reading/scripts.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace mcprisk::classifier {
namespace {

constexpr std::size_t kLongestCjkWord = 8;  // characters

unsigned char byte(std::string_view text, std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
}

// The code point of a well-formed three-byte sequence, else 0.
std::uint32_t three_bytes(std::string_view text, std::size_t at) {
    const unsigned char lead = byte(text, at);
    const unsigned char second = byte(text, at + 1);
    const unsigned char third = byte(text, at + 2);
    if ((lead & 0xf0U) != 0xe0 || (second & 0xc0U) != 0x80 || (third & 0xc0U) != 0x80) return 0;
    return (lead & 0x0fU) << 12U | (second & 0x3fU) << 6U | (third & 0x3fU);
}

bool is_kana(std::uint32_t code) { return code >= 0x3041 && code <= 0x30ff; }
bool is_hangul(std::uint32_t code) { return code >= 0xac00 && code <= 0xd7a3; }
bool is_han(std::uint32_t code) {
    return (code >= 0x4e00 && code <= 0x9fff) || (code >= 0x3400 && code <= 0x4dbf) ||
           code == 0x3005;
}

Gap gap_of_symbol(std::uint32_t code) {
    switch (code) {
        case 0x3002:  // ideographic full stop
        case 0xff01:
        case 0xff1f:
        case 0xff1b:
            return Gap::sentence;
        case 0x3001:  // ideographic comma
        case 0xff0c:
        case 0x2014:
        case 0x2013:
            return Gap::comma;
        case 0xff1a:
            return Gap::colon;
        default:
            break;
    }
    if (code >= 0x2010 && code <= 0x201f) return Gap::bracket;  // dashes and quotation marks
    if (code == 0x2022 || (code >= 0x2190 && code <= 0x2bff)) return Gap::sentence;
    if ((code >= 0x3008 && code <= 0x3011) || code == 0xff08 || code == 0xff09) return Gap::bracket;
    return Gap::space;
}

bool is_symbol(std::uint32_t code) {
    return (code >= 0x2010 && code <= 0x2bff && code != 0x2019) ||
           (code >= 0x3000 && code <= 0x3020 && code != 0x3005) ||
           (code >= 0xff01 && code <= 0xff0f) || (code >= 0xff1a && code <= 0xff20) ||
           code == 0xfe0f || code == 0x200b;
}

}  // namespace

std::optional<Symbol> symbol_at(std::string_view text, std::size_t at) {
    const unsigned char lead = byte(text, at);
    if (lead == 0xf0) {  // pictographs; rare Han of the same planes matter to no rule
        return Symbol{std::min<std::size_t>(4, text.size() - at), Gap::sentence};
    }
    if (lead < 0xe2) return std::nullopt;
    const std::uint32_t code = three_bytes(text, at);
    if (!is_symbol(code)) return std::nullopt;
    return Symbol{3, gap_of_symbol(code)};
}

bool is_cjk_at(std::string_view text, std::size_t at) {
    if (byte(text, at) < 0xe3) return false;
    const std::uint32_t code = three_bytes(text, at);
    return is_han(code) || is_kana(code) || is_hangul(code);
}

bool puts_verb_last(std::string_view text) {
    for (std::size_t i = 0; i + 2 < text.size(); ++i) {
        if (byte(text, i) < 0xe3) continue;
        const std::uint32_t code = three_bytes(text, i);
        if (is_kana(code) || is_hangul(code)) return true;
    }
    return false;
}

void segment_cjk(const Lexicon& lexicon,
                 std::string_view text,
                 std::size_t begin,
                 std::size_t end,
                 Gap gap,
                 std::size_t limit,
                 std::vector<Token>& out) {
    const auto push = [&](std::size_t from, std::size_t to, Lexicon::Entry entry) {
        if (from >= to || out.size() >= limit) return;
        out.push_back({entry.word,
                       entry.forms,
                       gap,
                       static_cast<std::uint32_t>(from),
                       static_cast<std::uint32_t>(to)});
        gap = Gap::none;
    };
    std::size_t unknown = begin;
    std::size_t i = begin;
    while (i < end && out.size() < limit) {
        bool known = false;
        for (std::size_t length = std::min(kLongestCjkWord * 3, end - i); length >= 3;
             length -= 3) {
            const auto entry = lexicon.find(text.substr(i, length));
            if (entry.word == kUnknown) continue;
            push(unknown, i, {});
            push(i, i + length, entry);
            i += length;
            unknown = i;
            known = true;
            break;
        }
        if (!known) i += 3;
    }
    push(unknown, std::min(i, end), {});
}

void lower_in_place(char* text, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 'A' && c <= 'Z') text[i] = static_cast<char>(c + 0x20);
        if (c < 0xc3 || i + 1 >= size) continue;
        const auto next = static_cast<unsigned char>(text[i + 1]);
        if (c == 0xc3 && next >= 0x80 && next <= 0x9e && next != 0x97) {
            text[i + 1] = static_cast<char>(next + 0x20);
        } else if (c == 0xd0 && next >= 0x90 && next <= 0x9f) {
            text[i + 1] = static_cast<char>(next + 0x20);
        } else if (c == 0xd0 && next >= 0xa0 && next <= 0xaf) {
            text[i] = static_cast<char>(0xd1);
            text[i + 1] = static_cast<char>(next - 0x20);
        } else if (c == 0xd0 && next == 0x81) {
            text[i] = static_cast<char>(0xd1);
            text[i + 1] = static_cast<char>(0x91);
        }
        if (c < 0xe0) ++i;
    }
}

}  // namespace mcprisk::classifier

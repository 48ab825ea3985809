#include "model/base/text.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cstdint>

#include "model/base/encoding.h"

namespace mcprisk {
namespace {

struct Range {
    std::uint32_t first;
    std::uint32_t last;
};

template <std::size_t N>
bool in_ranges(std::uint32_t code, const std::array<Range, N>& ranges) {
    return std::any_of(ranges.begin(), ranges.end(), [code](const Range& r) {
        return code >= r.first && code <= r.last;
    });
}

// Invisible or direction-changing: a reader would not see what a program reads.
constexpr std::array<Range, 12> kDeceptive{{{0x00ad, 0x00ad},
                                            {0x034f, 0x034f},
                                            {0x061c, 0x061c},
                                            {0x115f, 0x1160},
                                            {0x17b4, 0x17b5},
                                            {0x180b, 0x180e},
                                            {0x200b, 0x200f},
                                            {0x2028, 0x202e},
                                            {0x2060, 0x206f},
                                            {0xfeff, 0xfeff},
                                            {0xfff9, 0xfffb},
                                            {0xe0000, 0xe0fff}}};

constexpr std::array<Range, 9> kCombining{{{0x0300, 0x036f},
                                           {0x0483, 0x0489},
                                           {0x0591, 0x05bd},
                                           {0x0610, 0x061a},
                                           {0x064b, 0x065f},
                                           {0x1ab0, 0x1aff},
                                           {0x1dc0, 0x1dff},
                                           {0x20d0, 0x20ff},
                                           {0xfe00, 0xfe0f}}};

// Unicode East Asian Width W and F, coarsened to blocks.
constexpr std::array<Range, 17> kWide{{{0x1100, 0x115f},
                                       {0x231a, 0x231b},
                                       {0x23e9, 0x23ec},
                                       {0x2614, 0x2615},
                                       {0x26a1, 0x26a1},
                                       {0x2705, 0x2705},
                                       {0x274c, 0x274c},
                                       {0x2753, 0x2757},
                                       {0x2e80, 0x303e},
                                       {0x3041, 0x33ff},
                                       {0x3400, 0x4dbf},
                                       {0x4e00, 0xa4cf},
                                       {0xac00, 0xd7a3},
                                       {0xf900, 0xfaff},
                                       {0xfe30, 0xfe6f},
                                       {0xff00, 0xff60},
                                       {0x1f300, 0x1faff}}};

std::size_t width_of(std::uint32_t code) {
    if (code < 0x20 || in_ranges(code, kCombining) || in_ranges(code, kDeceptive)) return 0;
    if (code >= 0x1100 && (in_ranges(code, kWide) || (code >= 0x20000 && code <= 0x3fffd))) {
        return 2;
    }
    return 1;
}

std::string escape_unprintable(std::string_view text, bool keep_lines) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::size_t n = utf8_sequence_length(text);
        if (n == 0) {
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front()));
            text.remove_prefix(1);
            continue;
        }
        const std::uint32_t code = decode_utf8(text.substr(0, n));
        if (keep_lines && (code == '\n' || code == '\t')) {
            out += static_cast<char>(code);
        } else if (code == '\n' || code == '\t') {
            out += ' ';
        } else if (code < 0x20 || (code >= 0x7f && code < 0xa0)) {
            out += fmt::format("\\x{:02x}", code);
        } else if (in_ranges(code, kDeceptive)) {
            out += code > 0xffff ? fmt::format("\\U{:08x}", code) : fmt::format("\\u{:04x}", code);
        } else {
            out.append(text.substr(0, n));
        }
        text.remove_prefix(n);
    }
    return out;
}

}  // namespace

char lower_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower_ascii(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = lower_ascii(c);
    return out;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return lower_ascii(x) == lower_ascii(y);
    });
}

std::string_view trim(std::string_view text) {
    constexpr std::string_view kBlank = " \t\r\n\f\v";
    const auto first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

std::size_t utf8_sequence_length(std::string_view text) {
    if (text.empty()) return 0;
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return 1;
    const std::size_t n = lead >= 0xc2 && lead <= 0xdf   ? 2
                          : lead >= 0xe0 && lead <= 0xef ? 3
                          : lead >= 0xf0 && lead <= 0xf4 ? 4
                                                         : 0;
    if (n == 0 || text.size() < n) return 0;
    for (std::size_t i = 1; i < n; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return 0;
    }
    const unsigned char second = byte(1);
    if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) ||
        (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f)) {
        return 0;
    }
    return n;
}

std::string repair_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::size_t n = utf8_sequence_length(text);
        if (n == 0) {
            out += "\xef\xbf\xbd";
            text.remove_prefix(1);
        } else {
            out.append(text.substr(0, n));
            text.remove_prefix(n);
        }
    }
    return out;
}

std::string_view truncate_utf8(std::string_view text, std::size_t bytes) {
    if (text.size() <= bytes) return text;
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80) --bytes;
    return text.substr(0, bytes);
}

std::string printable(std::string_view text) { return escape_unprintable(text, false); }

std::string printable_block(std::string_view text) { return escape_unprintable(text, true); }

std::string harmless_json(std::string_view json) {
    std::string out;
    out.reserve(json.size());
    while (!json.empty()) {
        const std::size_t n = std::max<std::size_t>(utf8_sequence_length(json), 1);
        const std::uint32_t code = decode_utf8(json.substr(0, n));
        if ((code >= 0x7f && code < 0xa0) || in_ranges(code, kDeceptive)) {
            if (code > 0xffff) {
                const std::uint32_t rest = code - 0x10000;
                out += fmt::format(
                    "\\u{:04x}\\u{:04x}", 0xd800 + (rest >> 10), 0xdc00 + (rest & 0x3ff));
            } else {
                out += fmt::format("\\u{:04x}", code);
            }
        } else {
            out.append(json.substr(0, n));
        }
        json.remove_prefix(n);
    }
    return out;
}

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        const std::size_t n = utf8_sequence_length(text);
        width += n == 0 ? 1 : width_of(decode_utf8(text.substr(0, n)));
        text.remove_prefix(std::max<std::size_t>(n, 1));
    }
    return width;
}

std::string fit_columns(std::string_view text, std::size_t columns) {
    if (display_width(text) <= columns) return std::string(text);
    if (columns == 0) return {};
    std::string out;
    std::size_t used = 0;
    while (!text.empty()) {
        const std::size_t n = std::max<std::size_t>(utf8_sequence_length(text), 1);
        const std::size_t w = display_width(text.substr(0, n));
        if (used + w > columns - 1) break;
        used += w;
        out.append(text.substr(0, n));
        text.remove_prefix(n);
    }
    return out + "…";
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> previous(b.size() + 1);
    std::vector<std::size_t> current(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        current[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replace = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            current[j] = std::min({previous[j] + 1, current[j - 1] + 1, replace});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                current[j] = std::min(current[j], before[j - 2] + 1);
            }
        }
        std::swap(before, previous);
        std::swap(previous, current);
    }
    return previous[b.size()];
}

}  // namespace mcprisk

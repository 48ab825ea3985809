#include "model/base/json_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "model/base/text.h"

namespace mcprisk {
namespace {

using nlohmann::json;

enum Class : unsigned char { kPlain, kEscape, kOutside };  // kOutside: DEL and all above ASCII

constexpr std::array<unsigned char, 256> classes() {
    std::array<unsigned char, 256> table{};
    for (std::size_t c = 0; c < table.size(); ++c) {
        table[c] = c < 0x20 || c == '"' || c == '\\' ? kEscape : c >= 0x7f ? kOutside : kPlain;
    }
    return table;
}
constexpr std::array<unsigned char, 256> kClasses = classes();

unsigned char class_of(char c) { return kClasses[static_cast<unsigned char>(c)]; }

void append_escape(std::string& out, char c) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\t':
            out += "\\t";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\b':
            out += "\\b";
            return;
        case '\f':
            out += "\\f";
            return;
        default:
            break;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += "\\u00";
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 0x0fU];
}

bool is_valid_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t n = utf8_sequence_length(text);
        if (n == 0) return false;
        text.remove_prefix(n);
    }
    return true;
}

template <bool kHarmless>
void append_quoted(std::string& out, std::string_view text) {
    const std::size_t start = out.size();
    out += '"';
    std::size_t run = 0;  // where the text that needs no change begins
    std::size_t i = 0;
    while (i < text.size()) {
        const unsigned char kind = class_of(text[i]);
        if (kind == kPlain) {
            ++i;
            continue;
        }
        if (kind == kEscape) {
            out.append(text, run, i - run);
            append_escape(out, text[i]);
            run = ++i;
            continue;
        }
        std::size_t end = i;
        while (end < text.size() && class_of(text[end]) == kOutside) ++end;
        const std::string_view outside = text.substr(i, end - i);
        if (!is_valid_utf8(outside)) {
            // The same replacement characters as everywhere else.
            out.resize(start);
            const std::string mended =
                json(text).dump(-1, ' ', false, json::error_handler_t::replace);
            out += kHarmless ? harmless_json(mended) : mended;
            return;
        }
        if constexpr (kHarmless) {
            out.append(text, run, i - run);
            out += harmless_json(outside);
            run = end;
        }
        i = end;
    }
    out.append(text, run, text.size() - run);
    out += '"';
}

template <typename Integer>
void append_integer(std::string& out, Integer number) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    append_quoted<false>(out, text);
}

void append_harmless_json_string(std::string& out, std::string_view text) {
    append_quoted<true>(out, text);
}

void append_json_number(std::string& out, std::int64_t number) { append_integer(out, number); }
void append_json_number(std::string& out, std::uint64_t number) { append_integer(out, number); }

void append_json_number(std::string& out, double number) {
    constexpr double kExact = 9007199254740992.0;
    if (std::floor(number) == number && std::abs(number) <= kExact) {
        append_integer(out, static_cast<std::int64_t>(number));
    } else {
        out += json(number).dump();
    }
}

}  // namespace mcprisk

#include "crawler/unescape.h"

#include <array>
#include <charconv>
#include <string_view>
#include <utility>

namespace mcprisk::crawler {
namespace {

struct Piece {
    std::string text;
    std::size_t length = 0;  // of what it was written as; 0: no escape
};

std::string utf8(unsigned code) {
    std::string out;
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0 | (code >> 6));
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        out += static_cast<char>(0xE0 | (code >> 12));
        out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | ((code >> 18) & 0x07));
        out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
        out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    }
    return out;
}

std::optional<unsigned> number(std::string_view digits, int base) {
    unsigned value = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (error != std::errc{} || end != digits.data() + digits.size() || digits.empty() ||
        value > 0x10FFFF) {
        return std::nullopt;
    }
    return value;
}

Piece percent(std::string_view text) {
    if (text.size() < 3) return {};
    const auto byte = number(text.substr(1, 2), 16);
    if (!byte) return {};
    return {std::string(1, static_cast<char>(*byte)), 3};
}

Piece backslash(std::string_view text) {
    if (text.size() < 2) return {};
    const std::size_t digits = text[1] == 'u' ? 4 : text[1] == 'x' ? 2 : 0;
    if (digits != 0) {
        if (text.size() < 2 + digits) return {};
        const auto code = number(text.substr(2, digits), 16);
        if (!code) return {};
        return {utf8(*code), 2 + digits};
    }
    constexpr std::string_view kLetters = "nrtbf";
    constexpr std::string_view kMeaning = "\n\r\t\b\f";
    const auto letter = kLetters.find(text[1]);
    if (letter != std::string_view::npos) return {std::string(1, kMeaning[letter]), 2};
    constexpr std::string_view kPlain = "\"'/\\";
    if (kPlain.find(text[1]) == std::string_view::npos) return {};
    return {std::string(1, text[1]), 2};
}

Piece entity(std::string_view text) {
    constexpr std::size_t kLongest = 10;
    const auto end = text.substr(0, kLongest).find(';');
    if (end == std::string_view::npos) return {};
    const std::string_view name = text.substr(1, end - 1);
    if (name.starts_with("#x") || name.starts_with("#X")) {
        const auto code = number(name.substr(2), 16);
        return code ? Piece{utf8(*code), end + 1} : Piece{};
    }
    if (name.starts_with("#")) {
        const auto code = number(name.substr(1), 10);
        return code ? Piece{utf8(*code), end + 1} : Piece{};
    }
    constexpr std::array<std::pair<std::string_view, char>, 5> kNames{
        {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
    for (const auto& [known, meaning] : kNames) {
        if (name == known) return {std::string(1, meaning), end + 1};
    }
    return {};
}

}  // namespace

std::optional<Unescaped> unescape(Unescaped from) {
    const std::string_view text = from.text;
    if (text.find_first_of("%\\&") == std::string_view::npos) return std::nullopt;
    const auto origin = [&](std::size_t at) { return from.origin.empty() ? at : from.origin[at]; };
    Unescaped to;
    bool any = false;
    for (std::size_t at = 0; at < text.size();) {
        Piece piece;
        if (text[at] == '%') piece = percent(text.substr(at));
        if (text[at] == '\\') piece = backslash(text.substr(at));
        if (text[at] == '&') piece = entity(text.substr(at));
        any = any || piece.length != 0;
        if (piece.length == 0) piece = {std::string(1, text[at]), 1};
        for (const char c : piece.text) {
            to.text += c;
            to.origin.push_back(origin(at));
        }
        at += piece.length;
    }
    to.origin.push_back(origin(text.size()));
    if (!any) return std::nullopt;
    return to;
}

}  // namespace mcprisk::crawler

#include "model/unstable.h"

#include <algorithm>
#include <cstddef>
#include <stdexcept>

#include "model/base/text.h"

namespace mcprisk {
namespace {

constexpr std::string_view kPath =
    R"((?:/private)?/(?:tmp|var/tmp|var/folders|dev/shm|run/user)/[^\s"'`)\]}<>,;]*)"
    R"(|[A-Z]:\\Users\\[^\s"'`)\]}<>,;]*\\Temp\\[^\s"'`)\]}<>,;]*)";

constexpr std::string_view kPiece =
    R"((\d{4}-\d{2}-\d{2}(?:[T_ ]\d{2}[:.-]\d{2}(?:[:.-]\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?)"
    R"(|\d{1,2}:\d{2}:\d{2}(?:\.\d+)?Z?)"
    R"(|\d{10,19})"
    R"(|(?:localhost|127\.0\.0\.1|\[::1\]):\d{2,5})"
    R"(|(?:pid|port)[ :=#]{1,2}\d{2,7})"
    R"(|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
    R"(|[A-Za-z0-9_-]{8,64}))";

Regex compiled(std::string_view pattern) {
    auto regex = Regex::compile(pattern);
    if (!regex) throw std::logic_error(regex.error().message);
    return std::move(*regex);
}

bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (lower_ascii(c) >= 'a' && lower_ascii(c) <= 'f'); }

// Eight or more signs that no person would choose: hexadecimal, or digits strewn among letters.
bool is_random(std::string_view word) {
    const auto digits = std::count_if(word.begin(), word.end(), is_digit);
    const bool letters = std::any_of(word.begin(), word.end(), [](char c) {
        return lower_ascii(c) >= 'a' && lower_ascii(c) <= 'z';
    });
    if (digits == 0 || !letters) return false;
    if (std::all_of(word.begin(), word.end(), is_hex)) return true;
    std::size_t switches = 0;
    for (std::size_t i = 1; i < word.size(); ++i) {
        if (is_digit(word[i]) != is_digit(word[i - 1])) ++switches;
    }
    return word.size() >= 12 && digits >= 3 && switches >= 4;
}

bool is_date_or_the_like(std::string_view piece) {
    if (piece.find_first_of(":=# ") != std::string_view::npos) return true;
    return piece.size() >= 10 && piece[4] == '-' && piece[7] == '-' &&
           std::all_of(piece.begin(), piece.begin() + 4, is_digit) && is_digit(piece[5]) &&
           is_digit(piece[6]) && is_digit(piece[8]) && is_digit(piece[9]);
}

// What stands for a piece; empty if it is ordinary text.
std::string_view sign_for(std::string_view piece) {
    if (std::all_of(piece.begin(), piece.end(), is_digit)) {
        const bool epoch =
            piece.size() == 10 || piece.size() == 13 || piece.size() == 16 || piece.size() == 19;
        return epoch ? "\x01time" : "";
    }
    if (is_date_or_the_like(piece)) return "\x01time";
    return is_random(piece) ? "\x01id" : "";
}

}  // namespace

UnstableText::UnstableText() : path_(compiled(kPath)), piece_(compiled(kPiece)) {}

std::string UnstableText::masked(std::string_view text) const {
    std::string without_paths;
    for (std::string_view rest = text;;) {
        const auto found = path_.find(rest);
        if (!found) {
            without_paths += rest;
            break;
        }
        without_paths += rest.substr(0, found->begin);
        const std::string_view path = rest.substr(found->begin, found->end - found->begin);
        // One that climbs out of the folder leads to a place that somebody chose.
        if (path.find("..") == std::string_view::npos) {
            without_paths += "\x01path";
        } else {
            without_paths += path;
        }
        rest.remove_prefix(found->end);
    }
    std::string out;
    std::string_view rest = without_paths;
    while (!rest.empty()) {
        const auto found = piece_.find(rest);
        if (!found) break;
        const bool whole = (found->begin == 0 ? out.empty() || !is_word(out.back())
                                              : !is_word(rest[found->begin - 1])) &&
                           (found->end == rest.size() || !is_word(rest[found->end]));
        const std::string_view piece = rest.substr(found->begin, found->end - found->begin);
        const std::string_view sign = whole ? sign_for(piece) : "";
        out += rest.substr(0, found->begin);
        out += sign.empty() ? piece : sign;
        rest.remove_prefix(found->end);
    }
    out += rest;
    return out;
}

bool UnstableText::differ_only_so(std::string_view a, std::string_view b) const {
    return a != b && masked(a) == masked(b);
}

}  // namespace mcprisk

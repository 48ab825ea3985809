// What a server may make of a credential that it was given: the forms in which it comes back.
#pragma once

#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mcprisk::test {

inline std::string mirrored_base64(std::string_view bytes, bool url = false) {
    const std::string_view alphabet =
        url ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
            : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        unsigned group = 0;
        for (std::size_t k = 0; k < 3; ++k) {
            group =
                group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
        }
        for (std::size_t k = 0; k < 4; ++k) {
            out += i + k <= bytes.size() ? alphabet[(group >> (18 - 6 * k)) & 63] : '=';
        }
    }
    return out;
}

inline std::string mirrored_bytes(std::string_view bytes, std::string_view before) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    for (const unsigned char c : bytes) {
        out += before;
        out += kDigits[c >> 4];
        out += kDigits[c & 15];
    }
    return out;
}

inline std::vector<std::string> mirrored(const std::string& secret) {
    std::string upper = secret;
    for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    std::vector<std::string> forms{secret,
                                   upper,
                                   mirrored_bytes(secret, "%"),
                                   mirrored_bytes(secret, ""),
                                   mirrored_bytes(secret, "\\u00")};
    for (const char* before : {"", "u", "us"}) {
        forms.push_back(mirrored_base64(before + secret));
        forms.push_back(mirrored_base64(before + secret, true));
    }
    return forms;
}

// Where in `text` any form of `secret` begins; npos if nowhere. Of base64 the middle is looked for,
// which does not depend on what stands beside the secret.
inline std::size_t find_mirrored(std::string_view text, const std::string& secret) {
    const auto lower = [](std::string_view from) {
        std::string to(from);
        for (char& c : to) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        return to;
    };
    const std::string all = lower(text);
    for (const std::string& form : mirrored(secret)) {
        std::string_view part = form;
        const bool base64 = part.find('%') == part.npos && part.find('\\') == part.npos &&
                            lower(part).find(lower(secret)) == part.npos &&
                            lower(part) != lower(mirrored_bytes(secret, ""));
        if (base64) part = part.substr(4, part.size() - 9);
        if (const auto at = all.find(lower(part)); at != std::string::npos) return at;
    }
    return std::string_view::npos;
}

}  // namespace mcprisk::test

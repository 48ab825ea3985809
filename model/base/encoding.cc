#include "model/base/encoding.h"

namespace mcprisk {

char32_t decode_utf8(std::string_view sequence) {
    const auto byte = [&](std::size_t i) {
        return static_cast<char32_t>(static_cast<unsigned char>(sequence[i]));
    };
    const auto tail = [&](std::size_t i) { return byte(i) & 0x3fU; };
    switch (sequence.size()) {
        case 0:
            return 0;
        case 1:
            return byte(0);
        case 2:
            return (byte(0) & 0x1fU) << 6U | tail(1);
        case 3:
            return (byte(0) & 0x0fU) << 12U | tail(1) << 6U | tail(2);
        default:
            return (byte(0) & 0x07U) << 18U | tail(1) << 12U | tail(2) << 6U | tail(3);
    }
}

std::string percent_encode(std::string_view text, std::string_view also) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') ||
                           std::string_view("-._~").find(c) != std::string_view::npos ||
                           also.find(c) != std::string_view::npos;
        if (plain) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += kDigits[byte >> 4U];
        out += kDigits[byte & 0x0fU];
    }
    return out;
}

}  // namespace mcprisk

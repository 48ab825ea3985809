#include "classifier/reading/visible.h"

#include <algorithm>
#include <cstdint>

#include "model/base/text.h"

namespace mcprisk::classifier {
namespace {

struct Decoded {
    std::uint32_t point = 0;
    std::size_t bytes = 1;
};

Decoded decode(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at + i]));
    };
    const std::size_t length = utf8_sequence_length(text.substr(at));
    switch (length) {
        case 2:
            return {(byte(0) & 0x1fU) << 6U | (byte(1) & 0x3fU), 2};
        case 3:
            return {(byte(0) & 0x0fU) << 12U | (byte(1) & 0x3fU) << 6U | (byte(2) & 0x3fU), 3};
        case 4:
            return {(byte(0) & 0x07U) << 18U | (byte(1) & 0x3fU) << 12U | (byte(2) & 0x3fU) << 6U |
                        (byte(3) & 0x3fU),
                    4};
        default:
            return {byte(0), 1};
    }
}

bool has_no_shape(std::uint32_t c) {
    return c == 0xad || c == 0x34f || c == 0x61c || c == 0x180e || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0000 && c <= 0xe01ef);
}

bool is_fullwidth(std::uint32_t c) {
    return (c >= 0xff21 && c <= 0xff3a) || (c >= 0xff41 && c <= 0xff5a) ||
           (c >= 0xff10 && c <= 0xff19);
}

}  // namespace

bool hides_signs(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0xc2) {
            ++i;
            continue;
        }
        const Decoded one = decode(text, i);
        if (has_no_shape(one.point) || is_fullwidth(one.point)) return true;
        i += one.bytes;
    }
    return false;
}

std::string visible_text(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const Decoded one = decode(text, i);
        if (is_fullwidth(one.point)) {
            out += static_cast<char>(one.point - 0xfee0);
        } else if (!has_no_shape(one.point)) {
            out += text.substr(i, one.bytes);
        }
        i += one.bytes;
    }
    return out;
}

bool hides_signs(const Tool& tool) {
    return hides_signs(tool.name) || hides_signs(tool.description) || hides_signs(tool.title) ||
           hides_signs(tool.annotations.title) ||
           std::any_of(tool.parameters.begin(), tool.parameters.end(), [](const Parameter& one) {
               return hides_signs(one.name) || hides_signs(one.description) ||
                      std::any_of(one.choices.begin(), one.choices.end(), [](const auto& choice) {
                          return hides_signs(choice);
                      });
           });
}

Tool visible_tool(const Tool& tool) {
    Tool out = tool;
    for (std::string* text : {&out.name, &out.description, &out.title, &out.annotations.title}) {
        *text = visible_text(*text);
    }
    for (Parameter& one : out.parameters) {
        one.name = visible_text(one.name);
        one.description = visible_text(one.description);
        for (std::string& choice : one.choices) choice = visible_text(choice);
    }
    return out;
}

}  // namespace mcprisk::classifier

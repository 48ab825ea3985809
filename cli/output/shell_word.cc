#include "cli/output/shell_word.h"

#include "model/base/text.h"

namespace mcprisk::cli {

std::string shell_word(std::string_view word) {
    constexpr std::string_view kHarmless =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
    const std::string shown = printable(word);
    if (!shown.empty() && shown.find_first_not_of(kHarmless) == std::string::npos &&
        shown.front() != '-') {
        return shown;
    }
    std::string out = "'";
    for (const char c : shown) {
        if (c == '\'') {
            out += "'\\''";
        } else {
            out += c;
        }
    }
    return out + "'";
}

}  // namespace mcprisk::cli

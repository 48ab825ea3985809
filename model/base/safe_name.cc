#include "model/base/safe_name.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "model/base/hash.h"
#include "model/base/text.h"

namespace mcprisk {
namespace {

constexpr std::size_t kMaxBytes = 100;

bool stays(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '_' || c == '-' || c == '@';
}

bool is_device_name(std::string_view name) {
    constexpr std::array<std::string_view, 4> kPlain{"con", "prn", "aux", "nul"};
    const std::string stem = lower_ascii(name.substr(0, name.find('.')));
    if (std::find(kPlain.begin(), kPlain.end(), stem) != kPlain.end()) return true;
    return stem.size() == 4 && (stem.starts_with("com") || stem.starts_with("lpt")) &&
           stem[3] >= '0' && stem[3] <= '9';
}

}  // namespace

std::string safe_file_name(std::string_view name) {
    std::string safe;
    for (const char c : name.substr(0, kMaxBytes)) {
        if (stays(c)) {
            safe += c;
        } else if (safe.empty() || safe.back() != '-') {
            safe += '-';
        }
    }
    while (!safe.empty() && (safe.front() == '.' || safe.front() == '-')) safe.erase(0, 1);
    while (!safe.empty() && (safe.back() == '-' || safe.back() == '.')) safe.pop_back();
    if (!safe.empty() && safe == name && !is_device_name(safe)) return safe;
    if (safe.empty()) safe = "server";
    return fmt::format("{}-{}", safe.substr(0, kMaxBytes - 9), sha256_hex(name).substr(0, 8));
}

std::string SafeNames::take(std::string_view name) {
    const std::string base = safe_file_name(name);
    std::string candidate = base;
    for (int n = 2; !taken_.insert(lower_ascii(candidate)).second; ++n) {
        candidate = fmt::format("{}-{}", base, n);
    }
    return candidate;
}

}  // namespace mcprisk

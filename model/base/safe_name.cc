#include "model/base/safe_name.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "model/base/hash.h"
#include "model/base/text.h"

namespace mcprisk {
namespace {

constexpr std::size_t kMaxBytes = 100;
constexpr std::size_t kMarkDigits = 16;

bool stays(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '_' || c == '-' || c == '@';
}

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

// In any case of letters, since some file systems do not tell them apart.
bool looks_marked(std::string_view name) {
    if (name.size() <= kMarkDigits || name[name.size() - kMarkDigits - 1] != '-') return false;
    const std::string end = lower_ascii(name.substr(name.size() - kMarkDigits));
    return std::all_of(end.begin(), end.end(), is_hex);
}

bool is_device_name(std::string_view name) {
    constexpr std::array<std::string_view, 4> kPlain{"con", "prn", "aux", "nul"};
    const std::string stem = lower_ascii(name.substr(0, name.find('.')));
    if (std::find(kPlain.begin(), kPlain.end(), stem) != kPlain.end()) return true;
    return stem.size() == 4 && (stem.starts_with("com") || stem.starts_with("lpt")) &&
           stem[3] >= '0' && stem[3] <= '9';
}

}  // namespace

namespace {

std::string harmless(std::string_view name) {
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
    return safe;
}

std::string with_mark(std::string_view name, const std::string& hash) {
    std::string safe = harmless(name);
    if (safe.empty()) safe = "server";
    return fmt::format(
        "{}-{}", safe.substr(0, kMaxBytes - kMarkDigits - 1), hash.substr(0, kMarkDigits));
}

}  // namespace

std::string marked_file_name(std::string_view name) { return with_mark(name, sha256_hex(name)); }

std::string safe_file_name(std::string_view name) {
    const std::string safe = harmless(name);
    if (!safe.empty() && safe == name && !is_device_name(safe) && !looks_marked(safe)) return safe;
    return marked_file_name(name);
}

std::string SafeNames::take(std::string_view name) {
    std::string candidate = safe_file_name(name);
    if (taken_.insert(lower_ascii(candidate)).second) return candidate;
    candidate = marked_file_name(name);
    for (int n = 2; !taken_.insert(lower_ascii(candidate)).second; ++n) {
        candidate = with_mark(name, sha256_hex(sha256_hex(name) + std::to_string(n)));
    }
    return candidate;
}

}  // namespace mcprisk

#include "crawler/secret_words.h"

#include <algorithm>
#include <array>
#include <string>

#include "model/base/regex.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return lower_ascii(c) >= 'a' && lower_ascii(c) <= 'z'; }

// Values of settings that are words. Longer words than these eight letters are listed.
constexpr std::size_t kWordLetters = 8;
constexpr std::array<std::string_view, 12> kLongWords{"development",
                                                      "production",
                                                      "application",
                                                      "automatic",
                                                      "streamable",
                                                      "streamable-http",
                                                      "read-only",
                                                      "read-write",
                                                      "localhost",
                                                      "application/json",
                                                      "information",
                                                      "text/event-stream"};

const Regex& plain_forms() {
    static const auto compiled = Regex::compile(
        // versions, dates, amounts, version ranges
        R"(^(v?[0-9]{1,4}([.\-/:][0-9]{1,4}){1,3})"
        // locales and regions: en_US.UTF-8, eu-west-1
        R"(|[a-z]{2,3}[_-][A-Za-z]{2,9}(\.[A-Za-z0-9-]{3,7}|-[0-9])?)"
        // host names and addresses with a port, their labels words
        R"(|localhost:[0-9]{1,5}|[A-Za-z-]{1,20}(\.[A-Za-z-]{1,20}){1,5}(:[0-9]{1,5})?)"
        // paths
        R"(|(~|\.{1,2}|[A-Za-z]:)?[/\\].*)"
        // addresses without credentials
        R"(|[a-z][a-z0-9+.-]*://[^@?#]*)$)",
        true);
    return *compiled;
}

}  // namespace

bool names_secret(std::string_view name) {
    constexpr std::array<std::string_view, 17> kParts{"password",
                                                      "passwd",
                                                      "passphrase",
                                                      "secret",
                                                      "token",
                                                      "apikey",
                                                      "api-key",
                                                      "api_key",
                                                      "access-key",
                                                      "access_key",
                                                      "private-key",
                                                      "private_key",
                                                      "credential",
                                                      "authorization",
                                                      "cookie",
                                                      "bearer",
                                                      "webhook"};
    // These are in other words as well and count alone: "key", but not "keyword" or "monkey".
    constexpr std::array<std::string_view, 10> kWords{
        "key", "auth", "pwd", "pass", "pat", "pin", "dsn", "jwt", "sig", "signature"};
    const std::string lower = lower_ascii(name);
    if (lower == "-k") return true;
    const auto within = [&](std::string_view part) {
        return lower.find(part) != std::string::npos;
    };
    if (std::any_of(kParts.begin(), kParts.end(), within)) return true;
    for (std::size_t at = 0; at < lower.size();) {
        const std::size_t end = std::min(lower.find_first_of("-_. ", at), lower.size());
        const std::string_view word = std::string_view(lower).substr(at, end - at);
        if (std::find(kWords.begin(), kWords.end(), word) != kWords.end()) return true;
        at = end + 1;
    }
    return false;
}

bool is_ordinary(std::string_view value) {
    if (value.size() < 4) return true;
    if (std::all_of(value.begin(), value.end(), is_letter) && value.size() <= kWordLetters) {
        return true;
    }
    if (std::all_of(value.begin(), value.end(), is_digit)) return value.size() < 8;
    const std::string lower = lower_ascii(value);
    if (std::find(kLongWords.begin(), kLongWords.end(), lower) != kLongWords.end()) return true;
    return !looks_like_key(value) && plain_forms().matches(value);
}

bool is_path_key(std::string_view part) {
    static const auto uuid = Regex::compile(
        R"(^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$)", true);
    if (uuid->matches(part)) return true;
    // Names of versions and dates, as 2025-03-26-preview, have shorter runs.
    constexpr std::size_t kShortestRun = 20;
    for (std::size_t at = 0; at < part.size();) {
        const std::size_t end = std::min(part.find_first_of("-_.~:@,;", at), part.size());
        if (end - at >= kShortestRun && looks_like_key(part.substr(at, end - at))) return true;
        at = end + 1;
    }
    return false;
}

bool looks_like_key(std::string_view value) {
    constexpr std::size_t kShortest = 16;
    if (value.size() < kShortest) return false;
    std::size_t letters = 0;
    std::size_t digits = 0;
    std::size_t switches = 0;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        if (is_digit(c)) {
            ++digits;
        } else if (is_letter(c)) {
            ++letters;
        } else if (c != '-' && c != '_' && c != '=' && c != '+') {
            return false;
        }
        if (i > 0 && is_digit(c) != is_digit(value[i - 1])) ++switches;
    }
    return letters >= 2 && digits >= 3 && switches >= 4;
}

}  // namespace mcprisk::crawler

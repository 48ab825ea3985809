#include "classifier/findings/literal_starts.h"

#include "model/base/text.h"

namespace mcprisk::classifier {
namespace {

constexpr std::size_t kShortestStart = 2;
constexpr std::size_t kMostStarts = 400;

// The place after the element (escape, class, group or character) that begins at `at`.
std::size_t after_element(std::string_view pattern, std::size_t at) {
    if (pattern[at] == '\\') return std::min(at + 2, pattern.size());
    if (pattern[at] == '[') {
        std::size_t i = at + 1;
        if (i < pattern.size() && pattern[i] == '^') ++i;
        if (i < pattern.size() && pattern[i] == ']') ++i;
        while (i < pattern.size() && pattern[i] != ']') i += pattern[i] == '\\' ? 2 : 1;
        return std::min(i + 1, pattern.size());
    }
    if (pattern[at] == '(') {
        std::size_t i = at + 1;
        while (i < pattern.size() && pattern[i] != ')') i = after_element(pattern, i);
        return std::min(i + 1, pattern.size());
    }
    return at + 1;
}

std::vector<std::string_view> alternatives(std::string_view pattern) {
    std::vector<std::string_view> out;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < pattern.size();) {
        if (pattern[i] == '|') {
            out.push_back(pattern.substr(begin, i - begin));
            begin = i + 1;
        }
        i = after_element(pattern, i);
    }
    out.push_back(pattern.substr(begin));
    return out;
}

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' ||
           c == '_' || c == '-' || c == ',' || c == ':' || c == '/' || c == '@';
}

bool may_be_absent(std::string_view pattern, std::size_t at) {
    return at < pattern.size() && (pattern[at] == '?' || pattern[at] == '*' || pattern[at] == '{');
}

// False if some match may begin otherwise.
bool collect(std::string_view pattern, std::vector<std::string>& out) {
    const auto choices = alternatives(pattern);
    if (choices.size() > 1) {
        for (const std::string_view one : choices) {
            if (!collect(one, out)) return false;
        }
        return true;
    }
    while (pattern.starts_with("\\b")) pattern.remove_prefix(2);
    if (pattern.starts_with("(?:")) {
        const std::size_t end = after_element(pattern, 0);
        if (may_be_absent(pattern, end) || end < 4) return false;
        return collect(pattern.substr(3, end - 4), out);
    }
    std::size_t end = 0;
    while (end < pattern.size() && is_plain(pattern[end])) ++end;
    if (end > 0 && may_be_absent(pattern, end)) --end;
    if (end < kShortestStart || out.size() == kMostStarts) return false;
    out.push_back(lower_ascii(pattern.substr(0, end)));
    return true;
}

}  // namespace

std::vector<std::string> literal_starts(std::string_view pattern) {
    std::vector<std::string> out;
    if (!collect(pattern, out)) out.clear();
    return out;
}

}  // namespace mcprisk::classifier

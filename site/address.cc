#include "site/address.h"

#include <algorithm>
#include <array>
#include <map>

#include "model/base/hash.h"
#include "model/base/text.h"

namespace mcprisk::site {
namespace {

constexpr std::size_t kLongestSegment = 60;
constexpr std::size_t kLongest = 120;

bool plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '@' || c == '.' || c == '_' ||
           c == '-';
}

bool is_device(std::string_view segment) {
    static constexpr std::array<std::string_view, 4> kPlain{"con", "prn", "aux", "nul"};
    const std::string stem = lower_ascii(segment.substr(0, segment.find('.')));
    if (std::find(kPlain.begin(), kPlain.end(), stem) != kPlain.end()) return true;
    return stem.size() == 4 && (stem.starts_with("com") || stem.starts_with("lpt")) &&
           stem[3] >= '0' && stem[3] <= '9';
}

// A folder must not have the name of another page's file.
bool looks_like_file(std::string_view segment) {
    for (const std::string_view end : {".html", ".json", ".svg", ".atom"}) {
        if (segment.ends_with(end)) return true;
    }
    return false;
}

bool good_segment(std::string_view segment) {
    return !segment.empty() && segment.size() <= kLongestSegment && segment.front() != '.' &&
           segment.back() != '.' && segment.front() != '-' && !is_device(segment) &&
           !looks_like_file(segment) && std::all_of(segment.begin(), segment.end(), plain);
}

std::string mended(std::string_view segment) {
    std::string out;
    for (const char raw : segment.substr(0, 40)) {
        const char c = lower_ascii(raw);
        out += plain(c) ? c : '-';
    }
    while (!out.empty() && (out.front() == '.' || out.front() == '-')) out.erase(0, 1);
    while (!out.empty() && out.back() == '.') out.pop_back();
    if (looks_like_file(out)) std::replace(out.begin(), out.end(), '.', '-');
    if (out.empty() || is_device(out)) out = "x" + out;
    return out;
}

std::string_view registry_of(std::string_view id) {
    for (const std::string_view one : {"npm:", "pypi:", "oci:"}) {
        if (id.starts_with(one)) return one;
    }
    return {};
}

std::string mark(std::string_view text) { return "~" + sha256_hex(text).substr(0, 8); }

}  // namespace

std::string server_slug(std::string_view id) {
    const std::string_view registry = registry_of(id);
    std::string path(id);
    if (!registry.empty()) path[registry.size() - 1] = '/';
    const auto segments = split(path, '/');
    bool good =
        path.size() <= kLongest && std::all_of(segments.begin(), segments.end(), good_segment);
    // What begins like a registry without being of it would meet the ids of that registry.
    if (registry.empty() && segments.size() > 1) {
        for (const std::string_view one : {"npm", "pypi", "oci"}) {
            if (segments.front() == one) good = false;
        }
    }
    if (good) return path;
    std::string_view rest(path);
    if (const auto scheme = rest.find("://"); scheme != std::string_view::npos) {
        rest.remove_prefix(scheme + 3);
    }
    std::string out;
    for (const std::string_view segment : split(rest, '/')) {
        if (segment.empty() || out.size() > 70) continue;
        out += (out.empty() ? "" : "/") + mended(segment);
    }
    if (out.empty()) out = "server";
    return out + mark(id);
}

std::string tool_slug(std::string_view name, bool doubled, std::string_view definition_hash) {
    const bool good = !doubled && !name.empty() && name.size() <= 64 && name.front() != '.' &&
                      name.front() != '-' && name.back() != '.' && !is_device(name) &&
                      !looks_like_file(name) && std::all_of(name.begin(), name.end(), [](char c) {
                          return plain(lower_ascii(c)) && c != '@';
                      });
    if (good) return std::string(name);
    std::string out;
    for (const char c : name.substr(0, 48)) {
        out += plain(lower_ascii(c)) && c != '@' ? c : '-';
    }
    while (!out.empty() && (out.front() == '.' || out.front() == '-')) out.erase(0, 1);
    if (out.empty()) out = "tool";
    return out + mark(std::string(name) + '\0' + std::string(definition_hash));
}

std::vector<std::string> tool_slugs(const std::vector<NamedTool>& tools) {
    std::map<std::string, std::size_t> seen;
    for (const NamedTool& tool : tools) ++seen[lower_ascii(tool.name)];
    std::vector<std::string> slugs;
    slugs.reserve(tools.size());
    for (const NamedTool& tool : tools) {
        slugs.push_back(
            tool_slug(tool.name, seen[lower_ascii(tool.name)] > 1, tool.definition_hash));
    }
    return slugs;
}

std::string word_slug(std::string_view word) {
    if (good_segment(word)) return std::string(word);
    return mended(word) + mark(word);
}

std::string to_root(std::string_view path) {
    std::string out;
    for (const char c : path) {
        if (c == '/') out += "../";
    }
    return out;
}

}  // namespace mcprisk::site

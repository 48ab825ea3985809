#include "crawler/start/smithery_way.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "crawler/config/config_tree.h"
#include "model/base/json.h"

namespace mcprisk::crawler {
namespace {

constexpr std::size_t kMostParts = 12;

bool is_name_sign(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// What stands between the bracket behind `key:` and the one that closes it; empty if there is none.
std::string_view bracketed(std::string_view code, std::string_view key, char open, char close) {
    for (auto at = code.find(key); at != std::string_view::npos; at = code.find(key, at + 1)) {
        if (at > 0 && (is_name_sign(code[at - 1]) || code[at - 1] == '.')) continue;
        std::size_t i = at + key.size();
        while (i < code.size() && (code[i] == ' ' || code[i] == ':' || code[i] == '"')) ++i;
        if (i >= code.size() || code[i] != open) continue;
        int depth = 0;
        for (std::size_t end = i; end < code.size(); ++end) {
            if (code[end] == open) ++depth;
            if (code[end] == close && --depth == 0) return code.substr(i + 1, end - i - 1);
        }
        return {};
    }
    return {};
}

// A text in quotes, a name such as `config.apiKey`, or a sign alone.
struct Part {
    std::string_view text;
    bool quoted = false;
};

std::vector<Part> parts_of(std::string_view code) {
    std::vector<Part> parts;
    for (std::size_t i = 0; i < code.size() && parts.size() < 200;) {
        const char c = code[i];
        if (c == '"' || c == '\'' || c == '`') {
            const auto end = std::min(code.find(c, i + 1), code.size());
            parts.push_back({code.substr(i + 1, end - i - 1), true});
            i = end + 1;
        } else if (is_name_sign(c)) {
            std::size_t end = i;
            while (end < code.size() && (is_name_sign(code[end]) || code[end] == '.')) ++end;
            parts.push_back({code.substr(i, end - i), false});
            i = end;
        } else {
            if (c == ':' || c == '?') parts.push_back({code.substr(i, 1), false});
            ++i;
        }
    }
    return parts;
}

constexpr std::string_view kConfig = "config.";

// "API_KEY" of "config.apiKey".
std::string spelled(std::string_view name) {
    std::string out;
    for (const char c : name) {
        const auto sign = static_cast<unsigned char>(c);
        if (std::isupper(sign) != 0 && !out.empty() && out.back() != '_') out += '_';
        out += static_cast<char>(std::toupper(sign));
    }
    return out;
}

void add_made_up(StartWay& way, std::string text, std::string_view config_name) {
    const std::string name = spelled(config_name);
    way.arguments.push_back({.text = std::move(text), .shape = shape_of(name), .name = name});
}

void add_way_argument(StartWay& way, const Part& part) {
    if (!part.quoted) {
        if (part.text.starts_with(kConfig)) add_made_up(way, {}, part.text.substr(kConfig.size()));
        return;
    }
    // The program's own file.
    const bool file = part.text.ends_with(".js") || part.text.ends_with(".mjs") ||
                      part.text.ends_with(".cjs") || part.text.ends_with(".ts");
    if (file || part.text.empty()) return;
    const auto hole = part.text.find("${config.");
    if (hole == std::string_view::npos) {
        way.arguments.push_back({.text = std::string(part.text), .shape = {}, .name = {}});
        return;
    }
    const std::string_view rest = part.text.substr(hole + 2 + kConfig.size());
    add_made_up(way, std::string(part.text.substr(0, hole)), rest.substr(0, rest.find('}')));
}

}  // namespace

StartWay way_of_smithery(std::string_view yaml_text) {
    StartWay way;
    const auto tree = read_config_tree(yaml_text);
    const nlohmann::json* start = tree ? find_member(tree->value, "startCommand") : nullptr;
    if (start == nullptr) return way;
    const std::string code = string_member(*start, "commandFunction");
    const auto variables = parts_of(bracketed(code, "env", '{', '}'));
    for (std::size_t i = 0; i + 1 < variables.size() && way.variables.size() < kMostParts; ++i) {
        const std::string_view name = variables[i].text;
        const bool is_key = variables[i + 1].text == ":" && !variables[i + 1].quoted;
        const bool is_variable =
            name.size() > 1 && std::all_of(name.begin(), name.end(), [](char c) {
                return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
            });
        if (is_key && is_variable) {
            way.variables[std::string(name)] = {.shape = shape_of(name), .literal = {}};
        }
    }
    for (const Part& part : parts_of(bracketed(code, "args", '[', ']'))) {
        if (way.arguments.size() == kMostParts) break;
        add_way_argument(way, part);
    }
    return way;
}

}  // namespace mcprisk::crawler

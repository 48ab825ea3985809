#include "crawler/start/sample_value.h"

#include <algorithm>
#include <cctype>
#include <cstddef>

#include "crawler/start/placeholder.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

bool is_word(std::string_view text) {
    return !text.empty() && text.size() <= 24 &&
           std::all_of(text.begin(), text.end(), [](unsigned char c) {
               return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '-' || c == '_' ||
                      c == ',' || c == '.';
           });
}

bool looks_made_up(std::string_view value) {
    const std::string text = lower_ascii(value);
    for (const char* sign :
         {"your",    "<",     ">",       "${",       "xxx",      "...",  "…",       "example",
          "replace", "/path", "path/to", "/users/",  "/home/",   "c:\\", "~/",      "my-",
          "{",       "here",  "abc123",  "username", "changeme", "todo", "absolute"}) {
        if (text.find(sign) != std::string::npos) return true;
    }
    return false;
}

bool is_path_like(std::string_view value) {
    return value.find('/') != std::string_view::npos ||
           value.find('\\') != std::string_view::npos || value.starts_with("~") ||
           value.starts_with(".");
}

Shape path_shape(std::string_view value, std::string_view name) {
    const auto ends = [&](std::string_view ending) { return lower_ascii(value).ends_with(ending); };
    if (ends(".json")) return Shape::json_file;
    if (ends(".yaml") || ends(".yml")) return Shape::yaml_file;
    if (ends(".pem") || ends(".key") || ends(".crt")) return Shape::pem_file;
    if (ends(".txt") || ends(".md") || ends(".db") || ends(".env") || ends(".sqlite")) {
        return Shape::file;
    }
    const Shape by_name = shape_of(name);
    return is_path(by_name) ? by_name : Shape::directory;
}

}  // namespace

bool is_secret_name(std::string_view name) {
    const std::string text = lower_ascii(name);
    for (const char* word :
         {"key", "token", "secret", "password", "passwd", "pwd", "credential", "auth"}) {
        if (text.find(word) != std::string::npos) return true;
    }
    return false;
}

std::optional<Shape> sample_shape(std::string_view value, std::string_view name) {
    const std::string text = lower_ascii(value);
    const auto scheme = text.find("://");
    if (scheme != std::string::npos && scheme < 24) {
        if (is_path(shape_of(name))) return shape_of(name);
        return text.starts_with("http") || text.starts_with("ws") ? Shape::url : Shape::database;
    }
    if (text == "true" || text == "false" || text == "stdio") return std::nullopt;
    if (is_path_like(value) && !value.starts_with("@")) return path_shape(value, name);
    if (is_word(value) && !is_secret_name(name) && !looks_made_up(value)) return std::nullopt;
    if (!text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
            return std::isdigit(c) != 0;
        })) {
        return is_secret_name(name) ? std::optional(Shape::key) : std::nullopt;
    }
    return shape_of(name.empty() ? value : name);
}

std::string sample_name(std::string_view value) {
    std::string out;
    for (const char c : value) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_') out += c;
        if (out.size() == 40) break;
    }
    return out.empty() ? "argument" : out;
}

std::string first_sample(std::string_view value) {
    while (!value.empty() &&
           (value.front() == '(' || value.front() == '<' || value.front() == '[')) {
        value.remove_prefix(1);
    }
    const auto bar = value.find('|');
    if (bar == std::string_view::npos || !is_word(value.substr(0, bar))) return {};
    return std::string(value.substr(0, bar));
}

std::optional<std::string> composed_sample(std::string_view sample, std::string_view package) {
    std::string out;
    std::size_t names = 0;
    for (std::size_t i = 0; i < sample.size();) {
        const auto is_of_name = [&](char c) {
            return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        };
        std::size_t end = i;
        while (end < sample.size() && is_of_name(sample[end])) ++end;
        if (end > i) {
            const std::string_view name = sample.substr(i, end - i);
            out += placeholder_value(shape_of(name), name, package);
            ++names;
            i = end;
        } else if (sample[i] == '/' || sample[i] == ':' || sample[i] == ',' || sample[i] == '@') {
            out += sample[i++];
        } else {
            return std::nullopt;
        }
    }
    if (names < 2) return std::nullopt;
    return out;
}

}  // namespace mcprisk::crawler

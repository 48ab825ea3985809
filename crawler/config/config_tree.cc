#include "crawler/config/config_tree.h"

#include <fmt/format.h>
#include <algorithm>
#include <vector>

#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

std::string joined(std::span<const std::string> path) {
    std::string key;
    for (const std::string& step : path) {
        key += step;
        key += '\x1f';
    }
    return key;
}

// Finds the objects of a JSON text that is known to be well-formed, comments and trailing commas
// aside. Nothing depends on what it finds but the line numbers in reports.
class JsonLines {
  public:
    JsonLines(std::string_view text, LineIndex& index) : in_(text), index_(index) {}

    void run() {
        while (at_ < in_.size()) {
            const char c = in_[at_];
            if (c == '"') {
                read_string();
                continue;
            }
            if (c == '/' && at_ + 1 < in_.size()) {
                skip_comment();
                continue;
            }
            if (c == '\n') ++line_;
            if (c == '{' || c == '[') open(c == '{');
            if ((c == '}' || c == ']') && !frames_.empty()) close();
            if (c == ',' && !frames_.empty()) ++frames_.back().index;
            ++at_;
        }
    }

  private:
    struct Frame {
        bool object = false;
        std::size_t index = 0;
    };

    void open(bool object) {
        if (!frames_.empty() && frames_.size() <= kIndexedDepth) {
            if (!frames_.back().object) {
                key_ = std::to_string(frames_.back().index);
                key_line_ = line_;
            }
            path_.push_back(key_);
            if (object) index_.add(path_, key_line_);
        }
        frames_.push_back({object, 0});
    }

    void close() {
        frames_.pop_back();
        if (!frames_.empty() && frames_.size() <= kIndexedDepth) path_.pop_back();
    }

    // Only the last string before a bracket matters: it is the key of what opens there.
    void read_string() {
        const std::size_t start = at_++;
        bool escaped = false;
        const std::size_t first_line = line_;
        while (at_ < in_.size() && in_[at_] != '"') {
            if (in_[at_] == '\n') ++line_;
            escaped = escaped || in_[at_] == '\\';
            at_ += in_[at_] == '\\' ? 2 : 1;
        }
        at_ = std::min(at_ + 1, in_.size());
        if (frames_.size() > kIndexedDepth) return;
        key_line_ = first_line;
        const std::string_view token = in_.substr(start, at_ - start);
        key_ = token.size() < 2 ? "" : std::string(token.substr(1, token.size() - 2));
        if (!escaped) return;
        if (const auto parsed = parse_json(token); parsed && parsed->is_string()) {
            key_ = parsed->get<std::string>();
        }
    }

    void skip_comment() {
        const bool block = in_[at_ + 1] == '*';
        const std::size_t end = in_.find(block ? "*/" : "\n", at_ + 2);
        const std::size_t stop = end == std::string_view::npos ? in_.size() : end + (block ? 2 : 0);
        line_ +=
            static_cast<std::size_t>(std::count(in_.begin() + static_cast<std::ptrdiff_t>(at_),
                                                in_.begin() + static_cast<std::ptrdiff_t>(stop),
                                                '\n'));
        at_ = stop;
    }

    std::string_view in_;
    LineIndex& index_;
    std::vector<Frame> frames_;
    std::vector<std::string> path_;
    std::string key_;
    std::size_t key_line_ = 0;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
};

// "[a.b]" or "[[a]]" alone on its line.
bool is_table_header(std::string_view line) {
    const auto close = line.rfind(']');
    if (!line.starts_with('[') || close == std::string_view::npos) return false;
    const std::string_view after = trim(line.substr(close + 1));
    if (!after.empty() && after.front() != '#') return false;
    const std::string_view inner = trim(line.substr(line.starts_with("[[") ? 2 : 1));
    const char first = inner.empty() ? '\0' : inner.front();
    const bool bare =
        (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || first == '_';
    return (bare || first == '"' || first == '\'') && inner.find(',') == std::string_view::npos &&
           inner.find('{') == std::string_view::npos;
}

bool has_toml_key(std::string_view line) {
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) return false;
    const auto colon = line.find(':');
    return colon == std::string_view::npos || equals < colon;
}

}  // namespace

void LineIndex::add(std::span<const std::string> path, std::size_t line) {
    lines_.insert_or_assign(joined(path), line);
}

std::size_t LineIndex::find(std::span<const std::string> path) const {
    const auto found = lines_.find(joined(path));
    return found == lines_.end() ? 0 : found->second;
}

ConfigFormat format_of(std::string_view text) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    while (!text.empty()) {
        const auto end = text.find('\n');
        const std::string_view line = trim(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        if (line.empty() || line.front() == '#') continue;
        if (line.front() == '[' && is_table_header(line)) return ConfigFormat::toml;
        if (line.front() == '{' || line.front() == '[' || line.starts_with("//") ||
            line.starts_with("/*")) {
            return ConfigFormat::json;
        }
        return has_toml_key(line) ? ConfigFormat::toml : ConfigFormat::yaml;
    }
    return ConfigFormat::json;
}

Result<ConfigTree> read_config_tree(std::string_view text, const JsonLimits& limits) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    if (text.size() > limits.bytes) {
        return fail(ErrorCode::too_large,
                    fmt::format("{} bytes, over the limit of {}", text.size(), limits.bytes));
    }
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
        return fail(ErrorCode::invalid_input, "the text is UTF-16: save the file as UTF-8");
    }
    switch (format_of(text)) {
        case ConfigFormat::toml:
            return read_toml_tree(text, limits);
        case ConfigFormat::yaml:
            return read_yaml_tree(text, limits);
        case ConfigFormat::json:
            break;
    }
    return read_json_tree(text, limits);
}

Result<ConfigTree> read_json_tree(std::string_view text, const JsonLimits& limits) {
    auto value = parse_jsonc(text, limits);
    if (!value) return fail(value.error());
    ConfigTree tree;
    tree.value = std::move(*value);
    JsonLines(text, tree.lines).run();
    return tree;
}

}  // namespace mcprisk::crawler

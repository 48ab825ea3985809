#include "classifier/reading/definition_texts.h"

#include <algorithm>

#include "model/base/json_tree.h"
#include "model/base/text.h"

namespace mcprisk::classifier {
namespace {

constexpr std::size_t kMostTexts = 4000;
constexpr std::size_t kLongestText = std::size_t{64} << 10;  // bytes that patterns look at
constexpr int kMaxDepth = 32;

class Walker {
  public:
    explicit Walker(std::vector<DefinitionText>& out) : out_(out) {}

    void walk_definition(const JsonNode& definition) {
        add_member(definition, "title", TextKind::text);
        if (const JsonNode* notes = definition.find("annotations")) {
            if (notes->is_object()) walk(*notes, "annotations", "", 0);
        }
        for (const char* key : {"inputSchema", "outputSchema"}) {
            if (const JsonNode* schema = definition.find(key)) walk(*schema, key, "", 0);
        }
    }

  private:
    void add(std::string path, std::string_view text, TextKind kind, std::string_view owner) {
        if (out_.size() >= kMostTexts || text.empty()) return;
        out_.push_back({std::move(path), std::string(text), kind, std::string(owner)});
    }

    void add_member(const JsonNode& value, const char* key, TextKind kind) {
        add(key, value.string_member(key), kind, "");
    }

    static std::string below(std::string_view path, std::string_view key) {
        std::string out;
        out.reserve(path.size() + key.size() + 1);
        return out.append(path).append(1, '.').append(key);
    }

    static bool holds_values(std::string_view key) {
        return key == "default" || key == "const" || key == "enum" || key == "examples" ||
               key == "example" || key == "pattern";
    }

    void walk(const JsonNode& value, const std::string& path, std::string_view owner, int depth) {
        if (depth > kMaxDepth || out_.size() >= kMostTexts) return;
        if (value.is_array()) {
            const auto items = value.items();
            for (std::size_t i = 0; i < items.size(); ++i) {
                step(items[i], path + '[' + std::to_string(i) + ']', "", owner, depth);
            }
        } else if (value.is_object()) {
            for (const auto& [key, member] : value.members()) {
                const bool names = key == "properties" || key == "patternProperties" ||
                                   key == "$defs" || key == "definitions";
                if (names && member.is_object()) {
                    walk_names(member, below(path, key), depth);
                } else if (key != "required" && key != "$schema" && key != "$ref" &&
                           key != "type" && key != "format") {
                    step(member, below(path, key), key, owner, depth);
                }
            }
        }
    }

    void walk_names(const JsonNode& members, const std::string& path, int depth) {
        for (const auto& [name, schema] : members.members()) {
            const std::string place = below(path, name);
            add(place, name, TextKind::name, name);
            walk(schema, place, name, depth + 1);
        }
    }

    void step(const JsonNode& value,
              const std::string& path,
              std::string_view key,
              std::string_view owner,
              int depth) {
        if (value.is_string()) {
            const bool among_values = key.empty() ? in_values_ : holds_values(key);
            add(path, value.text(), among_values ? TextKind::value : TextKind::parameter, owner);
        } else if (value.is_array() || value.is_object()) {
            const bool before = in_values_;
            in_values_ = before || holds_values(key);
            walk(value, path, owner, depth + 1);
            in_values_ = before;
        }
    }

    std::vector<DefinitionText>& out_;
    bool in_values_ = false;
};

// Without a definition: what was read of it.
void add_parameters(const Tool& tool, std::vector<DefinitionText>& out) {
    for (const Parameter& one : tool.parameters) {
        const std::string path = "inputSchema." + schema_path(one.path);
        out.push_back({path, one.name, TextKind::name, one.name});
        const auto add = [&](const std::string& text, const std::string& key, TextKind kind) {
            if (!text.empty()) out.push_back({path + key, text, kind, one.name});
        };
        add(one.description, ".description", TextKind::parameter);
        add(one.default_value, ".default", TextKind::value);
        for (std::size_t i = 0; i < one.choices.size(); ++i) {
            add(one.choices[i], ".enum[" + std::to_string(i) + ']', TextKind::value);
        }
    }
}

bool is_word(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z') || byte == '_';
}

// A name that prose does not use by chance.
bool is_identifier(std::string_view name) {
    if (name.find_first_of("_-./0123456789") != std::string_view::npos) return true;
    return std::any_of(name.begin() + (name.empty() ? 0 : 1), name.end(), [](char c) {
        return c >= 'A' && c <= 'Z';
    });
}

class PlainMaker {
  public:
    PlainMaker(std::string_view text,
               std::string_view tool,
               std::span<const std::string_view> parameters)
        : text_(truncate_utf8(text, kLongestText)), tool_(tool), parameters_(parameters) {}

    Plain make() {
        plain_.sentences.push_back(0);
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (is_word(c)) {
                take_word();
            } else if (static_cast<unsigned char>(c) >= 0x80) {
                take_wide();
            } else if (static_cast<unsigned char>(c) <= ' ') {
                take_blank();
            } else {
                put(1);
                if ((c == '.' || c == '!' || c == '?') && ends_word()) end_sentence();
            }
        }
        return std::move(plain_);
    }

  private:
    void anchor() {
        plain_.anchors.emplace_back(static_cast<std::uint32_t>(plain_.text.size()),
                                    static_cast<std::uint32_t>(at_));
    }
    void put(std::size_t bytes) {
        plain_.text += text_.substr(at_, bytes);
        at_ += bytes;
    }
    bool ends_word() const {
        return at_ >= text_.size() || static_cast<unsigned char>(text_[at_]) <= ' ' ||
               text_[at_] == '"' || text_[at_] == ')' || text_[at_] == '<';
    }
    void end_sentence() {
        const auto here = static_cast<std::uint32_t>(plain_.text.size());
        const auto begun = std::string_view(plain_.text).substr(plain_.sentences.back());
        if (plain_.sentences.size() > 1 && trim(begun).empty()) {
            plain_.sentences.back() = here;
        } else if (!trim(begun).empty()) {
            plain_.sentences.push_back(here);
        }
    }

    void take_word() {
        std::size_t end = at_;
        while (end < text_.size() && (is_word(text_[end]) || (text_[end] == '-' && end > at_))) {
            ++end;
        }
        const std::string_view word = text_.substr(at_, end - at_);
        const bool quoted = at_ > 0 && end < text_.size() && text_[at_ - 1] == text_[end] &&
                            (text_[end] == '`' || text_[end] == '\'' || text_[end] == '"');
        const std::string_view known = stand_in(word, quoted);
        if (known.empty()) {
            put(word.size());
            return;
        }
        anchor();
        plain_.text += known;
        at_ = end;
        anchor();
    }

    std::string_view stand_in(std::string_view word, bool quoted) const {
        if (!quoted && !is_identifier(word)) return {};
        if (word == tool_) return "this tool";
        const bool own = std::binary_search(parameters_.begin(), parameters_.end(), word);
        return own ? "this parameter" : std::string_view{};
    }

    void take_wide() {
        const std::size_t length =
            std::max<std::size_t>(1, utf8_sequence_length(text_.substr(at_)));
        const std::string_view c = text_.substr(at_, length);
        // Zero-width and tag characters would split the words that they stand in.
        if (c == "\xe2\x80\x8b" || c == "\xe2\x80\x8c" || c == "\xe2\x80\x8d" ||
            c == "\xe2\x81\xa0" || c == "\xef\xbb\xbf" || c.starts_with("\xf3\xa0")) {
            at_ += length;
            anchor();
            return;
        }
        const bool quote = c == "\xe2\x80\x99" || c == "\xe2\x80\x98";
        if (quote) {
            plain_.text += '\'';
            at_ += length;
            anchor();
            return;
        }
        put(length);
        if (c == "\xe3\x80\x82" || c == "\xef\xbc\x81" || c == "\xef\xbc\x9f") end_sentence();
    }

    void take_blank() {
        std::size_t end = at_;
        std::size_t lines = 0;
        while (end < text_.size() && static_cast<unsigned char>(text_[end]) <= ' ') {
            lines += text_[end] == '\n' ? 1 : 0;
            ++end;
        }
        plain_.text += ' ';
        at_ = end;
        anchor();
        const bool list =
            lines > 0 && end < text_.size() &&
            std::string_view("-*#<0123456789").find(text_[end]) != std::string_view::npos;
        if (lines > 1 || list) end_sentence();
    }

    std::string_view text_;
    std::string_view tool_;
    std::span<const std::string_view> parameters_;
    std::size_t at_ = 0;
    Plain plain_;
};

}  // namespace

std::vector<DefinitionText> definition_texts(const Tool& tool) {
    std::vector<DefinitionText> out;
    out.push_back({"name", tool.name, TextKind::text, ""});
    out.push_back({"description", tool.description, TextKind::text, ""});
    JsonTree tree;
    const auto definition = tree.read(tool.definition);
    if (definition && (*definition)->is_object()) {
        Walker(out).walk_definition(**definition);
    } else {
        out.push_back({"title", tool.title, TextKind::text, ""});
        out.push_back({"annotations.title", tool.annotations.title, TextKind::text, ""});
        add_parameters(tool, out);
    }
    std::erase_if(out, [](const DefinitionText& one) { return one.text.empty(); });
    return out;
}

std::string schema_path(std::string_view parameter_path) {
    std::string out = "properties.";
    while (!parameter_path.empty()) {
        if (parameter_path.starts_with("[].")) {
            out += ".items.properties.";
            parameter_path.remove_prefix(3);
        } else if (parameter_path.front() == '.') {
            out += ".properties.";
            parameter_path.remove_prefix(1);
        } else {
            out += parameter_path.front();
            parameter_path.remove_prefix(1);
        }
    }
    return out;
}

std::string_view Plain::passage(std::size_t first, std::size_t last) const {
    const std::size_t end = last < sentences.size() ? sentences[last] : text.size();
    return std::string_view(text).substr(sentences[first], end - sentences[first]);
}

std::size_t Plain::original(std::size_t position) const {
    const auto after = std::upper_bound(
        anchors.begin(), anchors.end(), position, [](std::size_t wanted, const auto& one) {
            return wanted < one.first;
        });
    if (after == anchors.begin()) return position;
    const auto& [plain, source] = *std::prev(after);
    return source + (position - plain);
}

Plain make_plain(std::string_view text,
                 std::string_view tool,
                 std::span<const std::string_view> parameters) {
    return PlainMaker(text, tool, parameters).make();
}

Plain make_plain(std::string_view text, const Tool& tool) {
    return make_plain(text, tool.name, sorted_names(tool));
}

std::vector<std::string_view> sorted_names(const Tool& tool) {
    std::vector<std::string_view> names;
    names.reserve(tool.parameters.size());
    for (const Parameter& one : tool.parameters) names.emplace_back(one.name);
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace mcprisk::classifier

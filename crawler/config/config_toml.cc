#include <fmt/format.h>
#include <toml++/toml.h>
#include <sstream>
#include <vector>

#include "crawler/config/config_tree.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

using nlohmann::json;

// The parser limits nested values but not dotted keys, and a key of a hundred thousand steps
// becomes tables that nest as deep. Counts the dots outside of strings and comments between two
// delimiters.
class DottedKeys {
  public:
    DottedKeys(std::string_view text, std::size_t limit) : in_(text), limit_(limit) {}

    // The line of the first key with too many steps, 0 if there is none.
    std::size_t find_too_deep() {
        std::size_t line = 1;
        std::size_t dots = 0;
        while (at_ < in_.size()) {
            const char c = in_[at_];
            if (c == '"' || c == '\'') {
                line += skip_string(c);
                continue;
            }
            if (c == '#') {
                at_ = std::min(in_.find('\n', at_), in_.size());
                continue;
            }
            if (c == '\n') ++line;
            if (c == '.') {
                if (++dots > limit_) return line;
            } else if (std::string_view("=,{}[]\n").find(c) != std::string_view::npos) {
                dots = 0;
            }
            ++at_;
        }
        return 0;
    }

  private:
    // Returns how many line ends were passed.
    std::size_t skip_string(char quote) {
        const std::string triple(3, quote);
        const bool block = in_.substr(at_).starts_with(triple);
        at_ += block ? 3 : 1;
        std::size_t lines = 0;
        for (; at_ < in_.size(); ++at_) {
            const char c = in_[at_];
            if (c == '\n' && !block) return lines;  // broken: the parser will say so
            if (c == '\n') ++lines;
            if (c == '\\' && quote == '"') {
                ++at_;
                if (at_ < in_.size() && in_[at_] == '\n') ++lines;
                continue;
            }
            if (c == quote && (!block || in_.substr(at_).starts_with(triple))) {
                at_ += block ? 3 : 1;
                return lines;
            }
        }
        return lines;
    }

    std::string_view in_;
    std::size_t limit_;
    std::size_t at_ = 0;
};

class Converter {
  public:
    explicit Converter(LineIndex& lines) : lines_(lines) {}

    json convert(const toml::node& node) {
        if (const auto* table = node.as_table()) return convert_table(*table);
        if (const auto* array = node.as_array()) {
            json out = json::array();
            for (const toml::node& item : *array) {
                path_.push_back(std::to_string(out.size()));
                out.push_back(convert(item));
                path_.pop_back();
            }
            return out;
        }
        if (const auto* text = node.as_string()) return text->get();
        if (const auto* number = node.as_integer()) return number->get();
        if (const auto* number = node.as_floating_point()) return number->get();
        if (const auto* truth = node.as_boolean()) return truth->get();
        std::ostringstream date;
        node.visit([&](const auto& value) {
            if constexpr (toml::is_date<decltype(value)> || toml::is_time<decltype(value)> ||
                          toml::is_date_time<decltype(value)>) {
                date << value.get();
            }
        });
        return date.str();
    }

  private:
    json convert_table(const toml::table& table) {
        if (!path_.empty() && path_.size() <= kIndexedDepth) {
            lines_.add(path_, table.source().begin.line);
        }
        json out = json::object();
        for (const auto& [key, value] : table) {
            path_.emplace_back(key.str());
            out[std::string(key.str())] = convert(value);
            path_.pop_back();
        }
        return out;
    }

    LineIndex& lines_;
    std::vector<std::string> path_;
};

}  // namespace

Result<ConfigTree> read_toml_tree(std::string_view text, const JsonLimits& limits) {
    if (const std::size_t line = DottedKeys(text, limits.depth).find_too_deep(); line > 0) {
        return fail(
            ErrorCode::too_large,
            fmt::format("TOML nested deeper than {} levels in line {}", limits.depth, line));
    }
    ConfigTree tree;
    tree.format = ConfigFormat::toml;
    try {
        const toml::table table = toml::parse(text);
        tree.value = Converter(tree.lines).convert(table);
    } catch (const toml::parse_error& error) {
        // The parser's own words may quote what it stumbled over.
        return fail(ErrorCode::invalid_input,
                    fmt::format("not TOML: syntax error in line {}", error.source().begin.line));
    }
    return tree;
}

}  // namespace mcprisk::crawler

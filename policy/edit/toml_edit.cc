#include "policy/edit/toml_edit.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/base/json.h"
#include "model/base/text.h"

#include "policy/targets/quoting.h"

namespace mcprisk::policy {
namespace {

// Past a string that begins at `at`, one of the four kinds TOML has.
std::size_t skip_string(std::string_view text, std::size_t at) {
    const char quote = text[at];
    const std::string three(3, quote);
    if (text.substr(at).starts_with(three)) {
        for (at += 3; at < text.size(); ++at) {
            if (quote == '"' && text[at] == '\\') {
                ++at;
            } else if (text.substr(at).starts_with(three)) {
                at += 3;
                while (at < text.size() && text[at] == quote) ++at;
                return at;
            }
        }
        return text.size();
    }
    for (++at; at < text.size() && text[at] != quote && text[at] != '\n'; ++at) {
        if (quote == '"' && text[at] == '\\') ++at;
    }
    return std::min(at + 1, text.size());
}

std::size_t line_end(std::string_view text, std::size_t at) {
    const std::size_t end = text.find('\n', at);
    return end == std::string_view::npos ? text.size() : end + 1;
}

// Behind the line on which the value that begins at `at` ends.
std::size_t statement_end(std::string_view text, std::size_t at) {
    int depth = 0;
    while (at < text.size()) {
        const char c = text[at];
        if (c == '"' || c == '\'') {
            at = skip_string(text, at);
            continue;
        }
        if (c == '#') {
            at = line_end(text, at);
            if (depth == 0) return at;
            continue;
        }
        if (c == '[' || c == '{') ++depth;
        if (c == ']' || c == '}') --depth;
        ++at;
        if (c == '\n' && depth == 0) return at;
    }
    return at;
}

std::string unquoted(std::string_view word) {
    if (word.size() >= 2 && word.front() == '\'')
        return std::string(word.substr(1, word.size() - 2));
    if (word.size() >= 2 && word.front() == '"') {
        const auto value = parse_json(word);
        if (value && value->is_string()) return value->get<std::string>();
    }
    return std::string(word);
}

// The steps of a dotted key; `end` is set behind it.
std::vector<std::string> read_key(std::string_view text, std::size_t at, std::size_t& end) {
    std::vector<std::string> path;
    while (at < text.size()) {
        while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
        const std::size_t begin = at;
        if (at < text.size() && (text[at] == '"' || text[at] == '\'')) {
            at = skip_string(text, at);
        } else {
            while (at < text.size() &&
                   std::string_view(" \t.=]\r\n").find(text[at]) == std::string_view::npos) {
                ++at;
            }
        }
        path.push_back(unquoted(text.substr(begin, at - begin)));
        while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
        if (at >= text.size() || text[at] != '.') break;
        ++at;
    }
    end = at;
    return path;
}

}  // namespace

TomlText::TomlText(std::string text) : text_(std::move(text)) {
    if (!text_.empty() && text_.back() != '\n') text_ += '\n';
    scan();
}

void TomlText::scan() {
    const std::string_view text = text_;
    tables_.assign(1, Table{});
    std::size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    tables_.front().body = at;
    while (at < text.size()) {
        const std::size_t line = at;
        while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
        if (at >= text.size()) break;
        if (text[at] == '\n' || text[at] == '\r' || text[at] == '#') {
            at = line_end(text, at);
        } else if (text[at] == '[') {
            Table table{.of_array = text.substr(at).starts_with("[["), .begin = line};
            std::size_t end = 0;
            table.path = read_key(text, at + (table.of_array ? 2 : 1), end);
            at = table.body = line_end(text, end);
            tables_.push_back(std::move(table));
        } else {
            std::size_t end = 0;
            const auto key = read_key(text, at, end);
            const std::size_t equals = text.find('=', end);
            if (equals == std::string_view::npos) break;
            at = statement_end(text, equals + 1);
            tables_.back().statements.push_back({key.size() == 1 ? key.front() : "", line, at});
        }
    }
}

const TomlText::Table* TomlText::find(const std::vector<std::string>& path) const {
    const auto found = std::find_if(tables_.begin() + 1, tables_.end(), [&](const Table& table) {
        return !table.of_array && table.path == path;
    });
    return found == tables_.end() ? nullptr : &*found;
}

std::string_view TomlText::statement(const Table& table, std::string_view key) const {
    for (const Statement& one : table.statements) {
        if (one.key == key) return std::string_view(text_).substr(one.begin, one.end - one.begin);
    }
    return {};
}

void TomlText::set(const std::vector<std::string>& path,
                   std::string_view key,
                   const std::string& line) {
    const Table* table = find(path);
    if (table == nullptr) {
        std::string header;
        for (const std::string& step : path) header += (header.empty() ? "" : ".") + toml_key(step);
        if (!text_.empty()) text_ += '\n';
        text_ += "[" + header + "]\n" + line;
    } else {
        const auto old = std::find_if(table->statements.begin(),
                                      table->statements.end(),
                                      [&](const Statement& one) { return one.key == key; });
        if (old != table->statements.end()) {
            text_.replace(old->begin, old->end - old->begin, line);
        } else {
            const std::size_t at =
                table->statements.empty() ? table->body : table->statements.back().end;
            text_.insert(at, line);
        }
    }
    scan();
}

std::vector<std::string> quoted_texts(std::string_view statement) {
    std::vector<std::string> texts;
    for (std::size_t at = 0; at < statement.size();) {
        if (statement[at] == '#') {
            at = line_end(statement, at);
        } else if (statement[at] == '"' || statement[at] == '\'') {
            const std::size_t end = skip_string(statement, at);
            texts.push_back(unquoted(statement.substr(at, end - at)));
            at = end;
        } else {
            ++at;
        }
    }
    return texts;
}

}  // namespace mcprisk::policy

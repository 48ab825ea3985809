#include "policy/edit/toml_edit.h"

#include <algorithm>
#include <array>
#include <charconv>

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

void append_utf8(unsigned long code, std::string& out) {
    if (code < 0x80) {
        out += static_cast<char>(code);
        return;
    }
    const int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    constexpr std::array<unsigned, 4> kLead{0, 0xC0, 0xE0, 0xF0};
    out += static_cast<char>(kLead.at(static_cast<std::size_t>(more)) | (code >> (6 * more)));
    for (int i = more - 1; i >= 0; --i) out += static_cast<char>(0x80 | ((code >> (6 * i)) & 0x3F));
}

// What stands between the quotes of a basic string (TOML 1.0, String). A sequence that is none of
// its escapes stays as it is.
std::string basic_string(std::string_view text) {
    constexpr std::string_view kLetters = "btnfre\"\\";
    constexpr std::string_view kMeaning = "\b\t\n\f\r\x1b\"\\";
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '\\' || at + 1 == text.size()) {
            out += text[at];
            continue;
        }
        const char kind = text[at + 1];
        const std::size_t digits = kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
        const std::string_view hex = text.substr(at + 2, digits);
        unsigned long code = 0;
        const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), code, 16);
        if (digits != 0 && hex.size() == digits && error == std::errc{} &&
            end == hex.data() + hex.size() && code <= 0x10FFFF) {
            append_utf8(code, out);
            at += 1 + digits;
        } else if (const auto letter = kLetters.find(kind); letter != std::string_view::npos) {
            out += kMeaning[letter];
            ++at;
        } else {
            out += text[at];
        }
    }
    return out;
}

std::string unquoted(std::string_view word) {
    if (word.size() >= 2 && word.front() == '\'')
        return std::string(word.substr(1, word.size() - 2));
    if (word.size() >= 2 && word.front() == '"')
        return basic_string(word.substr(1, word.size() - 2));
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
    index_.try_emplace({}, 0);
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
            if (!table.of_array) index_.try_emplace(table.path, tables_.size());
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
    const auto found = index_.find(path);
    return found == index_.end() ? nullptr : &tables_[found->second];
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
    const auto put = [&](std::vector<Line>& lines, std::size_t end) {
        const auto known = std::find_if(
            lines.begin(), lines.end(), [&](const Line& one) { return one.key == key; });
        if (known != lines.end()) {
            known->text = line;
        } else {
            lines.push_back({std::string(key), line, end});
        }
    };
    const Table* table = find(path);
    if (table == nullptr) {
        const auto [known, is_new] = added_index_.try_emplace(path, added_.size());
        if (is_new) added_.push_back({path, {}});
        put(added_[known->second].lines, 0);
        return;
    }
    const auto old = std::find_if(table->statements.begin(),
                                  table->statements.end(),
                                  [&](const Statement& one) { return one.key == key; });
    if (old != table->statements.end()) {
        put(edits_[old->begin], old->end);
    } else {
        const std::size_t at =
            table->statements.empty() ? table->body : table->statements.back().end;
        put(edits_[at], at);
    }
}

std::string TomlText::text() const {
    std::string out;
    std::size_t done = 0;
    for (const auto& [place, lines] : edits_) {
        out += std::string_view(text_).substr(done, place - done);
        done = place;
        for (const Line& line : lines) {
            out += line.text;
            done = std::max(done, line.end);
        }
    }
    out += std::string_view(text_).substr(done);
    for (const NewTable& table : added_) {
        std::string header;
        for (const std::string& step : table.path) {
            header += (header.empty() ? "" : ".") + toml_key(step);
        }
        if (!out.empty()) out += '\n';
        out += "[" + header + "]\n";
        for (const Line& line : table.lines) out += line.text;
    }
    return out;
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

#include "store/search_text.h"

#include <algorithm>
#include <cstdint>
#include <set>

#include "model/base/text.h"

namespace mcprisk::store {
namespace {

// FTS5 refuses expression trees deeper than 256.
constexpr std::size_t kWordsPerExpression = 64;

// What is typed beyond this is not looked up; it also bounds the statement that is made of it.
constexpr std::size_t kMaxSearchBytes = 1024;

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool is_ascii_word(char c) { return is_upper(c) || is_lower_or_digit(c); }
bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f' || c == '\0';
}

std::uint32_t code_point(std::string_view sequence) {
    const auto low = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(sequence[i]) & 0x3fU);
    };
    const std::uint32_t lead = static_cast<unsigned char>(sequence[0]);
    switch (sequence.size()) {
        case 1:
            return lead;
        case 2:
            return (lead & 0x1fU) << 6 | low(1);
        case 3:
            return (lead & 0x0fU) << 12 | low(1) << 6 | low(2);
        default:
            return (lead & 0x07U) << 18 | low(1) << 12 | low(2) << 6 | low(3);
    }
}

// Thai to Khmer, kana and Han: the index takes a whole clause for one word.
bool is_written_without_blanks(std::uint32_t code) {
    return (code >= 0x0e00 && code <= 0x0eff) || (code >= 0x1000 && code <= 0x109f) ||
           (code >= 0x1780 && code <= 0x17ff) || (code >= 0x3040 && code <= 0x30ff) ||
           (code >= 0x3400 && code <= 0x9fff) || (code >= 0xf900 && code <= 0xfaff) ||
           (code >= 0x20000 && code <= 0x3ffff);
}

// Letters of alphabets, coarsely: what is left out is looked up as a part of the text, which finds
// it too.
bool is_letter_beyond_ascii(std::uint32_t code) {
    return (code >= 0x00c0 && code <= 0x0dff && code != 0x00d7 && code != 0x00f7) ||
           (code >= 0x10a0 && code <= 0x13ff) || (code >= 0x1e00 && code <= 0x1fff) ||
           (code >= 0xac00 && code <= 0xd7a3);
}

bool index_knows(std::string_view word) {
    bool letters = false;
    while (!word.empty()) {
        const std::size_t n = utf8_sequence_length(word);
        const std::uint32_t code = code_point(word.substr(0, n));
        if (is_written_without_blanks(code)) return false;
        letters = letters || (n == 1 ? is_ascii_word(word[0]) : is_letter_beyond_ascii(code));
        word.remove_prefix(n);
    }
    return letters;
}

std::string in_quotes(std::string_view word) {
    std::string out = "\"";
    for (const char c : word) {
        out += c;
        if (c == '"') out += c;
    }
    return out + '"';
}

void add_word(std::string_view word, SearchWords& found, std::size_t& in_last) {
    if (!index_knows(word)) {
        found.parts.emplace_back(word);
        return;
    }
    if (found.expressions.empty() || in_last == kWordsPerExpression) {
        found.expressions.emplace_back();
        in_last = 0;
    }
    std::string& expression = found.expressions.back();
    if (in_last++ > 0) expression += ' ';
    expression += in_quotes(word) + '*';
}

}  // namespace

std::vector<std::string> name_words(std::string_view name) {
    std::vector<std::string> words;
    std::string word;
    const auto finish = [&] {
        if (!word.empty()) words.push_back(lower_ascii(word));
        word.clear();
    };
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        const bool beyond_ascii = static_cast<unsigned char>(c) >= 0x80;
        if (!is_ascii_word(c) && !beyond_ascii) {
            finish();
            continue;
        }
        const bool hump = i > 0 && is_upper(c) && is_lower_or_digit(name[i - 1]);
        const bool end_of_capitals = i > 0 && i + 1 < name.size() && is_upper(c) &&
                                     is_upper(name[i - 1]) && name[i + 1] >= 'a' &&
                                     name[i + 1] <= 'z';
        if (hump || end_of_capitals) finish();
        word += c;
    }
    finish();
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    return words;
}

std::string searchable_name(std::string_view name) {
    std::string out(name);
    // The index splits at signs by itself, at capitals it does not.
    if (name.empty() || std::none_of(name.begin() + 1, name.end(), is_upper)) return out;
    for (const std::string& word : name_words(name)) out += ' ' + word;
    return out;
}

SearchWords search_words(std::string_view text) {
    const std::string mended = repair_utf8(truncate_utf8(text, kMaxSearchBytes));
    SearchWords found;
    std::set<std::string_view> seen;
    std::size_t in_last = 0;
    for (std::size_t i = 0; i < mended.size();) {
        if (is_blank(mended[i])) {
            ++i;
            continue;
        }
        std::size_t end = i;
        while (end < mended.size() && !is_blank(mended[end])) ++end;
        const std::string_view word = std::string_view(mended).substr(i, end - i);
        if (seen.insert(word).second) add_word(word, found, in_last);
        i = end;
    }
    return found;
}

std::string any_word_of_name(const std::vector<std::string>& words) {
    std::string expression;
    for (std::size_t i = 0; i < std::min(words.size(), kWordsPerExpression); ++i) {
        expression += (i == 0 ? "" : " OR ") + in_quotes(words[i]);
    }
    return "{words} : (" + expression + ")";
}

}  // namespace mcprisk::store

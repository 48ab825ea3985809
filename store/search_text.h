// Words of tool names and of what a user types, for the full-text index.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mcprisk::store {

// Words of a name in lower case, each once, sorted: split at what is no letter or digit, where a
// small letter meets a capital ("createIssue") and at the end of capitals ("HTTPGet").
std::vector<std::string> name_words(std::string_view name);

// What the index holds of a name: itself and, where the index would not find them, its words.
std::string searchable_name(std::string_view name);

// What a user typed, sorted out by how each word can be looked up.
struct SearchWords {
    // Expressions of FTS5's query language that must all match; each holds a bounded number of
    // words.
    std::vector<std::string> expressions;
    // Words that the index does not know as such: signs, and scripts written without blanks. To be
    // found as parts of the text.
    std::vector<std::string> parts;
};

// Never yields a syntax error: every word is quoted. A word matches every word that it begins. Only
// the first KiB of `text` counts.
SearchWords search_words(std::string_view text);

// An expression that matches names with any of `words`.
std::string any_word_of_name(const std::vector<std::string>& words);

}  // namespace mcprisk::store

// What changed between two texts, word by word.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mcprisk {

struct WordEdit {
    enum class Kind { same, removed, added };
    Kind kind = Kind::same;
    std::string text;  // with the blanks before each word
    bool operator==(const WordEdit&) const = default;
};

// A shortest list of edits; neighbours of one kind are one edit, removed goes before added. Blanks
// alone are no difference. Scripts written without blanks are compared sign by sign. Texts that
// differ in more than some thousand words are called replaced as a whole.
std::vector<WordEdit> diff_words(std::string_view before, std::string_view after);

// One line for a person: "Stores a note [-.-] {+and mails it.+}". Of what is the same, at most
// `context` bytes stay beside each change, "…" for the rest. The text stays untrusted.
std::string marked_words(const std::vector<WordEdit>& edits, std::size_t context);

}  // namespace mcprisk

// What splitting prose needs to know of writing systems other than ASCII: symbols that separate,
// scripts without blanks, and letters with two cases.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "classifier/reading/words.h"

namespace mcprisk::classifier {

// A character that is no part of a word although its bytes are not ASCII: punctuation of East Asian
// texts, arrows, bullets, ticks, pictographs.
struct Symbol {
    std::size_t bytes = 0;
    Gap gap = Gap::space;
};
std::optional<Symbol> symbol_at(std::string_view text, std::size_t at);

// Whether a character of Chinese, Japanese or Korean stands at `at`.
bool is_cjk_at(std::string_view text, std::size_t at);

// Kana or Hangul anywhere: languages that put the verb last.
bool puts_verb_last(std::string_view text);

// Cuts text[begin, end), written without blanks, into the longest words the lexicon knows and what
// lies between them. At most `limit` tokens are in `out` afterwards; the first has `gap` before it.
void segment_cjk(const Lexicon& lexicon,
                 std::string_view text,
                 std::size_t begin,
                 std::size_t end,
                 Gap gap,
                 std::size_t limit,
                 std::vector<Token>& out);

// ASCII, Latin-1 and Cyrillic capitals to small letters, in place; the length stays the same.
void lower_in_place(char* text, std::size_t size);

}  // namespace mcprisk::classifier

// Words: one table that knows every word a rule or a heuristic cares about in all its inflections,
// and the splitting of names and prose into such words. Words nobody asks about are kUnknown.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mcprisk::classifier {

using WordId = std::uint32_t;
inline constexpr WordId kUnknown = 0;

// How a surface form is derived from its lemma. English "-s" is both third person and plural.
enum Form : std::uint8_t { kBase = 1, kThird = 2, kGerund = 4, kPast = 8 };

// What stood between a token and the one before it; the strongest mark wins.
enum class Gap : std::uint8_t { none, space, joint, comma, bracket, line, colon, sentence };

struct Token {
    WordId word = kUnknown;
    std::uint8_t forms = 0;
    Gap gap = Gap::none;
    std::uint32_t begin = 0;  // bytes into the text it was cut from
    std::uint32_t end = 0;
};

// Append-only while rules are loaded, then read by many threads.
class Lexicon {
  public:
    Lexicon();

    // The lemma itself and its regular (and a few irregular) inflections. A word given as a lemma
    // wins over the same letters derived from another one.
    WordId add(std::string_view lemma);

    struct Entry {
        WordId word = kUnknown;
        std::uint8_t forms = 0;
    };
    // `word` in lower case.
    [[nodiscard]] Entry find(std::string_view word) const;
    [[nodiscard]] std::size_t size() const { return lemmas_.size(); }
    [[nodiscard]] const std::string& lemma(WordId id) const { return lemmas_[id]; }

  private:
    // Half a cache line with all that a look-up reads; longer words, which are few, have their
    // letters elsewhere.
    struct Slot {
        static constexpr std::size_t kInside = 22;
        std::uint32_t tag = 0;  // of the hash
        WordId word = kUnknown;
        std::uint8_t forms = 0;  // 0 if free
        std::uint8_t size : 7 = 0;
        std::uint8_t lemma : 1 = 0;
        std::array<char, kInside> letters{};  // or the place in longer_, as four bytes
    };
    static_assert(sizeof(Slot) == 32);

    [[nodiscard]] std::string_view letters_of(const Slot& slot) const;
    // The slot of the word, or the free one where it belongs.
    [[nodiscard]] std::size_t place_of(std::string_view word) const;
    void put(std::string_view surface, WordId word, Form form, bool lemma);
    void grow();

    std::vector<Slot> slots_;
    std::size_t used_ = 0;
    std::vector<std::string> longer_;
    std::vector<std::string> lemmas_;
};

// Splits prose. Letters, digits, inner apostrophes and all non-ASCII bytes make up words. Stops
// after `limit` tokens. `out` is cleared first.
void split_text(const Lexicon& lexicon,
                std::string_view text,
                std::size_t limit,
                std::vector<Token>& out);

// Splits an identifier: snake_case, camelCase, kebab-case, dots, slashes and runs of capitals. A
// part that is not known is cut once more if it is two known words written together ("getweather").
void split_name(const Lexicon& lexicon, std::string_view name, std::vector<Token>& out);

}  // namespace mcprisk::classifier

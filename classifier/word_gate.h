// One pass over a text that says which groups of words may occur in it. Cheap enough for every
// definition, so that patterns are only tried where they could match.
// The automaton: Aho and Corasick, "Efficient string matching", CACM 18 (1975).
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcprisk::classifier {

class WordGate {
  public:
    static constexpr std::size_t kGroups = 256;
    using Mask = std::bitset<kGroups>;

    WordGate();
    // `word` in lower case, found anywhere, within other words too. `group` < kGroups.
    void add(std::string_view word, std::size_t group);
    // After the last `add`, before the first `scan`.
    void build();

    // Groups with at least one word in `text`, which is read in any case of ASCII letters. Blanks
    // of any kind and number are one blank. A backslash and what follows it is a blank too, so that
    // text inside JSON is read alike.
    [[nodiscard]] Mask scan(std::string_view text) const;

  private:
    std::vector<std::pair<std::string, std::size_t>> words_;
    std::array<std::uint8_t, 256> class_of_{};
    std::size_t classes_ = 1;
    std::vector<std::uint32_t> next_;  // by state and class: the row where the next state begins
    std::vector<Mask> found_;          // of the states that end a word, which come last
    std::uint32_t first_found_ = 0;    // their first row
};

}  // namespace mcprisk::classifier

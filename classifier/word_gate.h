// One pass over a text that says which groups of words may occur in it. Cheap enough for every
// definition, so that patterns are only tried where they could match.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mcprisk::classifier {

class WordGate {
  public:
    static constexpr std::size_t kGroups = 256;
    using Mask = std::bitset<kGroups>;

    // `word` in lower case, found anywhere, within other words too. `group` < kGroups.
    void add(std::string_view word, std::size_t group);
    // The same for what stands between the edges of words (\b) where it begins or ends with an
    // ASCII letter or digit, as a pattern would have it. Of "any*" the end is open. Blanks match
    // single blanks.
    void add_exact(std::string_view word, std::size_t group);
    // After the last `add`, before the first `scan`.
    void build();

    // Groups with at least one word in `text`, which is read in any case of ASCII letters.
    [[nodiscard]] Mask scan(std::string_view text) const;

  private:
    struct Word {
        std::uint32_t key = 0;  // its first bytes, as many as the table looks at
        Mask groups;
        bool edge_before = false;
        bool edge_after = false;
        std::string text;
    };
    // Words by how they begin. A bit for each of 65,536 beginnings settles most places of a text
    // in the nearest cache; what is left is compared.
    struct Starts {
        std::array<std::uint64_t, 1024> bits{};
        std::array<std::uint32_t, 4097> buckets{};  // into words, by the upper bits of the place
        std::vector<Word> words;
    };
    static void build(Starts& starts, std::uint32_t (*place_of)(std::uint32_t));
    static void match(const Starts& starts,
                      std::uint32_t key,
                      std::uint32_t place,
                      std::string_view text,
                      std::size_t at,
                      Mask& found);
    void add(Word word);

    Starts long_;             // of four bytes and more
    Starts short_;            // of two and three
    std::vector<Word> tiny_;  // of one byte, which should be few
};

}  // namespace mcprisk::classifier

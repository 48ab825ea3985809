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
    struct Word {
        std::string text;
        Mask groups;
    };
    // Words by how they begin. A bit for each of 65,536 hashed beginnings settles most places of a
    // text in the nearest cache; what is left is compared.
    struct Table {
        std::array<std::uint64_t, 1024> bits{};
        std::array<std::uint16_t, 4097> buckets{};  // into starts, by the upper bits of the place
        struct Start {
            std::uint32_t key = 0;  // the first bytes, as many as the table looks at
            std::uint16_t word = 0;
        };
        std::vector<Start> starts;

        void build();
        [[nodiscard]] bool has(std::uint32_t place) const {
            return (bits[place >> 6U] >> (place & 63U) & 1U) != 0;
        }
    };

    void match(const Table& table,
               std::uint32_t key,
               std::uint32_t place,
               const char* at,
               Mask& found) const;
    [[nodiscard]] Mask scan_plain(const char* text, std::size_t size) const;

    std::vector<Word> words_;  // sorted by text once built
    Table long_;               // of four bytes and more
    Table short_;              // of two and three
    std::array<Mask, 256> single_{};
    std::array<bool, 256> is_single_{};
    std::array<char, 256> folded_{};  // 0 for what needs a closer look: blanks and backslashes
};

}  // namespace mcprisk::classifier

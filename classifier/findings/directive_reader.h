// Reads texts for orders to a model: sentences as the signs that their words and shapes are of.
//
// One pass over the bytes, no allocation for a word. Escapes of JSON are read like what they stand
// for, so a definition can be read as it stands. data/model/directive-words.tsv lists the words.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/diagnostics.h"

namespace mcprisk::classifier {

using SignMask = std::uint64_t;                  // bit per sign
inline constexpr std::size_t kMostSigns = 64;    // fits SignMask
inline constexpr std::size_t kReadBytes = 65536;  // of a text; the rest is not read

// What stands before a verb: whether it is an order, and how firm.
enum class Lead : std::uint8_t {
    none,        // within a phrase
    start,       // begins a sentence or what follows a colon
    forced,      // after must, should, always, please, you, not
    joined,      // after a comma, and, then
    infinitive,  // after to
    passive,     // after is, are, be
    able,        // after can, may, will
    same,        // of words that change nothing: also, then, first
};
inline constexpr std::size_t kLeads = 7;

// Words and what they are signs of. Immutable once read.
class SignTable {
  public:
    // "sign<TAB>word word …" lines, '#' begins a remark. Faults go to `diagnostics`.
    static std::optional<SignTable> read(std::string_view text, Diagnostics& diagnostics);

    [[nodiscard]] std::span<const std::string> names() const { return names_; }
    // The bit of the sign of this name, 0 if there is none.
    [[nodiscard]] SignMask sign(std::string_view name) const;

    struct Entry {
        SignMask signs = 0;
        Lead lead = Lead::none;  // of the word that follows
    };
    [[nodiscard]] Entry find(std::uint64_t hash) const {
        for (std::size_t at = hash & mask_;; at = (at + 1) & mask_) {
            const Slot& slot = slots_[at];
            if (slot.hash == hash) return slot.entry;
            if (slot.hash == 0) return {};
        }
    }

    // Signs of shapes, not of words.
    struct Shapes {
        SignMask self, id, own, secret, path, url, mail, code, quote, tag, tool, never;
    };
    [[nodiscard]] const Shapes& shapes() const { return shapes_; }

  private:
    struct Slot {
        std::uint64_t hash = 0;  // zero marks a free slot
        Entry entry;
    };
    Entry& add(std::string_view word);

    std::vector<std::string> names_;
    std::vector<Slot> slots_;
    std::uint64_t mask_ = 0;
    Shapes shapes_{};
};

// The tool whose text is read: names that are its own.
struct OwnNames {
    std::uint64_t tool = 0;                 // sign_hash of its name
    std::vector<std::uint64_t> parameters;  // sign_hash of each, sorted
};
std::uint64_t sign_hash(std::string_view word);  // of lower case letters; never 0

// What one sentence says, in its order.
struct SignSentence {
    static constexpr std::size_t kMostTokens = 40;
    SignMask signs = 0;
    std::uint32_t words = 0;
    std::uint32_t begin = 0;  // bytes of the text
    std::uint32_t end = 0;
    std::uint32_t count = 0;  // of tokens; at most kMostTokens are kept
    struct Token {
        SignMask signs;
        std::uint16_t word;  // its number in the sentence
        Lead lead;
        bool negated;
    };
    std::array<Token, kMostTokens> tokens;
};

// Told of each sentence that has a sign. The sentence is only valid during the call.
class SentenceSink {
  public:
    virtual ~SentenceSink() = default;
    virtual void take(const SignSentence& sentence) = 0;
};

void read_signs(const SignTable& table,
                std::string_view text,
                const OwnNames& own,
                SentenceSink& sink);

}  // namespace mcprisk::classifier

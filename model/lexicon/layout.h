// How the tables lie in memory; shared by the compiler of the tables and the reader.
#pragma once

#include <cstdint>
#include <string_view>

#include "model/lexicon/lexicon.h"

namespace mcprisk::lexicon {

// FNV-1a over the bytes of a key, 32 bits, folded once more so that the low bits mix.
constexpr std::uint32_t hash_of(std::string_view key) {
    std::uint32_t h = 2166136261U;
    for (const char c : key) {
        h ^= static_cast<unsigned char>(c);
        h *= 16777619U;
    }
    return h ^ (h >> 15);
}

struct Slot {
    std::uint32_t hash = 0;
    std::uint16_t entry = 0;  // 0: free
};

constexpr std::uint16_t pack(const Attributes& a) {
    return static_cast<std::uint16_t>(
        0x8000U | static_cast<unsigned>(a.privacy) | static_cast<unsigned>(a.power) << 3U |
        static_cast<unsigned>(a.weight) << 6U | static_cast<unsigned>(a.persistence) << 9U |
        static_cast<unsigned>(a.audience) << 12U);
}

constexpr Attributes unpack(std::uint16_t packed) {
    return {static_cast<Privacy>(packed & 7U),
            static_cast<Power>(packed >> 3U & 7U),
            static_cast<Weight>(packed >> 6U & 7U),
            static_cast<Persistence>(packed >> 9U & 7U),
            static_cast<Audience>(packed >> 12U & 7U)};
}

// Made by compile_lexicon. Entry 0 is no entry. `kSlots` is a power of two, probing is linear.
extern const Entry kEntries[];
extern const Slot kSlotTable[];
extern const char kLetters[];
extern const std::uint32_t kSlots;
extern const std::uint32_t kEntryCount;
extern const std::uint32_t kLongestKey;         // in bytes
extern const std::uint32_t kLongestForeignKey;  // of keys that begin with a byte above 0x7f
extern const std::string_view kLanguages[];
extern const std::uint32_t kLanguageCount;

}  // namespace mcprisk::lexicon

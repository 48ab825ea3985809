#include "classifier/findings/word_gate.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <stdexcept>

#include "model/base/text.h"

namespace mcprisk::classifier {
namespace {

// Bytes behind a text, so that its last places can be looked at like the others.
constexpr std::size_t kPadding = 64;

std::uint32_t place_of(std::uint32_t key) { return key * 0x9e3779b1U >> 16U; }

std::uint32_t four_bytes(const char* at) {
    std::uint32_t key = 0;
    std::memcpy(&key, at, sizeof key);
    return key;
}

// Of three bytes in the order of memory, without a view on the order of bytes in a number.
std::uint32_t three_bytes(const char* at) {
    std::array<char, 4> bytes{at[0], at[1], at[2], 0};
    return four_bytes(bytes.data());
}

constexpr auto kThreeBytes =
    std::bit_cast<std::uint32_t>(std::array<unsigned char, 4>{0xff, 0xff, 0xff, 0});

}  // namespace

WordGate::WordGate() { build(); }

void WordGate::add(std::string_view word, std::size_t group) {
    if (word.empty()) return;
    Word one{std::string(word.substr(0, kPadding)), {}};
    one.groups.set(group);
    words_.push_back(std::move(one));
}

void WordGate::Table::build() {
    bits.fill(0);
    buckets.fill(0);
    if (starts.size() > std::numeric_limits<std::uint16_t>::max()) {
        throw std::length_error("there are more words than the gate of findings has room for");
    }
    std::stable_sort(starts.begin(), starts.end(), [](const Start& a, const Start& b) {
        return place_of(a.key) < place_of(b.key);
    });
    for (const Start& start : starts) {
        const std::uint32_t place = place_of(start.key);
        bits[place >> 6U] |= std::uint64_t{1} << (place & 63U);
        ++buckets[(place >> 4U) + 1];
    }
    for (std::size_t i = 1; i < buckets.size(); ++i) {
        buckets[i] = static_cast<std::uint16_t>(buckets[i] + buckets[i - 1]);
    }
}

void WordGate::match(
    const Table& table, std::uint32_t key, std::uint32_t place, const char* at, Mask& found) const {
    const std::size_t bucket = place >> 4U;
    for (std::size_t i = table.buckets[bucket]; i < table.buckets[bucket + 1]; ++i) {
        const Table::Start& start = table.starts[i];
        if (start.key != key) continue;
        const Word& word = words_[start.word];
        // The key was all of a short word. There are kPadding bytes behind every text.
        if (word.text.size() > 4 && std::memcmp(at, word.text.data(), word.text.size()) != 0) {
            continue;
        }
        found |= word.groups;
    }
}

void WordGate::build() {
    std::sort(
        words_.begin(), words_.end(), [](const Word& a, const Word& b) { return a.text < b.text; });
    std::vector<Word> unique;
    for (Word& word : words_) {
        if (!unique.empty() && unique.back().text == word.text) {
            unique.back().groups |= word.groups;
        } else {
            unique.push_back(std::move(word));
        }
    }
    words_ = std::move(unique);
    long_ = {};
    short_ = {};
    single_.fill({});
    is_single_.fill(false);
    if (words_.size() > std::numeric_limits<std::uint16_t>::max()) {
        throw std::length_error("there are more words than the gate of findings has room for");
    }
    for (std::size_t i = 0; i < words_.size(); ++i) {
        const Word& word = words_[i];
        const auto index = static_cast<std::uint16_t>(i);
        const char* text = word.text.data();
        if (word.text.size() >= 4) {
            long_.starts.push_back({four_bytes(text), index});
        } else if (word.text.size() == 3) {
            short_.starts.push_back({three_bytes(text), index});
        } else if (word.text.size() == 2) {
            for (unsigned last = 0; last < 256; ++last) {
                const std::array<char, 3> all{text[0], text[1], static_cast<char>(last)};
                short_.starts.push_back({three_bytes(all.data()), index});
            }
        } else {
            single_[static_cast<unsigned char>(text[0])] |= word.groups;
            is_single_[static_cast<unsigned char>(text[0])] = true;
        }
    }
    long_.build();
    short_.build();
    for (std::size_t i = 0; i < folded_.size(); ++i) {
        const char c = static_cast<char>(i);
        folded_[i] = i <= ' ' || c == '\\' ? '\0' : lower_ascii(c);
    }
}

WordGate::Mask WordGate::scan_plain(const char* text, std::size_t size) const {
    Mask found;
    for (std::size_t i = 0; i < size; ++i) {
        const std::uint32_t four = four_bytes(text + i);
        const std::uint32_t place = place_of(four);
        if (long_.has(place)) match(long_, four, place, text + i, found);
        const std::uint32_t key = four & kThreeBytes;
        const std::uint32_t short_place = place_of(key);
        if (short_.has(short_place)) match(short_, key, short_place, text + i, found);
        const auto byte = static_cast<unsigned char>(text[i]);
        if (is_single_[byte]) found |= single_[byte];
    }
    return found;
}

WordGate::Mask WordGate::scan(std::string_view text) const {
    // Most texts are short, and memory for them is on the stack.
    std::array<char, 1024> near;
    std::string far;
    char* out = near.data();
    if (text.size() + kPadding > near.size()) {
        far.resize(text.size() + kPadding);
        out = far.data();
    }
    std::size_t size = 0;
    bool blank = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = folded_[static_cast<unsigned char>(text[i])];
        if (c != '\0') {
            out[size++] = c;
            blank = false;
            continue;
        }
        // In JSON a backslash and its letter are a line break or the like.
        constexpr std::string_view kEscapes = "ntr\"\\/";
        const bool escape = text[i] == '\\' && i + 1 < text.size() &&
                            kEscapes.find(text[i + 1]) != std::string_view::npos;
        if (escape) ++i;
        if (!blank) out[size++] = ' ';
        blank = true;
    }
    std::memset(out + size, 0, kPadding);
    return scan_plain(out, size);
}

}  // namespace mcprisk::classifier

#include "classifier/word_gate.h"

#include <algorithm>
#include <cstring>
#include <tuple>

#include "model/text.h"

namespace mcprisk::classifier {
namespace {

constexpr std::size_t kPadding = 4;

std::uint32_t first_four(const char* at) {
    std::uint32_t key = 0;
    std::memcpy(&key, at, sizeof key);
    return key;
}

std::uint32_t first_two(const char* at) {
    std::uint16_t key = 0;
    std::memcpy(&key, at, sizeof key);
    return key;
}

std::uint32_t place_of_four(std::uint32_t key) { return key * 0x9e3779b1U >> 16U; }
std::uint32_t place_of_two(std::uint32_t key) { return key; }

// Of lower case, as \b sees it.
bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

bool has_bit(const std::array<std::uint64_t, 1024>& bits, std::uint32_t place) {
    return (bits[place >> 6U] >> (place & 63U) & 1U) != 0;
}

}  // namespace

void WordGate::add(Word word) {
    if (word.text.size() >= 4) {
        word.key = first_four(word.text.data());
        long_.words.push_back(std::move(word));
    } else if (word.text.size() >= 2) {
        word.key = first_two(word.text.data());
        short_.words.push_back(std::move(word));
    } else if (!word.text.empty()) {
        tiny_.push_back(std::move(word));
    }
}

void WordGate::add(std::string_view word, std::size_t group) {
    add(Word{0, Mask().set(group), false, false, std::string(word)});
}

void WordGate::add_exact(std::string_view word, std::size_t group) {
    if (word.empty()) return;
    const std::string_view begin = word.substr(0, word.find('*'));
    const bool whole = begin.size() == word.size();
    add(Word{0,
             Mask().set(group),
             is_word(word.front()),
             whole && is_word(word.back()),
             std::string(begin)});
}

void WordGate::build(Starts& starts, std::uint32_t (*place_of)(std::uint32_t)) {
    starts.bits.fill(0);
    starts.buckets.fill(0);
    const auto order = [&](const Word& word) {
        return std::tuple(
            place_of(word.key), std::string_view(word.text), word.edge_before, word.edge_after);
    };
    std::sort(starts.words.begin(), starts.words.end(), [&](const Word& a, const Word& b) {
        return order(a) < order(b);
    });
    // Many groups share a word: it is compared once.
    std::size_t left = 0;
    for (std::size_t i = 0; i < starts.words.size(); ++i) {
        if (left > 0 && order(starts.words[left - 1]) == order(starts.words[i])) {
            starts.words[left - 1].groups |= starts.words[i].groups;
        } else {
            if (left != i) starts.words[left] = std::move(starts.words[i]);
            ++left;
        }
    }
    starts.words.resize(left);
    for (const Word& word : starts.words) {
        const std::uint32_t place = place_of(word.key);
        starts.bits[place >> 6U] |= std::uint64_t{1} << (place & 63U);
        ++starts.buckets[(place >> 4U) + 1];
    }
    for (std::size_t i = 1; i < starts.buckets.size(); ++i) {
        starts.buckets[i] += starts.buckets[i - 1];
    }
}

void WordGate::build() {
    build(long_, place_of_four);
    build(short_, place_of_two);
}

void WordGate::match(const Starts& starts,
                     std::uint32_t key,
                     std::uint32_t place,
                     std::string_view text,
                     std::size_t at,
                     Mask& found) {
    const std::size_t bucket = place >> 4U;
    for (std::uint32_t i = starts.buckets[bucket]; i < starts.buckets[bucket + 1]; ++i) {
        const Word& word = starts.words[i];
        if (word.key != key) continue;
        if (word.edge_before && at > 0 && is_word(text[at - 1])) continue;
        const std::size_t end = at + word.text.size();
        if (word.edge_after && end < text.size() && is_word(text[end])) continue;
        if (text.substr(at).starts_with(word.text)) found |= word.groups;
    }
}

WordGate::Mask WordGate::scan(std::string_view text) const {
    std::string lower;
    lower.resize(text.size() + kPadding);
    std::transform(text.begin(), text.end(), lower.begin(), [](char c) {
        return static_cast<char>(c + (c >= 'A' && c <= 'Z' ? 'a' - 'A' : 0));
    });
    Mask found;
    const std::string_view all = std::string_view(lower).substr(0, text.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        const std::uint32_t four = first_four(lower.data() + i);
        const std::uint32_t place = place_of_four(four);
        if (has_bit(long_.bits, place)) match(long_, four, place, all, i, found);
        const std::uint32_t two = first_two(lower.data() + i);
        if (has_bit(short_.bits, two)) match(short_, two, two, all, i, found);
    }
    for (const Word& word : tiny_) {
        if (all.find(word.text) != std::string_view::npos) found |= word.groups;
    }
    return found;
}

}  // namespace mcprisk::classifier

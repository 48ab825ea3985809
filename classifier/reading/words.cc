#include "classifier/reading/words.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "classifier/reading/scripts.h"
#include "model/base/text.h"

namespace mcprisk::classifier {
namespace {

constexpr std::size_t kLongestWord = 40;

constexpr std::uint64_t kMix = 0x9e3779b97f4a7c15ULL;

std::uint64_t load(const char* at, std::size_t bytes) {
    std::uint64_t value = 0;
    std::memcpy(&value, at, bytes);
    return value;
}

std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
    hash = (hash ^ value) * kMix;
    return hash ^ (hash >> 32U);
}

// Eight bytes a step; the last step overlaps the one before. Never leaves this process, and the
// words of rules are ours, so that nobody can aim at it.
std::uint64_t hash_of(std::string_view text) {
    const std::size_t size = text.size();
    const char* const at = text.data();
    std::uint64_t hash = size * kMix;
    if (size >= 8) {
        for (std::size_t i = 0; i + 8 < size; i += 8) hash = mixed(hash, load(at + i, 8));
        return mixed(hash, load(at + size - 8, 8));
    }
    if (size >= 4) return mixed(hash, load(at, 4) | load(at + size - 4, 4) << 32U);
    if (size >= 2) return mixed(hash, load(at, 2) | load(at + size - 2, 2) << 16U);
    return size == 0 ? hash : mixed(hash, load(at, 1));
}

std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32U); }

bool is_vowel(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'; }

struct Irregular {
    std::string_view surface;
    std::string_view lemma;
};

constexpr std::array kIrregularPasts{
    Irregular{"sent", "send"},
    Irregular{"bought", "buy"},
    Irregular{"paid", "pay"},
    Irregular{"wrote", "write"},
    Irregular{"written", "write"},
    Irregular{"ran", "run"},
    Irregular{"got", "get"},
    Irregular{"made", "make"},
    Irregular{"sold", "sell"},
    Irregular{"built", "build"},
    Irregular{"found", "find"},
    Irregular{"left", "leave"},
    Irregular{"held", "hold"},
    Irregular{"taken", "take"},
    Irregular{"took", "take"},
    Irregular{"given", "give"},
    Irregular{"gave", "give"},
    Irregular{"kept", "keep"},
    Irregular{"spent", "spend"},
    Irregular{"shown", "show"},
    Irregular{"drawn", "draw"},
    Irregular{"withdrawn", "withdraw"},
    Irregular{"undone", "undo"},
    Irregular{"lent", "lend"},
    Irregular{"overwritten", "overwrite"},
    Irregular{"hidden", "hide"},
    Irregular{"chosen", "choose"},
    Irregular{"broken", "break"},
    Irregular{"frozen", "freeze"},
    Irregular{"read", "read"},
    Irregular{"run", "run"},
    Irregular{"set", "set"},
    Irregular{"put", "put"},
    Irregular{"reset", "reset"},
    Irregular{"cut", "cut"},
    Irregular{"rebuilt", "rebuild"},
    Irregular{"forgotten", "forget"},
    Irregular{"thrown", "throw"},
    Irregular{"rewritten", "rewrite"},
    Irregular{"resent", "resend"},
    Irregular{"shut", "shut"},
};

constexpr std::array kIrregularPlurals{
    Irregular{"people", "person"},
    Irregular{"children", "child"},
    Irregular{"indices", "index"},
    Irregular{"matrices", "matrix"},
    Irregular{"vertices", "vertex"},
    Irregular{"analyses", "analysis"},
};

// Doubled in "running", "getting", "tagged"; not in "opening", "deployed".
bool doubles(std::string_view lemma) {
    if (lemma.size() < 3) return false;
    const char last = lemma.back();
    if (is_vowel(last) || last == 'w' || last == 'x' || last == 'y') return false;
    if (!is_vowel(lemma[lemma.size() - 2]) || is_vowel(lemma[lemma.size() - 3])) return false;
    const auto vowels = std::count_if(lemma.begin(), lemma.end(), is_vowel);
    return vowels == 1 || lemma == "submit" || lemma == "commit" || lemma == "transfer" ||
           lemma == "cancel" || lemma == "refer" || lemma == "label" || lemma == "unplug" ||
           lemma == "unpin" || lemma == "restart";
}

bool is_word_byte(unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c >= 0x80;
}

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool continues_word(std::string_view text, std::size_t i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0xe2) return !symbol_at(text, i) && !is_cjk_at(text, i);
    return is_word_byte(c) || (c == '\'' && i + 1 < text.size() && is_lower(text[i + 1]));
}

Lexicon::Entry find_any_case(const Lexicon& lexicon, std::string_view word) {
    if (word.size() > kLongestWord) return {};
    std::array<char, kLongestWord> lower;
    std::copy(word.begin(), word.end(), lower.begin());
    lower_in_place(lower.data(), word.size());
    return lexicon.find({lower.data(), word.size()});
}

Gap gap_of(char c, Gap before) {
    switch (c) {
        case '.':
        case '!':
        case '?':
        case ';':
            return Gap::sentence;
        case ':':
            return Gap::colon;
        case '\n':
            return before == Gap::line ? Gap::sentence : Gap::line;
        case '(':
        case ')':
        case '[':
        case ']':
        case '{':
        case '}':
        case '"':
        case '`':
            return Gap::bracket;
        case ',':
            return Gap::comma;
        case '/':
        case '-':
        case '_':
        case '&':
        case '|':
            return Gap::joint;
        default:
            return Gap::space;
    }
}

}  // namespace

Lexicon::Lexicon() : slots_(64) { lemmas_.emplace_back(); }

std::string_view Lexicon::letters_of(const Slot& slot) const {
    if (slot.size <= Slot::kInside) return {slot.letters.data(), slot.size};
    return longer_[load(slot.letters.data(), 4)];
}

std::size_t Lexicon::place_of(std::string_view word) const {
    const std::uint64_t hash = hash_of(word);
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash & mask;
    while (slots_[at].forms != 0 &&
           (slots_[at].tag != tag_of(hash) || letters_of(slots_[at]) != word)) {
        at = (at + 1) & mask;
    }
    return at;
}

Lexicon::Entry Lexicon::find(std::string_view word) const {
    const Slot& slot = slots_[place_of(word)];
    return {slot.word, slot.forms};
}

void Lexicon::grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& one : old) {
        if (one.forms != 0) slots_[place_of(letters_of(one))] = one;
    }
}

void Lexicon::put(std::string_view surface, WordId word, Form form, bool lemma) {
    if (used_ * 2 > slots_.size()) grow();
    Slot& slot = slots_[place_of(surface)];
    if (slot.forms != 0) {
        if (slot.word == word) {
            slot.forms |= form;
        } else if (lemma && !slot.lemma) {
            slot.word = word;
            slot.forms = form;
            slot.lemma = 1;
        }
        return;
    }
    // No text has a longer word (kLongestWord), so that it would never be found.
    if (surface.size() > kLongestWord) return;
    ++used_;
    slot.tag = tag_of(hash_of(surface));
    slot.word = word;
    slot.forms = form;
    slot.size = static_cast<std::uint8_t>(surface.size() & 0x7fU);
    slot.lemma = lemma ? 1 : 0;
    if (surface.size() <= Slot::kInside) {
        std::copy(surface.begin(), surface.end(), slot.letters.begin());
    } else {
        const auto place = static_cast<std::uint32_t>(longer_.size());
        std::memcpy(slot.letters.data(), &place, sizeof place);
        longer_.emplace_back(surface);
    }
}

WordId Lexicon::add(std::string_view lemma) {
    const Slot& known = slots_[place_of(lemma)];
    if (known.forms != 0 && known.lemma) return known.word;
    const auto word = static_cast<WordId>(lemmas_.size());
    lemmas_.emplace_back(lemma);
    put(lemma, word, kBase, true);
    if (lemma.size() < 3 || static_cast<unsigned char>(lemma.back()) >= 0x80 ||
        is_digit(lemma.back())) {
        if (lemma.size() == 2 && !is_digit(lemma.back()))
            put(std::string(lemma) + "s", word, kThird, false);
        return word;
    }
    const std::string stem(lemma);
    const char last = stem.back();
    const char before = stem[stem.size() - 2];
    const std::string_view end2 = std::string_view(stem).substr(stem.size() - 2);
    if (last == 'y' && !is_vowel(before)) {
        const std::string root = stem.substr(0, stem.size() - 1);
        put(root + "ies", word, kThird, false);
        put(root + "ied", word, kPast, false);
        put(stem + "ing", word, kGerund, false);
        return word;
    }
    const bool hisses = last == 's' || last == 'x' || last == 'z' || end2 == "sh" || end2 == "ch";
    put(stem + (hisses || last == 'o' ? "es" : "s"), word, kThird, false);
    if (last == 'o') put(stem + "s", word, kThird, false);
    if (last == 'e') {
        put(stem + "d", word, kPast, false);
        put(stem.substr(0, stem.size() - 1) + "ing", word, kGerund, false);
    } else {
        put(stem + "ed", word, kPast, false);
        put(stem + "ing", word, kGerund, false);
        if (doubles(stem)) {
            put(stem + last + "ed", word, kPast, false);
            put(stem + last + "ing", word, kGerund, false);
        }
    }
    for (const Irregular& one : kIrregularPasts) {
        if (one.lemma == lemma) put(one.surface, word, kPast, false);
    }
    for (const Irregular& one : kIrregularPlurals) {
        if (one.lemma == lemma) put(one.surface, word, kThird, false);
    }
    return word;
}

void split_text(const Lexicon& lexicon,
                std::string_view text,
                std::size_t limit,
                std::vector<Token>& out) {
    out.clear();
    Gap gap = Gap::sentence;
    std::size_t i = 0;
    while (i < text.size() && out.size() < limit) {
        const char c = text[i];
        if (static_cast<unsigned char>(c) >= 0xe2) {
            if (const auto symbol = symbol_at(text, i)) {
                gap = std::max(gap, symbol->gap);
                i += symbol->bytes;
                continue;
            }
            if (is_cjk_at(text, i)) {
                const std::size_t begin = i;
                while (is_cjk_at(text, i)) i += 3;
                segment_cjk(lexicon, text, begin, i, gap, limit, out);
                gap = Gap::none;
                continue;
            }
        }
        if (!is_word_byte(static_cast<unsigned char>(c))) {
            // A dot inside a word ("v1.2", "example.com") ends no sentence.
            const bool inner = c == '.' && i + 1 < text.size() &&
                               is_word_byte(static_cast<unsigned char>(text[i + 1]));
            gap = std::max(gap, inner ? Gap::joint : gap_of(c, gap));
            ++i;
            continue;
        }
        const std::size_t begin = i;
        while (i < text.size() && continues_word(text, i)) ++i;
        const std::string_view word = text.substr(begin, i - begin);
        const auto entry = find_any_case(lexicon, word);
        out.push_back({entry.word,
                       entry.forms,
                       gap,
                       static_cast<std::uint32_t>(begin),
                       static_cast<std::uint32_t>(i)});
        gap = Gap::none;
    }
}

void split_name(const Lexicon& lexicon, std::string_view name, std::vector<Token>& out) {
    out.clear();
    const auto push = [&](std::size_t begin, std::size_t end) {
        const std::string_view part = name.substr(begin, end - begin);
        const auto entry = find_any_case(lexicon, part);
        const auto at = [](std::size_t place) { return static_cast<std::uint32_t>(place); };
        if (entry.word == kUnknown && lexicon.size() > 1) {
            for (std::size_t cut = 3; cut + 3 <= part.size(); ++cut) {
                const auto head = find_any_case(lexicon, part.substr(0, cut));
                if (head.word == kUnknown) continue;
                const auto tail = find_any_case(lexicon, part.substr(cut));
                if (tail.word == kUnknown) continue;
                out.push_back({head.word, head.forms, Gap::joint, at(begin), at(begin + cut)});
                out.push_back({tail.word, tail.forms, Gap::none, at(begin + cut), at(end)});
                return;
            }
        }
        out.push_back({entry.word, entry.forms, Gap::joint, at(begin), at(end)});
    };
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= name.size(); ++i) {
        const bool end = i == name.size() || !is_word_byte(static_cast<unsigned char>(name[i]));
        bool hump = false;
        if (!end && i > begin) {
            const char before = name[i - 1];
            const bool next_is_lower = i + 1 < name.size() && is_lower(name[i + 1]);
            hump = is_upper(name[i]) &&
                   (is_lower(before) || (is_digit(before) && next_is_lower) ||
                    (is_upper(before) && next_is_lower &&
                     !(name[i + 1] == 's' && (i + 2 == name.size() || !is_lower(name[i + 2])))));
        }
        if (!end && !hump) continue;
        if (i > begin) push(begin, i);
        begin = end ? i + 1 : i;
    }
}

}  // namespace mcprisk::classifier

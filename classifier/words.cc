#include "classifier/words.h"

#include <algorithm>
#include <array>

#include "classifier/scripts.h"
#include "model/text.h"

namespace mcprisk::classifier {
namespace {

constexpr std::size_t kLongestWord = 40;

std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 1099511628211ULL;
    }
    return hash | 1;  // zero marks a free slot
}

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

Lexicon::Lexicon() : slots_(1024) { lemmas_.emplace_back(); }

Lexicon::Slot& Lexicon::slot(std::string_view surface, std::uint64_t hash) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash & mask;
    while (slots_[at].hash != 0 && (slots_[at].hash != hash || slots_[at].surface != surface)) {
        at = (at + 1) & mask;
    }
    return slots_[at];
}

Lexicon::Entry Lexicon::find(std::string_view word) const {
    const std::uint64_t hash = hash_of(word);
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = hash & mask; slots_[at].hash != 0; at = (at + 1) & mask) {
        if (slots_[at].hash == hash && slots_[at].surface == word) return slots_[at].entry;
    }
    return {};
}

void Lexicon::grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (Slot& one : old) {
        if (one.hash != 0) slot(one.surface, one.hash) = std::move(one);
    }
}

void Lexicon::put(std::string_view surface, WordId word, Form form, bool lemma) {
    if (used_ * 2 > slots_.size()) grow();
    const std::uint64_t hash = hash_of(surface);
    Slot& place = slot(surface, hash);
    if (place.hash == 0) {
        ++used_;
        place = {hash, {word, form}, std::string(surface), lemma};
    } else if (place.entry.word == word) {
        place.entry.forms |= form;
    } else if (lemma && !place.lemma) {
        place.entry = {word, form};
        place.lemma = true;
    }
}

WordId Lexicon::add(std::string_view lemma) {
    const Slot& known = slot(lemma, hash_of(lemma));
    if (known.hash != 0 && known.lemma) return known.entry.word;
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
        if (entry.word == kUnknown) {
            for (std::size_t cut = 3; cut + 3 <= part.size(); ++cut) {
                const auto head = find_any_case(lexicon, part.substr(0, cut));
                const auto tail = find_any_case(lexicon, part.substr(cut));
                if (head.word == kUnknown || tail.word == kUnknown) continue;
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

#include "model/lexicon/inflect.h"

#include <algorithm>
#include <array>

namespace mcprisk::lexicon {
namespace {

bool vowel(char c) { return std::string_view("aeiou").find(c) != std::string_view::npos; }

std::string with_s(std::string_view word) {
    std::string out(word);
    if (out.size() < 2) return out + "s";
    const char last = out.back();
    const char before = out[out.size() - 2];
    if (last == 'y' && !vowel(before)) {
        out.pop_back();
        return out + "ies";
    }
    const bool sibilant = last == 's' || last == 'x' || last == 'z' ||
                          (last == 'h' && (before == 's' || before == 'c'));
    return out + (sibilant ? "es" : "s");
}

// "stop", "drop", "commit": one vowel between consonants at the end.
bool may_double(std::string_view verb) {
    if (verb.size() < 3) return false;
    const char last = verb.back();
    return !vowel(last) && last != 'w' && last != 'x' && last != 'y' &&
           vowel(verb[verb.size() - 2]) && !vowel(verb[verb.size() - 3]);
}

std::size_t syllables(std::string_view word) {
    std::size_t n = 0;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (vowel(word[i]) && (i == 0 || !vowel(word[i - 1]))) ++n;
    }
    return n;
}

struct Parts {
    std::string head;
    std::string rest;  // with its blank
};

Parts first_word(std::string_view phrase) {
    const std::size_t blank = phrase.find(' ');
    if (blank == std::string_view::npos) return {std::string(phrase), ""};
    return {std::string(phrase.substr(0, blank)), std::string(phrase.substr(blank))};
}

std::vector<std::string> with_ending(std::string_view verb, std::string_view ending) {
    const auto [head, rest] = first_word(verb);
    std::string stem = head;
    std::vector<std::string> out;
    if (stem.ends_with("e") && !(ending == "ing" && stem.ends_with("ee"))) {
        stem.pop_back();
    } else if (ending == "ed" && stem.size() > 1 && stem.back() == 'y' &&
               !vowel(stem[stem.size() - 2])) {
        stem.back() = 'i';
    }
    const bool doubling = may_double(head);
    if (!doubling || syllables(head) > 1) out.push_back(stem + std::string(ending) + rest);
    if (doubling) out.push_back(stem + head.back() + std::string(ending) + rest);
    return out;
}

}  // namespace

std::string third_person(std::string_view verb) {
    const auto [head, rest] = first_word(verb);
    if (head.ends_with("o")) return head + "es" + rest;
    return with_s(head) + rest;
}

std::vector<std::string> gerunds(std::string_view verb) { return with_ending(verb, "ing"); }

std::vector<std::string> pasts(std::string_view verb) { return with_ending(verb, "ed"); }

std::string plural(std::string_view noun) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kIrregular{
        {{"person", "people"},
         {"child", "children"},
         {"man", "men"},
         {"woman", "women"},
         {"matrix", "matrices"},
         {"shelf", "shelves"},
         {"leaf", "leaves"}}};
    const std::size_t blank = noun.rfind(' ');
    const std::string_view head = blank == std::string_view::npos ? noun : noun.substr(blank + 1);
    const std::string before(noun.substr(0, noun.size() - head.size()));
    for (const auto& [one, many] : kIrregular) {
        if (head == one) return before + std::string(many);
    }
    return before + with_s(head);
}

}  // namespace mcprisk::lexicon

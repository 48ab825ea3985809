#include "store/likeness.h"

#include <algorithm>
#include <iterator>

#include "store/search_text.h"

namespace mcprisk::store {
namespace {

using lexicon::Effect;

std::string singular(const std::string& word) {
    if (const lexicon::Entry* entry = lexicon::find(word)) {
        return std::string(lexicon::text_of(lexicon::lemma_of(*entry)));
    }
    const bool plural = word.size() > 3 && word.back() == 's' && word[word.size() - 2] != 's';
    return plural ? word.substr(0, word.size() - 1) : word;
}

// Shared over all (Jaccard's index).
double shared(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    std::vector<std::string> both;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
    const std::size_t all = a.size() + b.size() - both.size();
    return all == 0 ? 0 : static_cast<double>(both.size()) / static_cast<double>(all);
}

void sort_unique(std::vector<std::string>& words) {
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
}

}  // namespace

NamedDeed named_deed(std::string_view name) {
    NamedDeed deed;
    deed.words = name_words(name);
    // The verb is the word that is one most surely and no object besides.
    std::size_t verb = deed.words.size();
    int best = 0;
    for (std::size_t i = 0; i < deed.words.size(); ++i) {
        const lexicon::Entry* entry = lexicon::find(deed.words[i]);
        if (entry == nullptr || entry->effect == Effect::none) continue;
        const int sure = 2 * entry->sure + (lexicon::attributes_of(*entry) ? 0 : 1);
        if (sure > best) {
            best = sure;
            verb = i;
        }
    }
    for (std::size_t i = 0; i < deed.words.size(); ++i) {
        if (i == verb) {
            deed.effect = lexicon::find(deed.words[i])->effect;
        } else {
            deed.objects.push_back(singular(deed.words[i]));
        }
    }
    sort_unique(deed.objects);
    return deed;
}

double likeness(const NamedDeed& a, const NamedDeed& b) {
    constexpr double kOtherDeed = 0.4;
    constexpr double kDeedOnly = 0.3;
    constexpr double kEnough = 1.0 / 3.0;
    const bool same_deed = a.effect == b.effect && a.effect != Effect::none;
    const double objects = shared(a.objects, b.objects) * (same_deed ? 1 : kOtherDeed);
    const double words = shared(a.words, b.words);
    return std::max(objects, words >= kEnough ? words * kDeedOnly : 0);
}

std::vector<std::string> words_to_find(const NamedDeed& deed) {
    std::vector<std::string> words = deed.words;
    for (const std::string& object : deed.objects) {
        words.push_back(object);
        words.push_back(object + "s");
    }
    sort_unique(words);
    return words;
}

}  // namespace mcprisk::store

#include "classifier/attacks/phrases.h"

#include <algorithm>
#include <array>

namespace mcprisk::classifier {
namespace {

using lexicon::Effect;

constexpr std::size_t kTextRead = 400;   // bytes of the description
constexpr std::size_t kMostObjects = 6;  // noun phrases that are kept
constexpr std::size_t kMostWords = 64;   // of a name

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           static_cast<unsigned char>(c) > 0x7f;
}

// "getURLOf_x" -> "get url of x"
std::string split_name(std::string_view name) {
    std::string out;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        const bool upper = c >= 'A' && c <= 'Z';
        const bool after_small = i > 0 && name[i - 1] >= 'a' && name[i - 1] <= 'z';
        const bool before_small = i + 1 < name.size() && name[i + 1] >= 'a' && name[i + 1] <= 'z' &&
                                  i > 0 && name[i - 1] >= 'A' && name[i - 1] <= 'Z';
        if (!letter(c) || (upper && (after_small || before_small))) {
            if (!out.empty() && out.back() != ' ') out += ' ';
        }
        if (letter(c)) out += lower(c);
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

// Words in lower case; what parts phrases becomes " | ", what ends sentences " . ".
std::string fold(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < std::min(text.size(), kTextRead); ++i) {
        const char c = text[i];
        if (letter(c) || c == '_' || (c == '\'' && i > 0 && letter(text[i - 1]))) {
            out += lower(c);
        } else if (c == '.' || c == '\n' || c == '!' || c == '?' || c == ';') {
            const bool inside = c == '.' && i + 1 < text.size() && letter(text[i + 1]);
            out += inside ? " " : " . ";
        } else if (c == ',' || c == '(' || c == ')' || c == ':' || c == '/') {
            out += " | ";
        } else {
            out += ' ';
        }
    }
    return out;
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> out;
    std::size_t at = 0;
    while (at < text.size() && out.size() < kMostWords) {
        const std::size_t begin = text.find_first_not_of(' ', at);
        if (begin == std::string_view::npos) break;
        const std::size_t end = std::min(text.find(' ', begin), text.size());
        out.push_back(text.substr(begin, end - begin));
        at = end;
    }
    return out;
}

bool among(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

// Words between noun phrases.
bool parts(std::string_view word) {
    static constexpr auto kWords = std::to_array<std::string_view>(
        {".",         "|",         "a",        "an",      "and",   "any",  "are",   "as",
         "at",        "be",        "by",       "for",     "from",  "if",   "in",    "into",
         "is",        "it",        "its",      "of",      "on",    "or",   "that",  "the",
         "their",     "these",     "this",     "to",      "using", "via",  "when",  "which",
         "who",       "with",      "within",   "without", "you",   "your", "given", "specific",
         "specified", "including", "matching", "has",     "have",  "can",  "will",  "only",
         "through",   "based"});
    return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

// "messages", "all messages", "notes list"
bool is_plural(std::string_view head) {
    return head.size() > 3 && head.ends_with('s') && !head.ends_with("ss") &&
           !head.ends_with("us") && !head.ends_with("is");
}

}  // namespace

NounPhrases::NounPhrases(const Tool& tool, lexicon::Subject about)
    : tool_(tool), name_(split_name(tool.name)), text_(fold(tool.description)) {
    name_words_ = words_of(name_);
    text_words_ = words_of(text_);
    // Of the name: what stands after the verb, or all but a verb at the end ("notes_list").
    std::span<const std::string_view> words = name_words_;
    std::size_t verb = words.size();
    for (std::size_t i = 0; i < words.size(); ++i) {
        const lexicon::Entry* entry = lexicon::find(words[i]);
        if (entry == nullptr || entry->sure < 2 || entry->form != lexicon::Form::base) continue;
        const bool noun_here = entry->attributes_sure > 1 && i > 0;
        if (noun_here) continue;
        name_effect_ = entry->effect;
        verb = i;
        break;
    }
    if (verb + 1 < words.size()) {
        add(words.subspan(verb + 1), about);
    } else if (verb < words.size()) {
        add(words.first(verb), about);
    } else {
        add(words, about);
    }
    std::vector<std::string_view> run;
    for (const std::string_view word : text_words_) {
        if (!parts(word)) {
            run.push_back(word);
            continue;
        }
        if (!run.empty()) add(run, about);
        run.clear();
        if (objects_.size() >= kMostObjects) break;
    }
    if (!run.empty() && objects_.size() < kMostObjects) add(run, about);
}

void NounPhrases::add(std::span<const std::string_view> words, lexicon::Subject about) {
    // "list all conversations": a verb before the noun is no part of it.
    while (words.size() > 1) {
        const lexicon::Entry* first = lexicon::find(words.front());
        const bool verb = first != nullptr && first->sure > 1 && first->attributes_sure < 2 &&
                          first->modifier == lexicon::Modifier::none;
        if (!verb) break;
        words = words.subspan(1);
    }
    if (words.empty()) return;
    NounPhrase phrase;
    phrase.words.assign(words.begin(), words.end());
    if (const auto object = lexicon::find_object(words, about)) {
        phrase.object = *object;
        phrase.known = true;
    }
    const std::string_view last = words.back();
    phrase.plural = is_plural(last) || among(words.front(), {"all", "many", "multiple"}) ||
                    (words.size() > 1 && among(last, {"list", "history", "all"}) &&
                     is_plural(words[words.size() - 2]));
    objects_.push_back(std::move(phrase));
}

std::string_view NounPhrases::in_name(std::initializer_list<std::string_view> words) const {
    for (const std::string_view word : name_words_) {
        if (among(word, words)) return word;
    }
    return {};
}

std::string_view NounPhrases::in_text(std::initializer_list<std::string_view> words) const {
    for (const std::string_view word : text_words_) {
        if (among(word, words)) return word;
    }
    return {};
}

std::string_view NounPhrases::in_objects(std::initializer_list<std::string_view> words) const {
    const std::string_view found = in_name(words);
    if (!found.empty()) return found;
    for (const NounPhrase& one : objects_) {
        for (const std::string_view word : one.words) {
            if (among(word, words)) return word;
        }
    }
    return {};
}

std::string_view NounPhrases::anywhere(std::initializer_list<std::string_view> words) const {
    const std::string_view found = in_name(words);
    return found.empty() ? in_text(words) : found;
}

const Parameter* NounPhrases::parameter(std::initializer_list<std::string_view> names) const {
    for (const Parameter& one : tool_.parameters) {
        std::string name;
        for (const char c : one.name) name += lower(c);
        if (among(name, names)) return &one;
    }
    return nullptr;
}

}  // namespace mcprisk::classifier

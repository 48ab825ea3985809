#include "classifier/judging/sentence.h"

#include <algorithm>
#include <array>
#include <vector>

#include "classifier/reading/effect_verbs.h"
#include "classifier/reading/scripts.h"
#include "model/base/text.h"

namespace mcprisk::classifier {
namespace {

constexpr std::size_t kMostWords = 14;
constexpr std::size_t kMostObject = 7;
constexpr std::size_t kMostBytes = 120;

std::string_view plain_sentence(Category category) {
    switch (category) {
        case Category::read:
            return "Returns or computes something and changes nothing.";
        case Category::write:
            return "Creates or changes something, or sends it out.";
        case Category::execute:
            return "Makes a machine act.";
        case Category::destructive:
            return "Removes something that existed.";
        case Category::financial:
            break;
    }
    return "Moves money or commits somebody to pay.";
}

class SentenceWriter {
  public:
    SentenceWriter(const RuleBook& book, const Facts& facts, const Judgement& judgement)
        : book_(book), facts_(facts), judgement_(judgement) {}

    std::string write() {
        const Piece* deciding = deciding_piece();
        if (deciding != nullptr && is_choice(*deciding)) return of_choice(*deciding);
        const Reading& reading = facts_.description.main ? facts_.description : facts_.name;
        if (!reading.main) return std::string(plain_sentence(judgement_.category));
        add(third_person(verb_of(reading)));
        add_object(reading);
        if (deciding != nullptr && deciding->heuristic == "stated-effect") {
            words_.back() += ';';
            add("also:");
            add_quote(deciding->text);
        } else {
            for (const VerbUse& use : reading.beside) {
                if (book_.rule(use.rule).says.category != judgement_.category) continue;
                if (words_.size() + 2 > kMostWords) break;
                add("and");
                add(third_person(book_.lexicon().lemma(use.word)));
                break;
            }
        }
        return finished();
    }

  private:
    [[nodiscard]] const Piece* deciding_piece() const {
        for (const Piece& one : judgement_.pieces) {
            if (one.category == judgement_.category) return &one;
        }
        return nullptr;
    }
    static bool is_choice(const Piece& piece) {
        return piece.heuristic == "enum-worst-action" || piece.heuristic == "switch-acts";
    }

    [[nodiscard]] std::string verb_of(const Reading& reading) const {
        const std::string& lemma = book_.lexicon().lemma(reading.main->word);
        return lemma.empty()
                   ? std::string(reading.words(reading.main->token, reading.main->token + 1))
                   : lemma;
    }

    // "With action delete: removes something that existed."
    std::string of_choice(const Piece& piece) {
        add("With");
        const std::size_t dot = piece.field.rfind('.');
        add_quote(dot == std::string::npos ? piece.field
                                           : std::string_view(piece.field).substr(dot + 1));
        add_quote(piece.text);
        words_.back() += ':';
        std::string rest(plain_sentence(judgement_.category));
        rest[0] = lower_ascii(rest[0]);
        for (std::string_view left = rest; !left.empty() && words_.size() < kMostWords;) {
            const std::size_t blank = left.find(' ');
            add(std::string(left.substr(0, blank)));
            left = blank == std::string_view::npos ? std::string_view() : left.substr(blank + 1);
        }
        return finished();
    }

    void add(std::string word) {
        if (words_.size() < kMostWords && !word.empty()) words_.push_back(std::move(word));
    }

    // Letters, digits and inner signs of names only: strangers wrote it.
    void add_quote(std::string_view text) {
        std::string word;
        std::size_t taken = 0;
        const auto flush = [&] {
            if (!word.empty() && taken++ < kMostObject) add(std::move(word));
            word.clear();
        };
        text = truncate_utf8(text, kMostBytes);
        for (std::size_t i = 0; i < text.size(); ++i) {
            const auto c = static_cast<unsigned char>(text[i]);
            const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                (c >= '0' && c <= '9') || c == '_' || c == '-';
            const bool inner = c == '\'' && !word.empty() && i + 1 < text.size() &&
                               lower_ascii(text[i + 1]) >= 'a' && lower_ascii(text[i + 1]) <= 'z';
            if (letter || inner || (c >= 0xc3 && !symbol_at(text, i)) ||
                (c >= 0x80 && !word.empty())) {
                word += text[i];
            } else {
                flush();
            }
        }
        flush();
    }

    // The word at `i` belongs to the phrase before it, and begins no clause of its own.
    [[nodiscard]] bool goes_on(const Reading& reading, std::size_t i) const {
        const Token& token = reading.tokens[i];
        if (token.gap != Gap::none && token.gap != Gap::space && token.gap != Gap::joint)
            return false;
        constexpr std::array<std::string_view, 8> kClause{
            "it", "they", "you", "that", "which", "who", "is", "was"};
        const std::string word = lower_ascii(reading.words(i, i + 1));
        return std::find(kClause.begin(), kClause.end(), word) == kClause.end() &&
               !book_.has(token, Role::preposition) && !book_.has(token, Role::subordinator) &&
               !book_.has(token, Role::coordinator);
    }

    void add_object(const Reading& reading) {
        std::size_t begin = reading.object_begin;
        std::size_t end = std::min(reading.object_end, begin + kMostObject);
        if (begin >= end || end > reading.tokens.size()) return;
        // "line-based edits" is no line: what is joined to the object leads to its last noun.
        const std::size_t limit =
            std::min({reading.tokens.size(), reading.sentence_end, begin + kMostObject});
        const bool joined =
            end == reading.object_end && end < limit && reading.tokens[end].gap == Gap::joint;
        while (joined && end < limit &&
               (reading.tokens[end].gap == Gap::joint || goes_on(reading, end))) {
            ++end;
        }
        // "a new branch": all that leads to it.
        constexpr int kMostLead = 3;
        for (int i = 0; i < kMostLead && begin > reading.main->token + 1 &&
                        book_.has(reading.tokens[begin - 1], Role::determiner);
             ++i) {
            --begin;
        }
        add_quote(reading.words(begin, end));
        // What it is taken from or belongs to, if there is room for it.
        std::size_t at = end;
        if ((joined || end == reading.object_end) &&
            at + 1 < std::min(reading.tokens.size(), reading.sentence_end) &&
            book_.has(reading.tokens[at], Role::preposition) &&
            reading.tokens[at].gap <= Gap::space) {
            std::size_t to = at + 1;
            while (to < std::min({reading.tokens.size(), reading.sentence_end, at + 5}) &&
                   reading.tokens[to].gap <= Gap::space && goes_on(reading, to)) {
                ++to;
            }
            if (to > at + 1) add_quote(reading.words(at, to));
        }
    }

    std::string finished() {
        while (!words_.empty() && dangling(words_.back())) words_.pop_back();
        if (words_.empty()) return std::string(plain_sentence(judgement_.category));
        std::string out;
        for (const std::string& word : words_) out += (out.empty() ? "" : " ") + word;
        if (out.back() == '.') out.pop_back();
        if (out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
        return out + '.';
    }

    static bool dangling(std::string_view word) {
        return word == "the" || word == "a" || word == "an" || word == "and" || word == "of" ||
               word == "to" || word == "for" || word == "in" || word == "with" || word == "also:" ||
               word == "from" || word == "by" || word == "on" || word == "or" || word == "your" ||
               word == "its" || word == "their" || word == "using" || word == "including" ||
               word == "new";
    }

    const RuleBook& book_;
    const Facts& facts_;
    const Judgement& judgement_;
    std::vector<std::string> words_;
};

}  // namespace

std::string write_sentence(const RuleBook& book, const Facts& facts, const Judgement& judgement) {
    return SentenceWriter(book, facts, judgement).write();
}

std::string third_person(std::string_view verb) {
    std::string out(verb);
    if (out.size() < 2 || out.back() < 'a' || out.back() > 'z') return out;
    const char last = out.back();
    const char before = out[out.size() - 2];
    const bool vowel =
        before == 'a' || before == 'e' || before == 'i' || before == 'o' || before == 'u';
    if (last == 'y' && !vowel) {
        out.pop_back();
        return out + "ies";
    }
    const bool hisses = last == 's' || last == 'x' || last == 'z' || last == 'o' ||
                        out.ends_with("sh") || out.ends_with("ch");
    return out + (hisses ? "es" : "s");
}

std::string_view effect_of_piece(const RuleBook& book, const Piece& piece) {
    if (!piece.category) return {};
    if (piece.rule != kNoRule && book.rule(piece.rule).kind == RuleKind::verb) {
        const lexicon::Entry* entry = lexicon::find(piece.text);
        if (entry != nullptr && entry->sure > 0 && category_of(entry->effect) == *piece.category) {
            return lexicon::to_string(entry->effect);
        }
    }
    switch (*piece.category) {
        case Category::read:
            return "look";
        case Category::write:
            return "change";
        case Category::execute:
            return "run";
        case Category::destructive:
            return "remove";
        case Category::financial:
            break;
    }
    return "pay";
}

}  // namespace mcprisk::classifier

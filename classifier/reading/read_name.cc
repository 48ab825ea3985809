#include <algorithm>
#include <map>

#include "classifier/reading/reading.h"
#include "model/base/text.h"

namespace mcprisk::classifier {
namespace {

class NameReader {
  public:
    NameReader(const RuleBook& book,
               const NameStyle& style,
               std::string_view name,
               std::vector<Token> words)
        : book_(book), style_(style) {
        out_.text = name;
        out_.tokens = std::move(words);
        // Words past any sensible name are noise that a stranger may use to cost time.
        if (out_.tokens.size() > 64) out_.tokens.resize(64);
    }

    Reading read() {
        skip_server();
        if (const auto main = find_main()) {
            set_main(*main);
        } else {
            out_.object_begin = out_.first;
            out_.object_end = out_.tokens.size();
        }
        set_head();
        out_.sentence_end = out_.tokens.size();
        return std::move(out_);
    }

  private:
    [[nodiscard]] std::string lower(std::size_t i) const {
        const Token& token = out_.tokens[i];
        return lower_ascii(out_.text.substr(token.begin, token.end - token.begin));
    }

    [[nodiscard]] const Rule* verb_rule(std::size_t i) const {
        const Token& token = out_.tokens[i];
        const RuleIndex rule = book_.info(token.word).verb;
        if (rule == kNoRule || (token.forms & kBase) == 0) return nullptr;
        return &book_.rule(rule);
    }
    [[nodiscard]] bool is_verb(std::size_t i) const { return verb_rule(i) != nullptr; }
    [[nodiscard]] bool is_pure_verb(std::size_t i) const {
        const Rule* rule = verb_rule(i);
        return rule != nullptr && !rule->also_noun;
    }

    // Words that name the server or say nothing come off the front, but a verb stays unless most
    // names of the server begin with it and a verb follows.
    void skip_server() {
        const auto& tokens = out_.tokens;
        while (out_.first + 1 < tokens.size()) {
            const std::size_t i = out_.first;
            const bool noise = book_.has(tokens[i], Role::noise) && !is_pure_verb(i);
            const bool named = style_.server_words.count(lower(i)) > 0;
            const bool shared = i == 0 && lower(0) == style_.shared_prefix;
            if (!noise && !named && !shared) break;
            if (is_verb(i)) {
                bool verb_follows = false;
                for (std::size_t j = i + 1; j < tokens.size(); ++j) verb_follows |= is_verb(j);
                if (!verb_follows || (is_pure_verb(i) && !shared)) break;
            }
            ++out_.first;
        }
    }

    [[nodiscard]] bool ends_as_noun() const {
        const Token& last = out_.tokens.back();
        return out_.first + 1 < out_.tokens.size() && book_.has(last, Role::readout);
    }

    std::optional<std::size_t> find_main() const {
        const auto& tokens = out_.tokens;
        if (out_.first >= tokens.size()) return std::nullopt;
        const std::size_t begin = out_.first;
        const std::size_t last = tokens.size() - 1;
        if (is_verb(begin)) {
            if (begin == last || is_pure_verb(begin)) {
                // "list_delete" of a server that puts verbs last
                if (begin < last && style_.verbs_last && is_pure_verb(last) &&
                    book_.has(tokens[begin], Role::readout)) {
                    return last;
                }
                return begin;
            }
            if (ends_as_noun() && !is_pure_verb(last)) return std::nullopt;
            // "mark_read" is no reading: the participle looks like the verb.
            const bool participle = (tokens[last].forms & kPast) != 0;
            if (is_pure_verb(last) && !participle && (style_.verbs_last || begin + 1 == last)) {
                return last;
            }
            // "debug_dump_tree", "order_create_draft": the noun before the verb.
            if (begin + 1 < last && is_pure_verb(begin + 1) &&
                (tokens[begin + 1].forms & kPast) == 0) {
                return begin + 1;
            }
            return begin;
        }
        const bool participle = (tokens[last].forms & kPast) != 0 && has_verb(begin, last);
        if (is_pure_verb(last) && !participle && !has_preposition(begin, last)) return last;
        if (style_.verbs_last && is_verb(last) && !participle) return last;
        if (ends_as_noun() && !is_pure_verb(begin + 1)) return std::nullopt;
        for (std::size_t i = begin; i <= last; ++i) {
            if (is_pure_verb(i) && !(i == last && participle)) return i;
        }
        if (is_verb(last) && !participle) return last;
        for (std::size_t i = begin; i <= last; ++i) {
            if (is_verb(i)) return i;
        }
        return std::nullopt;
    }

    [[nodiscard]] bool has_verb(std::size_t from, std::size_t to) const {
        for (std::size_t i = from; i < to; ++i) {
            if (is_verb(i)) return true;
        }
        return false;
    }

    [[nodiscard]] bool has_preposition(std::size_t from, std::size_t to) const {
        for (std::size_t i = from; i < to; ++i) {
            if (book_.has(out_.tokens[i], Role::preposition)) return true;
        }
        return false;
    }

    void set_main(std::size_t main) {
        const auto& tokens = out_.tokens;
        out_.main = VerbUse{tokens[main].word, book_.info(tokens[main].word).verb, main};
        // Only a joined verb is a second act: get_run is no run, find_and_delete deletes.
        for (std::size_t i = main + 1; i + 1 < tokens.size(); ++i) {
            if (!book_.has(tokens[i], Role::coordinator) || !is_verb(i + 1)) continue;
            out_.beside.push_back({tokens[i + 1].word, book_.info(tokens[i + 1].word).verb, i + 1});
        }
        out_.object_begin = main + 1;
        while (out_.object_begin < tokens.size() &&
               (book_.has(tokens[out_.object_begin], Role::coordinator) ||
                book_.has(tokens[out_.object_begin], Role::preposition) ||
                is_beside(out_.object_begin))) {
            ++out_.object_begin;
        }
        out_.object_end = out_.object_begin;
        while (out_.object_end < tokens.size() &&
               !book_.has(tokens[out_.object_end], Role::preposition)) {
            ++out_.object_end;
        }
        if (out_.object_end < tokens.size() && lower(out_.object_end) == "from") {
            out_.from_begin = out_.object_end + 1;
            out_.from_end = tokens.size();
        }
        if (out_.object_begin >= out_.object_end) {
            out_.object_begin = out_.first;
            out_.object_end = main;
        }
    }

    [[nodiscard]] bool is_beside(std::size_t token) const {
        return std::any_of(out_.beside.begin(), out_.beside.end(), [&](const VerbUse& use) {
            return use.token == token;
        });
    }

    void set_head() {
        if (out_.object_begin < out_.object_end) out_.head = out_.object_end - 1;
    }

    const RuleBook& book_;
    const NameStyle& style_;
    Reading out_;
};

void add_server_words(std::string_view text, std::set<std::string, std::less<>>& words) {
    static const Lexicon kEmpty;
    std::vector<Token> tokens;
    split_name(kEmpty, text.substr(0, 200), tokens);
    for (const Token& token : tokens) {
        words.insert(lower_ascii(text.substr(token.begin, token.end - token.begin)));
    }
}

}  // namespace

std::vector<Token> words_of_name(const RuleBook& book, std::string_view name) {
    std::vector<Token> words;
    split_name(book.lexicon(), name, words);
    return words;
}

NameStyle read_style(const RuleBook& book,
                     const ServerDocument& document,
                     std::span<const std::vector<Token>> names) {
    NameStyle style;
    add_server_words(document.server, style.server_words);
    std::map<std::string, std::size_t, std::less<>> firsts;
    std::size_t verb_first = 0;
    std::size_t verb_last = 0;
    std::size_t several = 0;
    const auto pure_verb = [&](const Token& token) {
        const RuleIndex rule = book.info(token.word).verb;
        return rule != kNoRule && (token.forms & kBase) != 0 && !book.rule(rule).also_noun;
    };
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::vector<Token>& tokens = names[i];
        if (tokens.size() < 2) continue;
        ++several;
        const std::string_view name = document.tools[i].name;
        ++firsts[lower_ascii(name.substr(tokens[0].begin, tokens[0].end - tokens[0].begin))];
        if (pure_verb(tokens.back())) ++verb_last;
        if (pure_verb(tokens[0]) || (tokens.size() > 2 && pure_verb(tokens[1]))) ++verb_first;
    }
    for (const auto& [word, count] : firsts) {
        if (several >= 3 && count * 10 >= several * 6) {
            // A verb that begins most names is what these tools do, not who made them.
            const auto entry = book.lexicon().find(word);
            const RuleIndex rule = book.info(entry.word).verb;
            if (rule == kNoRule || book.rule(rule).also_noun) style.shared_prefix = word;
        }
    }
    style.verbs_last = verb_last > verb_first;
    return style;
}

Reading read_name(const RuleBook& book,
                  const NameStyle& style,
                  std::string_view name,
                  std::vector<Token> words) {
    return NameReader(book, style, name, std::move(words)).read();
}

Reading read_name(const RuleBook& book, const NameStyle& style, std::string_view name) {
    return read_name(book, style, name, words_of_name(book, name));
}

}  // namespace mcprisk::classifier

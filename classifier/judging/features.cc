#include "classifier/judging/features.h"

#include <algorithm>

namespace mcprisk::classifier {
namespace {

constexpr std::size_t kMostSentenceWords = 24;
constexpr std::size_t kMostServerWords = 60;
constexpr double kServerWord = 0.5;  // of all tools of a server, so of each less

std::uint64_t mix(std::uint64_t hash, std::string_view text) {
    for (const char c : text) {
        const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        hash = (hash ^ static_cast<unsigned char>(lower)) * 0x100000001b3ULL;
    }
    return (hash ^ 0xff) * 0x100000001b3ULL;
}

class FeatureReader {
  public:
    FeatureReader(const RuleBook& book, const Facts& facts, std::vector<Feature>& out)
        : book_(book), facts_(facts), out_(out) {}

    void name() {
        const Reading& name = facts_.name;
        for (std::size_t i = name.first; i < name.tokens.size(); ++i) {
            add("name", word(name, i), {}, name.words(i, i + 1));
        }
        verb_and_head(name, "name-verb", "name-head", "name-pair");
    }

    void text() {
        const Reading& text = facts_.description;
        verb_and_head(text, "verb", "head", "pair");
        const std::size_t begin = text.main ? text.main->token : 0;
        const std::size_t end =
            std::min({text.sentence_end, text.tokens.size(), begin + kMostSentenceWords});
        for (std::size_t i = begin; i < end; ++i) {
            if (book_.has(text.tokens[i], Role::determiner)) continue;
            if (book_.has(text.tokens[i], Role::reassurance)) continue;
            add("says", word(text, i), {}, text.words(i, i + 1));
        }
        for (const VerbUse& use : text.beside) {
            add("beside", word(text, use.token), {}, text.words(use.token, use.token + 1));
        }
    }

    void parameters() {
        std::size_t required = 0;
        for (const Parameter& one : facts_.tool->parameters) {
            if (one.required) ++required;
            if (one.path.find('.') != std::string::npos) continue;
            add("input", one.name, {}, one.name);
        }
        if (facts_.tool->parameters.empty()) add("shape", "no-input");
        if (facts_.description_void) add("shape", "no-text");
        if (required > 3) add("shape", "many-required");
    }

    void rules(const std::vector<Piece>& pieces) {
        for (const Piece& piece : pieces) {
            if (piece.basis == Basis::claim || !piece.category) continue;
            const std::string_view id = piece.rule == kNoRule
                                            ? piece.heuristic
                                            : std::string_view(book_.rule(piece.rule).id);
            add("rule", id, piece.field == "name" ? "name" : "text", piece.text);
            add("score", to_string(*piece.category), {}, {}, piece.weight);
        }
        std::vector<RuleIndex> seen;
        for (const Hit& hit : facts_.hits) {
            const Rule& rule = book_.rule(hit.rule);
            if (rule.kind == RuleKind::lexicon || rule.says.claim) continue;
            if (hit.source == Hit::Source::server) continue;
            if (std::find(seen.begin(), seen.end(), hit.rule) != seen.end()) continue;
            seen.push_back(hit.rule);
            add("hit", rule.id, {}, hit.text);
        }
    }

    void neighbours(const Neighbours& neighbours) {
        for (const Token& token : neighbours.words) {
            const std::string_view quote =
                std::string_view(neighbours.text).substr(token.begin, token.end - token.begin);
            if (quote.size() < 3) continue;
            const std::string_view word = token.word != kUnknown
                                              ? std::string_view(book_.lexicon().lemma(token.word))
                                              : quote;
            add("server", word, {}, quote, kServerWord);
        }
        int all = 0;
        for (const int count : neighbours.by_category) all += count;
        for (std::size_t i = 0; i < 5 && all > 0; ++i) {
            add("beside-share",
                to_string(static_cast<Category>(i)),
                {},
                {},
                static_cast<double>(neighbours.by_category[i]) / all);
        }
    }

  private:
    void add(std::string_view kind,
             std::string_view word,
             std::string_view second = {},
             std::string_view quote = {},
             double value = 1) {
        out_.push_back({kind, word, second, quote, value});
    }

    // The lemma of a known word, else the word as it stands.
    [[nodiscard]] std::string_view word(const Reading& reading, std::size_t i) const {
        const Token& token = reading.tokens[i];
        if (token.word != kUnknown) return book_.lexicon().lemma(token.word);
        return reading.words(i, i + 1);
    }

    void verb_and_head(const Reading& reading,
                       std::string_view verb,
                       std::string_view head,
                       std::string_view pair) {
        std::string_view act;
        if (reading.main) {
            const std::size_t at = reading.main->token;
            act = word(reading, at);
            add(verb, act, {}, reading.words(at, at + 1));
        }
        if (!reading.head) return;
        const std::string_view noun = word(reading, *reading.head);
        const std::string_view quote = reading.words(*reading.head, *reading.head + 1);
        add(head, noun, {}, quote);
        if (!act.empty()) add(pair, act, noun, quote);
    }

    const RuleBook& book_;
    const Facts& facts_;
    std::vector<Feature>& out_;
};

}  // namespace

std::uint64_t feature_hash(const Feature& feature) {
    std::uint64_t hash = mix(0xcbf29ce484222325ULL, feature.kind);
    hash = mix(hash, feature.word);
    return feature.second.empty() ? hash : mix(hash, feature.second);
}

Neighbours read_neighbours(const RuleBook& book, const ServerDocument& document) {
    Neighbours neighbours;
    neighbours.text = document.title + ' ' + document.description;
    split_text(book.lexicon(), neighbours.text, kMostServerWords, neighbours.words);
    return neighbours;
}

void read_features(const RuleBook& book,
                   const Facts& facts,
                   const Neighbours& neighbours,
                   const std::vector<Piece>& pieces,
                   std::vector<Feature>& out) {
    out.clear();
    FeatureReader reader(book, facts, out);
    reader.name();
    reader.text();
    reader.parameters();
    reader.rules(pieces);
    reader.neighbours(neighbours);
}

}  // namespace mcprisk::classifier

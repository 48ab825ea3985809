#include "classifier/judging/features.h"

#include <algorithm>
#include <array>
#include <span>

#include "classifier/reading/effect_verbs.h"

namespace mcprisk::classifier {
namespace {

constexpr std::size_t kMostSentenceWords = 24;
constexpr std::size_t kMostLaterWords = 60;
constexpr std::size_t kMostInputs = 40;
constexpr std::size_t kMostServerWords = 60;
constexpr double kLaterWord = 0.5;   // of texts that say much, so of each word less
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

    // What the lexicon knows of the act and of what it acts on, by place.
    void meaning(lexicon::Subject subject) {
        const Effect name = effect_of(facts_.name);
        const Effect text = effect_of(facts_.description);
        add("effect", to_string(name), "name");
        add("effect", to_string(text), "text");
        const Effect act = facts_.description.main ? text : name;
        attributes_of(facts_.name, act, kNameKinds, subject);
        attributes_of(facts_.description, act, kTextKinds, subject);
        if (subject != lexicon::Subject::none) {
            add("subject", lexicon::to_string(subject));
            add("subject-effect", lexicon::to_string(subject), to_string(act));
            const lexicon::Attributes usual = lexicon::usual_attributes(subject);
            add("usual-privacy", lexicon::to_string(usual.privacy), to_string(act));
        }
        std::uint32_t seen = 0;
        const Reading& said = facts_.description;
        const std::size_t begin = said.main ? said.main->token + 1 : 0;
        const std::size_t end =
            std::min({said.sentence_end, said.tokens.size(), begin + kMostSentenceWords});
        for (std::size_t i = begin; i < end; ++i) {
            const lexicon::Entry* entry = lexicon::find(said.words(i, i + 1));
            if (entry == nullptr) continue;
            const auto known = lexicon::attributes_of(*entry);
            if (known) telling(*known, "says-privacy", "says-power", seen);
            if (entry->modifier != lexicon::Modifier::none) {
                add("modifier", lexicon::to_string(entry->modifier));
            }
        }
        for (const Statement& one : facts_.picture.statements) {
            if (!one.counts() || one.place == TextPlace::parameter) continue;
            add("states", to_string(one.effect), voice_of(one));
            add("states-category", to_string(one.category), one.happens ? "event" : "");
        }
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
        const std::size_t last = std::min(text.tokens.size(), end + kMostLaterWords);
        for (std::size_t i = end; i < last; ++i) {
            const Token& token = text.tokens[i];
            if (book_.has(token, Role::determiner) || book_.has(token, Role::preposition) ||
                book_.has(token, Role::reassurance)) {
                continue;
            }
            add("later", word(text, i), {}, text.words(i, i + 1), kLaterWord);
        }
        for (const VerbUse& use : text.beside) {
            add("beside", word(text, use.token), {}, text.words(use.token, use.token + 1));
        }
    }

    void parameters() {
        std::size_t required = 0;
        std::size_t inputs = 0;
        std::uint32_t seen = 0;
        for (const Parameter& one : facts_.tool->parameters) {
            if (one.required) ++required;
            if (one.path.find('.') != std::string::npos || ++inputs > kMostInputs) continue;
            if (reassures(one.name)) continue;
            add("input", one.name, {}, one.name);
            std::vector<Token> tokens;
            split_name(book_.lexicon(), one.name, tokens);
            std::array<std::string_view, 4> words;
            std::size_t count = 0;
            for (const Token& token : tokens) {
                if (count == words.size()) break;
                words[count++] =
                    std::string_view(one.name).substr(token.begin, token.end - token.begin);
            }
            if (count == 0) continue;
            add("input-head", words[count - 1], one.type);
            const auto object = lexicon::find_object(std::span(words).first(count));
            if (object) telling(object->attributes, "input-privacy", "input-power", seen);
        }
        for (const ParameterFact& fact : facts_.parameters) {
            add("input-rule", book_.rule(fact.rule).id);
        }
        if (!facts_.flags.empty()) add("shape", "flag");
        if (!facts_.selectors.empty()) add("shape", "selector");
        if (facts_.tool->parameters.empty()) add("shape", "no-input");
        if (facts_.description_void) add("shape", "no-text");
        if (required > 3) add("shape", "many-required");
        if (facts_.tool->annotations.destructive == true &&
            facts_.tool->annotations.read_only != true) {
            add("shape", "hint-destructive");
        }
        if (facts_.tool->annotations.read_only == false) add("shape", "hint-not-read-only");
    }

    void rules(const Judgement& judgement) {
        for (const Piece& piece : judgement.pieces) {
            if (piece.basis == Basis::claim || !piece.category) continue;
            const std::string_view id = piece.rule == kNoRule
                                            ? piece.heuristic
                                            : std::string_view(book_.rule(piece.rule).id);
            add("rule", id, piece.field == "name" ? "name" : "text", piece.text);
            add("score", to_string(*piece.category), {}, {}, piece.weight);
        }
        add("rules", judgement.understood ? to_string(judgement.category) : "none");
        if (judgement.fixed) add("fixed", to_string(judgement.category));
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
    struct Kinds {
        std::string_view privacy;
        std::string_view power;
        std::string_view weight;
        std::string_view persistence;
        std::string_view audience;
        std::string_view modifier;
        std::string_view about;  // privacy on a server about something
    };
    static constexpr Kinds kNameKinds{"name-privacy",
                                      "name-power",
                                      "name-weight",
                                      "name-persistence",
                                      "name-audience",
                                      "name-modifier",
                                      "name-about"};
    static constexpr Kinds kTextKinds{"text-privacy",
                                      "text-power",
                                      "text-weight",
                                      "text-persistence",
                                      "text-audience",
                                      "text-modifier",
                                      "text-about"};

    [[nodiscard]] Effect effect_of(const Reading& reading) const {
        if (!reading.main) return Effect::none;
        const std::size_t at = reading.main->token;
        const lexicon::Entry* entry = lexicon::find(reading.words(at, at + 1));
        if (entry != nullptr && entry->sure > 0) return entry->effect;
        return effect_of_rule(book_.rule(reading.main->rule));
    }

    static std::string_view voice_of(const Statement& one) {
        if (one.conditional) return "condition";
        switch (one.voice) {
            case Voice::active:
                return "active";
            case Voice::passive:
                return one.happens ? "event" : "passive";
            case Voice::noun:
                break;
        }
        return "noun";
    }

    // The object, its attributes and modifiers, alone and with the act.
    void attributes_of(const Reading& reading,
                       Effect act,
                       const Kinds& kinds,
                       lexicon::Subject subject) {
        std::size_t begin = reading.object_begin;
        std::size_t end = reading.object_end;
        if (begin >= end && !reading.main) {
            begin = reading.first;
            end = std::min(reading.tokens.size(), reading.sentence_end);
        }
        if (begin >= end || end > reading.tokens.size()) return;
        if (end - begin > 6) begin = end - 6;
        std::array<std::string_view, 6> words;
        std::size_t count = 0;
        for (std::size_t i = begin; i < end; ++i) words[count++] = reading.words(i, i + 1);
        const auto object = lexicon::find_object(std::span(words).first(count));
        if (!object) {
            add(kinds.privacy, "none", to_string(act));
            add(kinds.about, "none", lexicon::to_string(subject));
            return;
        }
        const lexicon::Attributes& a = object->attributes;
        add(kinds.about, lexicon::to_string(a.privacy), lexicon::to_string(subject));
        const std::string_view effect = to_string(act);
        const auto both = [&](std::string_view kind, std::string_view value) {
            add(kind, value);
            add(kind, value, effect);
        };
        both(kinds.privacy, lexicon::to_string(a.privacy));
        both(kinds.power, lexicon::to_string(a.power));
        both(kinds.weight, lexicon::to_string(a.weight));
        both(kinds.persistence, lexicon::to_string(a.persistence));
        both(kinds.audience, lexicon::to_string(a.audience));
        for (unsigned m = 1; m < 32 && object->modifiers >> m != 0; ++m) {
            const auto modifier = static_cast<lexicon::Modifier>(m);
            if (object->has(modifier)) add(kinds.modifier, lexicon::to_string(modifier));
        }
    }

    // Each private or powerful kind of thing that is named, once.
    void telling(const lexicon::Attributes& a,
                 std::string_view privacy,
                 std::string_view power,
                 std::uint32_t& seen) {
        const std::uint32_t p = 1U << static_cast<unsigned>(a.privacy);
        const std::uint32_t q = 1U << (8U + static_cast<unsigned>(a.power));
        if ((seen & p) == 0) add(privacy, lexicon::to_string(a.privacy));
        if ((seen & q) == 0) add(power, lexicon::to_string(a.power));
        seen |= p | q;
    }

    [[nodiscard]] bool reassures(std::string_view name) const {
        std::vector<Token> tokens;
        split_name(book_.lexicon(), name, tokens);
        return std::any_of(tokens.begin(), tokens.end(), [&](const Token& token) {
            return book_.has(token, Role::reassurance);
        });
    }

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

// A name says more than a description, which speaks of much else; of an id in several parts the
// last one, then its owner: what stands before them is the list that the server is in.
lexicon::Subject subject_of_server(const ServerDocument& document) {
    std::string_view rest = document.server;
    const auto last_part = [&rest] {
        const std::size_t slash = rest.rfind('/');
        const std::string_view part =
            slash == std::string_view::npos ? rest : rest.substr(slash + 1);
        rest = slash == std::string_view::npos ? std::string_view() : rest.substr(0, slash);
        return part;
    };
    const std::string_view name = last_part();
    const bool has_owner = rest.find('/') != std::string_view::npos || rest.starts_with('@');
    const std::string_view owner = has_owner ? last_part() : std::string_view();
    const std::array<std::string_view, 4> places{name, document.title, owner, document.description};
    for (const std::string_view place : places) {
        const auto subject = lexicon::subject_of(place);
        if (subject != lexicon::Subject::none) return subject;
    }
    return lexicon::Subject::none;
}

}  // namespace

Feature level_feature(RiskLevel rules) { return {"rules-level", to_string(rules), {}, {}, 1}; }

Feature level_feature(RiskLevel rules, lexicon::Subject subject) {
    return {"rules-level", to_string(rules), lexicon::to_string(subject), {}, 1};
}

std::uint64_t feature_hash(const Feature& feature) {
    std::uint64_t hash = mix(0xcbf29ce484222325ULL, feature.kind);
    hash = mix(hash, feature.word);
    return feature.second.empty() ? hash : mix(hash, feature.second);
}

Neighbours read_neighbours(const RuleBook& book, const ServerDocument& document) {
    Neighbours neighbours;
    neighbours.text = document.title + ' ' + document.description;
    split_text(book.lexicon(), neighbours.text, kMostServerWords, neighbours.words);
    neighbours.subject = subject_of_server(document);
    return neighbours;
}

void read_features(const RuleBook& book,
                   const Facts& facts,
                   const Neighbours& neighbours,
                   const Judgement& rules,
                   std::vector<Feature>& out) {
    out.clear();
    FeatureReader reader(book, facts, out);
    reader.name();
    reader.text();
    reader.meaning(neighbours.subject);
    reader.parameters();
    reader.rules(rules);
    reader.neighbours(neighbours);
}

}  // namespace mcprisk::classifier

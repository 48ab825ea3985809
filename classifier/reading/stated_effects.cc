#include "classifier/reading/stated_effects.h"

#include <algorithm>
#include <array>

#include "classifier/reading/pieces.h"
#include "classifier/reading/statements.h"
#include "model/base/text.h"

namespace mcprisk::classifier {
namespace {

constexpr double kStatedWeight = 1.6;  // of an effect that a later sentence states
constexpr double kOverLead = 0.3;

template <std::size_t N>
bool is_any_of(std::string_view word, const std::array<std::string_view, N>& words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

class StatedEffectReader {
  public:
    StatedEffectReader(const RuleBook& book, const Facts& facts, const std::vector<Piece>& pieces)
        : book_(book), facts_(facts) {
        const CategoryScores scores = scores_of(pieces);
        const auto leader = leading(scores);
        setting_.known = leader.has_value();
        setting_.so_far = leader.value_or(Category::read);
        setting_.lead = leader ? scores[static_cast<std::size_t>(*leader)] : 0;
    }

    [[nodiscard]] const StatementSetting& setting() const { return setting_; }

    // Calls take(statement, piece, traits, path of the input or nothing) for every statement that
    // is at least as severe as what was said so far.
    template <typename Take>
    void for_each(const Take& take) {
        for (const Statement& one : facts_.picture.statements) {
            // What is denied or done by others no weight makes an effect of this tool.
            if (!may_count(one) || is_read_already(one)) continue;
            look_at(one, {}, nullptr, take);
        }
        if (setting_.so_far == Category::read) for_each_of_inputs(take);
    }

  private:
    // Nor what grammar shows to be a mention: "backups are deleted after 30 days".
    static bool may_count(const Statement& one) {
        return !one.negated && one.actor == Actor::tool &&
               (one.mode != Mode::mention || one.lead == Opening::loose);
    }

    template <typename Take>
    void look_at(const Statement& one,
                 StatementInput input,
                 const std::string* path,
                 const Take& take) {
        bool strong = false;
        Piece piece = piece_of(one, strong);
        if (*piece.category == Category::read || *piece.category < setting_.so_far) return;
        if (!prepared_) prepare();
        const bool umbrella = one.rule != kNoRule && book_.rule(one.rule).umbrella;
        const StatementPair pair = umbrella                 ? StatementPair::umbrella
                                   : piece.rule == one.rule ? StatementPair::verb
                                   : strong                 ? StatementPair::strong_pair
                                                            : StatementPair::pair;
        const StatementObject object = object_of(one);
        if (object == StatementObject::idea) return;  // "removes the need for a second call"
        take(one, piece, traits_of(one, *piece.category, pair, object, input, setting_), path);
    }

    // What the texts of inputs tell: "If true, the originals are deleted".
    template <typename Take>
    void for_each_of_inputs(const Take& take) {
        constexpr std::size_t kMostInputWords = 200;
        std::vector<Token> tokens;
        for (const Parameter& input : facts_.tool->parameters) {
            if (input.description.empty()) continue;
            split_text(book_.lexicon(), input.description, kMostInputWords, tokens);
            for (const Statement& one :
                 read_statements(book_, input.description, tokens, TextPlace::parameter)) {
                if (!may_count(one)) continue;
                look_at(one, {true, input.type == "boolean"}, &input.path, take);
            }
        }
    }

    // What the verb of a statement means with its object.
    Piece piece_of(const Statement& one, bool& strong) const {
        Piece piece;
        piece.rule = one.rule;
        piece.category = one.category;
        piece.level = one.step;
        piece.text = one.quote;
        const Hit* best = nullptr;
        for (const Hit& hit : facts_.hits) {
            const Rule& rule = book_.rule(hit.rule);
            if (rule.kind != RuleKind::verb_object) continue;
            if (hit.text.data() < one.object.data() ||
                hit.text.data() + hit.text.size() > one.object.data() + one.object.size()) {
                continue;
            }
            if (!book_.allows_verb(hit.rule, one.verb)) continue;
            if (best == nullptr || hit.length > best->length) best = &hit;
        }
        if (best != nullptr) {
            const Rule& rule = book_.rule(best->rule);
            piece.rule = best->rule;
            if (rule.says.category) piece.category = rule.says.category;
            piece.level = rule.says.risk;
            strong = rule.strength == Strength::strong;
        }
        return piece;
    }

    // Whether the main clause was read for it already.
    [[nodiscard]] bool is_read_already(const Statement& one) const {
        if (one.place != TextPlace::description || !facts_.description.main) return false;
        if (one.several) return false;
        const Reading& text = facts_.description;
        const auto same = [&](const VerbUse& use) {
            const char* at = text.text.data() + text.tokens[use.token].begin;
            return at >= one.quote.data() && at < one.quote.data() + one.quote.size();
        };
        return same(*text.main) || std::any_of(text.beside.begin(), text.beside.end(), same);
    }

    // Asked for once a tool, and only if it has a statement to judge.
    void prepare() {
        prepared_ = true;
        setting_.has_main = facts_.description.main.has_value();
        const auto in_name = main_of(facts_.name);
        const auto in_text = main_of(facts_.description);
        // The more special of the two; none comes first.
        setting_.main = in_name == StatementSetting::Main::none   ? in_text
                        : in_text == StatementSetting::Main::none ? in_name
                                                                  : std::min(in_name, in_text);
        if (facts_.description.head) {
            main_head_ = singular(facts_.description.words(*facts_.description.head,
                                                           *facts_.description.head + 1));
        }
    }

    [[nodiscard]] StatementSetting::Main main_of(const Reading& reading) const {
        using Main = StatementSetting::Main;
        if (!reading.main) return Main::none;
        const std::string& rule = book_.rule(reading.main->rule).id;
        if (rule == "verb-rehearse") return Main::rehearse;
        if (rule.starts_with("verb-compute")) return Main::compute;
        if (rule == "verb-move") return Main::move;
        return Main::other;
    }

    static std::string singular(std::string_view word) {
        std::string out = lower_ascii(word);
        if (out.size() > 3 && out.back() == 's' && out[out.size() - 2] != 's') out.pop_back();
        return out;
    }

    [[nodiscard]] StatementObject object_of(const Statement& one) const {
        if (one.object.empty()) return StatementObject::none;
        const std::string head = singular(one.head);
        constexpr std::array kPronouns{std::string_view("it"),
                                       std::string_view("them"),
                                       std::string_view("this"),
                                       std::string_view("thi"),
                                       std::string_view("they"),
                                       std::string_view("these"),
                                       std::string_view("everything"),
                                       std::string_view("itself")};
        if (is_any_of(head, kPronouns)) return StatementObject::pronoun;
        if (!main_head_.empty() && head == main_head_) return StatementObject::same;
        constexpr std::array kOriginals{std::string_view("original"), std::string_view("source")};
        if (is_any_of(head, kOriginals) || lower_ascii(one.object).starts_with("original")) {
            return StatementObject::original;
        }
        constexpr std::array kIdeas{std::string_view("need"),
                                    std::string_view("risk"),
                                    std::string_view("focus"),
                                    std::string_view("guesswork"),
                                    std::string_view("ambiguity"),
                                    std::string_view("overhead"),
                                    std::string_view("complexity"),
                                    std::string_view("burden"),
                                    std::string_view("hassle")};
        if (is_any_of(head, kIdeas)) return StatementObject::idea;
        const lexicon::Entry* entry = lexicon::find(head);
        const auto known = entry == nullptr ? std::nullopt : lexicon::attributes_of(*entry);
        if (!known) return StatementObject::unknown;
        switch (known->persistence) {
            case lexicon::Persistence::kept:
                return StatementObject::kept;
            case lexicon::Persistence::scratch:
            case lexicon::Persistence::derived:
                return StatementObject::derived;
            default:
                return StatementObject::unknown;
        }
    }

    const RuleBook& book_;
    const Facts& facts_;
    StatementSetting setting_;
    bool prepared_ = false;
    std::string main_head_;
};

}  // namespace

std::optional<Piece> worst_stated_effect(const RuleBook& book,
                                         const Facts& facts,
                                         const std::vector<Piece>& pieces) {
    StatedEffectReader reader(book, facts, pieces);
    const StatementSetting& setting = reader.setting();
    std::optional<Piece> worst;
    float best = 0;
    reader.for_each([&](const Statement& one,
                        Piece& piece,
                        const StatementTraits& traits,
                        const std::string* path) {
        const Category own = *piece.category;
        if (own <= setting.so_far || (worst && own < *worst->category)) return;
        const float score = statement_score(traits) - least_statement_score(own);
        if (score < 0 || (worst && own == *worst->category && score <= best)) return;
        best = score;
        piece.field =
            path == nullptr ? std::string(to_string(one.place)) : "inputSchema." + *path;
        piece.heuristic = "stated-effect";
        piece.weight = std::max(kStatedWeight, setting.lead + kOverLead);
        worst = std::move(piece);
    });
    return worst;
}

std::vector<StatedEffect> stated_effects(const RuleBook& book,
                                         const Facts& facts,
                                         const std::vector<Piece>& pieces) {
    std::vector<StatedEffect> out;
    StatedEffectReader(book, facts, pieces)
        .for_each([&](const Statement& one,
                      const Piece& piece,
                      const StatementTraits& traits,
                      const std::string*) {
            out.push_back({*piece.category, one.quote, traits});
        });
    return out;
}

}  // namespace mcprisk::classifier

#include "classifier/judging/judge.h"

#include <algorithm>

#include "classifier/judging/level.h"
#include "classifier/learned/linear_model.h"
#include "classifier/reading/pieces.h"

namespace mcprisk::classifier {
namespace {

// Below this pull a single word is no reason to call an unknown tool harmless.
constexpr double kTellingWord = 0.25;
constexpr std::size_t kMostLearnedPieces = 2;
constexpr double kTellingVerb = 0.75;  // score of a name's plain verb
constexpr double kVague = 0.6;

std::string_view field_of_kind(std::string_view kind, const Facts& facts) {
    if (kind.starts_with("name")) return "name";
    if (kind == "input") return "inputSchema";
    if (kind == "server") return "server";
    return facts.description_field;
}

// The step that the strongest piece for the category brings with it.
int deciding_level(const std::vector<Piece>& pieces, Category category) {
    const Piece* best = nullptr;
    for (const Piece& piece : pieces) {
        if (piece.category != category || piece.rule == kNoRule) continue;
        if (best == nullptr || piece.weight > best->weight ||
            (best->level == 0 && piece.level != 0 && piece.weight >= best->weight * 0.6)) {
            best = &piece;
        }
    }
    return best == nullptr ? 0 : best->level;
}

class Judge {
  public:
    Judge(const RuleBook& book,
          const Facts& facts,
          const Siblings& siblings,
          const SecondOpinion* second)
        : book_(book), facts_(facts), siblings_(siblings), second_(second) {}

    Judgement run() {
        out_.pieces = read_pieces(book_, facts_);
        sibling_puts_back();
        decide();
        const Category structural = out_.category;
        const RiskLevel without = rules_level(book_, facts_, structural, out_.pieces);
        out_.claimed = apply_claims();
        if (out_.claimed) out_.confidence = std::min(out_.confidence, 0.85);
        out_.risk = level_of(book_,
                             facts_,
                             out_.category,
                             deciding_level(out_.pieces, out_.category),
                             true,
                             out_.pieces);
        out_.sure = out_.confidence;
        if (second_ != nullptr) learned();
        believe(without);
        std::stable_sort(out_.pieces.begin(),
                         out_.pieces.end(),
                         [](const Piece& a, const Piece& b) { return a.weight > b.weight; });
        return std::move(out_);
    }

  private:
    // The author's word may lower the level that is believed, never the other one.
    void believe(RiskLevel without) {
        const RiskLevel bare = rules_level(book_, facts_, out_.category, out_.pieces);
        std::vector<Piece> pieces = out_.pieces;
        const int own = deciding_level(pieces, out_.category);
        const RiskLevel claimed = level_of(book_, facts_, out_.category, own, true, pieces);
        out_.risk_without_claims = second_ == nullptr ? std::max(out_.risk, bare) : out_.risk;
        if (second_ != nullptr && claimed < bare) {
            const int step = static_cast<int>(bare) - static_cast<int>(claimed);
            out_.risk = static_cast<RiskLevel>(std::max(0, static_cast<int>(out_.risk) - step));
        }
        // A rehearsal in the text against a name that acts is the author's word, no more.
        if (out_.claimed) out_.risk_without_claims = std::max(out_.risk_without_claims, without);
    }

    void decide() {
        const auto best = leading(scores_of(out_.pieces));
        out_.understood = best.has_value();
        if (!best) add_nothing_known();
        const CategoryScores scores = scores_of(out_.pieces);
        out_.scores = scores;
        const Category rules = *leading(scores);
        const double top = scores[static_cast<std::size_t>(rules)];
        const std::size_t runner_up = second_of(scores, rules);
        const double margin = top - std::max(0.0, scores[runner_up]);
        // What rules call destructive or financial, learned words never talk down.
        const bool grave = rules == Category::destructive || rules == Category::financial;
        const bool guessed =
            std::none_of(out_.pieces.begin(), out_.pieces.end(), [&](const Piece& one) {
                return one.category == rules && one.heuristic != "umbrella-unknown-actions";
            });
        // Nor what another sentence states or a choice shows.
        const bool shown =
            std::any_of(out_.pieces.begin(), out_.pieces.end(), [&](const Piece& one) {
                return one.category == rules &&
                       (one.heuristic == "stated-effect" || one.heuristic == "enum-worst-action" ||
                        one.heuristic == "switch-acts" || names_machine_act(one));
            });
        out_.fixed = out_.understood && ((grave && !guessed) || (shown && rules != Category::read));
        out_.category = rules;
        out_.confidence = std::clamp(0.5 + 0.22 * margin, 0.3, 0.97);
        // One unmistakable word that nothing contradicts is nearly as good as two sources.
        const bool clear =
            std::any_of(out_.pieces.begin(), out_.pieces.end(), [&](const Piece& one) {
                return one.category == rules && one.weight >= 0.95;
            });
        if (clear && scores[runner_up] <= 0) out_.confidence = std::max(out_.confidence, 0.91);
        if (!out_.understood) out_.confidence = 0.3;
        const double rest = 1 - out_.confidence;
        if (scores[runner_up] > 0) {
            out_.alternative = Alternative{static_cast<Category>(runner_up), rest * 0.8};
        } else {
            const Category other = rules == Category::write ? Category::read : Category::write;
            out_.alternative = Alternative{other, rest * 0.5};
        }
    }

    // An unmistakable pair of verb and object that makes a machine act.
    [[nodiscard]] bool names_machine_act(const Piece& one) const {
        return one.category == Category::execute && one.rule != kNoRule && one.weight >= 1 &&
               book_.rule(one.rule).kind == RuleKind::verb_object;
    }

    static std::size_t second_of(CategoryScores scores, Category best) {
        scores[static_cast<std::size_t>(best)] = -1;
        return static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) -
                                        scores.begin());
    }

    // Nothing known: the most ordinary thing that is not harmless (rule 30).
    void add_nothing_known() {
        Piece piece;
        piece.heuristic = "nothing-known";
        piece.field = "name";
        piece.text = facts_.tool->name;
        piece.category = Category::write;
        piece.weight = 0.1;
        out_.pieces.push_back(std::move(piece));
    }

    // Learned weights: the category where structure leaves it open, then the level.
    void learned() {
        const LinearModel& model = *second_->model;
        std::vector<Feature> features;
        read_features(book_, facts_, *second_->neighbours, out_, features);
        std::vector<std::uint64_t> hashes;
        hashes.reserve(features.size() + 1);
        for (const Feature& one : features) hashes.push_back(feature_hash(one));
        const Category rules = out_.category;
        const CategoryScores p = model.categories(out_.scores, features, hashes);
        if (!out_.fixed && !out_.claimed) choose(p, rules, features);
        const double probability = p[static_cast<std::size_t>(out_.category)];
        out_.confidence = model.confidence(probability, out_.fixed || out_.claimed);
        if (!out_.understood) out_.confidence = std::min(out_.confidence, 0.5);
        // A vague word and nothing else is no ground to be sure, however often it was right.
        const double said = *std::max_element(out_.scores.begin(), out_.scores.end());
        if (facts_.description_void && said < kTellingVerb) {
            out_.confidence = std::min(out_.confidence, kVague);
        }
        const std::size_t other = second_of(p, out_.category);
        out_.alternative =
            Alternative{static_cast<Category>(other), std::min(p[other], 1 - out_.confidence)};
        learned_level(features, hashes);
    }

    void choose(const CategoryScores& p, Category rules, const std::vector<Feature>& features) {
        auto best = static_cast<Category>(std::max_element(p.begin(), p.end()) - p.begin());
        if (best == rules) return;
        // Never harmless because nothing is known: a word other than the vague verb must say so.
        if (best == Category::read && out_.scores[static_cast<std::size_t>(best)] <= 0 &&
            !is_told(features, best)) {
            return;
        }
        out_.category = best;
        for (const Feature* feature : telling_words(features, best)) {
            Piece piece;
            piece.heuristic = "learned-weight";
            piece.field = field_of_kind(feature->kind, facts_);
            piece.text = feature->quote;
            piece.category = best;
            piece.weight = 0.3;
            out_.pieces.push_back(std::move(piece));
        }
    }

    void learned_level(std::vector<Feature>& features, std::vector<std::uint64_t>& hashes) {
        const RiskLevel rules = rules_level(book_, facts_, out_.category, out_.pieces);
        for (const Feature& one :
             {level_feature(rules), level_feature(rules, second_->neighbours->subject)}) {
            features.push_back(one);
            hashes.push_back(feature_hash(one));
        }
        const LevelScores q = second_->model->levels(out_.category, features, hashes);
        RiskLevel best = careful_level(q, rules);
        // Learned words may warn, but never talk a grave call down: what rules put at High or above
        // (a message that leaves the house, a merge, a secret that comes back) stays there.
        if (rules >= RiskLevel::high) best = std::max(best, rules);
        double milder = 0;
        for (std::size_t i = 0; i <= static_cast<std::size_t>(best); ++i) milder += q[i];
        out_.sure = second_->model->sure(milder);
        if (best != rules) explain_level(features, best, rules);
        out_.risk = best;
    }

    // The words that moved the level away from what rules say.
    void explain_level(const std::vector<Feature>& features, RiskLevel best, RiskLevel rules) {
        const Feature* strongest = nullptr;
        double most = 0.1;
        for (const Feature& feature : features) {
            if (feature.quote.empty() || feature.kind == "rule" || feature.kind == "hit") continue;
            const double pull = second_->model->pull(feature, out_.category, best) -
                                second_->model->pull(feature, out_.category, rules);
            if (pull <= most) continue;
            most = pull;
            strongest = &feature;
        }
        std::erase_if(out_.pieces, [&](const Piece& one) {
            return !one.category && (one.level > 0) != (best > base_risk(out_.category)) &&
                   one.heuristic != "optional-flag";
        });
        if (strongest == nullptr) return;
        Piece piece;
        piece.heuristic = "learned-weight";
        piece.field = field_of_kind(strongest->kind, facts_);
        piece.text = strongest->quote;
        piece.level = static_cast<int>(best) - static_cast<int>(rules);
        piece.weight = 0.25;
        out_.pieces.push_back(std::move(piece));
    }

    [[nodiscard]] bool is_told(const std::vector<Feature>& features, Category category) const {
        return std::any_of(features.begin(), features.end(), [&](const Feature& feature) {
            if (feature.quote.empty() || feature.kind == "rule" || feature.kind == "hit" ||
                feature.kind == "name-verb" || feature.kind == "verb") {
                return false;
            }
            const bool is_verb = feature.kind == "name" && facts_.name.main &&
                                 feature.quote == facts_.name.words(facts_.name.main->token,
                                                                    facts_.name.main->token + 1);
            return !is_verb && second_->model->pull(feature, category) >= kTellingWord;
        });
    }

    // Words that pull most towards `category`, the strongest first.
    [[nodiscard]] std::vector<const Feature*> telling_words(const std::vector<Feature>& features,
                                                            Category category) const {
        std::vector<const Feature*> words;
        for (const Feature& feature : features) {
            if (feature.quote.empty() || feature.kind == "rule" || feature.kind == "hit") continue;
            if (second_->model->pull(feature, category) > 0.05) words.push_back(&feature);
        }
        std::stable_sort(words.begin(), words.end(), [&](const Feature* a, const Feature* b) {
            return second_->model->pull(*a, category) > second_->model->pull(*b, category);
        });
        const auto same_quote = [&](const Feature* one, std::size_t before) {
            return std::any_of(words.begin(),
                               words.begin() + static_cast<std::ptrdiff_t>(before),
                               [&](const Feature* other) { return other->quote == one->quote; });
        };
        std::vector<const Feature*> out;
        for (std::size_t i = 0; i < words.size() && out.size() < kMostLearnedPieces; ++i) {
            if (!same_quote(words[i], i)) out.push_back(words[i]);
        }
        return out;
    }

    // Rule 8: what a sibling adds, this one only takes off again.
    void sibling_puts_back() {
        if (!siblings_.add_puts_back || siblings_.creates || !facts_.name.main) return;
        for (Piece& piece : out_.pieces) {
            if (piece.category == Category::destructive && piece.rule != kNoRule &&
                book_.rule(piece.rule).kind == RuleKind::verb && piece.field == "name") {
                Piece sibling;
                sibling.heuristic = "sibling-puts-back";
                sibling.field = "siblings";
                sibling.text = siblings_.family.empty() ? "" : siblings_.family.front();
                sibling.category = Category::write;
                sibling.weight = 0.8;  // over a name alone, not over name and text
                out_.pieces.push_back(std::move(sibling));
                return;
            }
        }
    }

    bool apply_claims() {
        bool applied = false;
        for_each_phrase(
            book_, facts_, [&](RuleIndex index, std::string_view text, Hit::Source source) {
                if (applied || source == Hit::Source::server) return;
                const Rule& rule = book_.rule(index);
                if (rule.kind != RuleKind::phrase || !rule.says.claim || !rule.says.category)
                    return;
                if (std::find(rule.categories.begin(), rule.categories.end(), out_.category) ==
                    rule.categories.end()) {
                    return;
                }
                if (!verb_fits(book_, facts_, index)) return;
                Piece piece;
                piece.rule = index;
                piece.field = "description";
                piece.text = text;
                piece.category = rule.says.category;
                piece.level = rule.says.risk;
                piece.weight = 4;
                piece.basis = Basis::claim;
                out_.alternative = Alternative{out_.category, 1 - out_.confidence};
                out_.category = *rule.says.category;
                out_.pieces.push_back(std::move(piece));
                applied = true;
            });
        return applied;
    }

    const RuleBook& book_;
    const Facts& facts_;
    const Siblings& siblings_;
    const SecondOpinion* second_;
    Judgement out_;
};

}  // namespace

RiskLevel rules_level(const RuleBook& book,
                      const Facts& facts,
                      Category category,
                      std::vector<Piece> pieces) {
    const int own = deciding_level(pieces, category);
    return level_of(book, facts, category, own, false, pieces);
}

Judgement judge(const RuleBook& book,
                const Facts& facts,
                const Siblings& siblings,
                const SecondOpinion* second) {
    return Judge(book, facts, siblings, second).run();
}

}  // namespace mcprisk::classifier

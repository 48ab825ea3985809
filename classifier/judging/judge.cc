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

std::string_view field_of_kind(std::string_view kind, const Facts& facts) {
    if (kind.starts_with("name")) return "name";
    if (kind == "input") return "inputSchema";
    if (kind == "server") return "server";
    return facts.description_field;
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
        const RiskLevel without =
            level_of(book_, facts_, structural, deciding_level(), false, out_.pieces);
        const bool claimed = apply_claims();
        out_.risk = level_of(book_, facts_, out_.category, deciding_level(), true, out_.pieces);
        // A rehearsal in the text against a name that acts is the author's word, no more.
        out_.risk_without_claims = std::max(out_.risk, without);
        if (claimed) out_.confidence = std::min(out_.confidence, 0.85);
        std::stable_sort(out_.pieces.begin(),
                         out_.pieces.end(),
                         [](const Piece& a, const Piece& b) { return a.weight > b.weight; });
        return std::move(out_);
    }

  private:
    void decide() {
        const auto best = leading(scores_of(out_.pieces));
        out_.understood = best.has_value();
        if (!best) add_nothing_known();
        const CategoryScores scores = scores_of(out_.pieces);
        const Category rules = *leading(scores);
        const double top = scores[static_cast<std::size_t>(rules)];
        const std::size_t runner_up = second_of(scores, rules);
        const double margin = top - std::max(0.0, scores[runner_up]);
        // What rules call destructive or financial, learned words never talk down.
        const bool open = rules == Category::read || rules == Category::write ||
                          rules == Category::execute || !out_.understood;
        if (second_ != nullptr && open && margin < second_->model->within()) {
            ask_model(scores, rules);
            return;
        }
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

    void ask_model(const CategoryScores& scores, Category rules) {
        std::vector<Feature> features;
        read_features(book_, facts_, *second_->neighbours, out_.pieces, features);
        const CategoryScores p = second_->model->probabilities(scores, features);
        auto best = static_cast<Category>(std::max_element(p.begin(), p.end()) - p.begin());
        const auto learned = telling_words(features, best);
        // Never harmless because nothing is known: a word other than the vague verb must say so.
        if (best == Category::read && scores[static_cast<std::size_t>(best)] <= 0 &&
            !is_told(features, best)) {
            best = rules;
        }
        out_.category = best;
        out_.confidence = std::clamp(p[static_cast<std::size_t>(best)], 0.3, 0.9);
        if (!out_.understood) out_.confidence = std::min(out_.confidence, 0.5);
        const std::size_t other = second_of(p, best);
        out_.alternative =
            Alternative{static_cast<Category>(other), std::min(p[other], 1 - out_.confidence)};
        if (best == rules && out_.understood) return;
        for (const Feature* feature : learned) {
            if (best == rules) break;
            Piece piece;
            piece.heuristic = "learned-weight";
            piece.field = field_of_kind(feature->kind, facts_);
            piece.text = feature->quote;
            piece.category = best;
            piece.weight = 0.3;
            out_.pieces.push_back(std::move(piece));
        }
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

    // The step that the strongest piece for the category brings with it.
    [[nodiscard]] int deciding_level() const {
        const Piece* best = nullptr;
        for (const Piece& piece : out_.pieces) {
            if (piece.category != out_.category || piece.rule == kNoRule) continue;
            if (best == nullptr || piece.weight > best->weight ||
                (best->level == 0 && piece.level != 0 && piece.weight >= best->weight * 0.6)) {
                best = &piece;
            }
        }
        return best == nullptr ? 0 : best->level;
    }
    const RuleBook& book_;
    const Facts& facts_;
    const Siblings& siblings_;
    const SecondOpinion* second_;
    Judgement out_;
};

}  // namespace

Judgement judge(const RuleBook& book,
                const Facts& facts,
                const Siblings& siblings,
                const SecondOpinion* second) {
    return Judge(book, facts, siblings, second).run();
}

}  // namespace mcprisk::classifier

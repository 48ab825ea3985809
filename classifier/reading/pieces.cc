#include "classifier/reading/pieces.h"

#include <algorithm>

#include "classifier/reading/names_thing.h"
#include "classifier/reading/stated_effects.h"
#include "model/base/text.h"

namespace mcprisk::classifier {
namespace {

constexpr double kNameWeight = 1.0;
constexpr double kTextWeight = 1.1;  // a statement of effect goes before a name
constexpr double kSelectorWeight = 3.0;
constexpr double kRunInputWeight = 2.2;  // over a harmless name and text together
constexpr std::size_t kMostQuoted = 60;

double weight_of(Strength strength) {
    switch (strength) {
        case Strength::strong:
            return 1.0;
        case Strength::plain:
            return 0.7;
        case Strength::weak:
            break;
    }
    return 0.4;
}

int severity(Category category) { return static_cast<int>(category); }

class PieceReader {
  public:
    PieceReader(const RuleBook& book, const Facts& facts) : book_(book), facts_(facts) {}

    std::vector<Piece> read(bool stated) {
        read_names();
        read_text();
        read_umbrella();
        read_selectors();
        read_parameters();
        read_code();
        read_phrases();
        if (stated) read_stated();
        if (pieces_.empty()) read_thing();
        read_hints();
        return std::move(pieces_);
    }

  private:
    // What a verb means with its object: the rule for the pair if there is one, else the verb's
    // own.
    Piece effect_of(const Reading& reading, const VerbUse& use, Hit::Source source) const {
        const Rule& verb = book_.rule(use.rule);
        Piece piece;
        piece.rule = use.rule;
        piece.category = verb.says.category;
        piece.level = verb.says.risk;
        piece.weight = weight_of(verb.strength);
        piece.text = reading.words(use.token, use.token + 1);
        const Hit* best = nullptr;
        int best_rank = -1;
        for (const Hit& hit : facts_.hits) {
            const Rule& rule = book_.rule(hit.rule);
            const auto wanted = rule.places != 0 ? rule.places : static_cast<std::uint8_t>(kObject);
            if (rule.kind != RuleKind::verb_object || (hit.places & wanted) == 0) continue;
            if (!book_.allows_verb(hit.rule, use.word)) continue;
            // A name that is a bare verb takes the object from the text, and the other way round.
            const bool own = hit.source == source;
            const bool lent = source == Hit::Source::name
                                  ? !facts_.name.head
                                  : source == Hit::Source::description &&
                                        hit.source == Hit::Source::name &&
                                        !facts_.description.head;
            if (!own && !lent) continue;
            const int rank = ((hit.places & kHead) != 0 ? 100 : 0) + hit.length * 10 +
                             (rule.says.category ? severity(*rule.says.category) : 0);
            if (rank > best_rank) {
                best = &hit;
                best_rank = rank;
            }
        }
        if (best != nullptr) {
            const Rule& rule = book_.rule(best->rule);
            piece.rule = best->rule;
            if (rule.says.category) piece.category = rule.says.category;
            piece.level = rule.says.risk;
            piece.weight = weight_of(rule.strength);
            piece.text =
                reading.main && own_text(*best, source) ? span(reading, use, *best) : piece.text;
        }
        return piece;
    }

    static bool own_text(const Hit& hit, Hit::Source source) { return hit.source == source; }

    static std::string_view span(const Reading& reading, const VerbUse& use, const Hit& hit) {
        const auto offset = static_cast<std::size_t>(hit.text.data() - reading.text.data());
        const std::size_t verb_begin = reading.tokens[use.token].begin;
        const std::size_t verb_end = reading.tokens[use.token].end;
        const std::size_t begin = std::min(verb_begin, offset);
        const std::size_t end = std::max(verb_end, offset + hit.text.size());
        return reading.text.substr(begin, end - begin);
    }

    // The most severe of the main verb and those beside it.
    std::optional<Piece> worst_of(const Reading& reading, Hit::Source source) const {
        if (!reading.main) return std::nullopt;
        Piece worst = effect_of(reading, *reading.main, source);
        for (const VerbUse& use : reading.beside) {
            const Piece other = effect_of(reading, use, source);
            if (other.category && severity(*other.category) > severity(*worst.category) &&
                other.weight >= 0.7) {
                worst = other;
            }
        }
        return worst;
    }

    // "should_delegate", "is_empty": the answer is a yes or a no.
    [[nodiscard]] bool name_asks() const {
        const Reading& name = facts_.name;
        return name.first + 1 < name.tokens.size() &&
               book_.has(name.tokens[name.first], Role::question);
    }

    void read_names() {
        if (name_asks()) {
            Piece piece;
            piece.heuristic = "name-asks-whether";
            piece.field = "name";
            piece.text = facts_.name.words(facts_.name.first, facts_.name.first + 1);
            piece.category = Category::read;
            piece.weight = kNameWeight;
            name_ = true;
            pieces_.push_back(std::move(piece));
            return;
        }
        // "deploy_history", "Past deployments of an app": name and text both speak of a thing.
        const bool thing = facts_.name.main && !facts_.description_void &&
                           !facts_.description.main && facts_.name.tokens.size() > 1 &&
                           book_.has(facts_.name.tokens.back(), Role::readout) &&
                           names_thing(book_, facts_.description);
        auto piece = thing ? std::nullopt : worst_of(facts_.name, Hit::Source::name);
        if (!piece) {
            piece = noun_of(facts_.name);
            if (!piece) return;
        }
        piece->field = "name";
        piece->weight *= kNameWeight;
        umbrella_ = umbrella_ || is_umbrella(facts_.name);
        name_ = true;
        pieces_.push_back(std::move(*piece));
    }

    void read_text() {
        auto piece = worst_of(facts_.description, Hit::Source::description);
        if (!piece && facts_.title.main) {
            piece = worst_of(facts_.title, Hit::Source::description);
            piece->field = "title";
            piece->weight *= kTextWeight * facts_.title.quality;
            pieces_.push_back(std::move(*piece));
            return;
        }
        if (!piece) {
            if (name_) return;
            piece = noun_of(facts_.description);
            if (!piece) return;
        }
        piece->field = facts_.description_field;
        piece->weight *= kTextWeight * facts_.description.quality;
        umbrella_ = umbrella_ || is_umbrella(facts_.description);
        pieces_.push_back(std::move(*piece));
    }

    bool is_umbrella(const Reading& reading) const {
        return reading.main && book_.rule(reading.main->rule).umbrella;
    }

    // "market_status": the last word that has a meaning of its own.
    std::optional<Piece> noun_of(const Reading& reading) const {
        const std::size_t end = std::min(reading.tokens.size(), reading.sentence_end);
        for (std::size_t i = end; i-- > reading.first;) {
            const RuleIndex rule = book_.info(reading.tokens[i].word).noun;
            if (rule == kNoRule) continue;
            Piece piece;
            piece.rule = rule;
            piece.category = book_.rule(rule).says.category;
            piece.level = book_.rule(rule).says.risk;
            piece.weight = weight_of(book_.rule(rule).strength) * 0.8;
            piece.text = reading.words(i, i + 1);
            return piece;
        }
        return std::nullopt;
    }

    // "Manage x: create, list and delete": any verb that the text names may be asked for.
    void read_umbrella() {
        if (!umbrella_) return;
        std::optional<Piece> worst;
        const Reading& reading = facts_.description;
        for (std::size_t i = 0; i < reading.tokens.size(); ++i) {
            const Token& token = reading.tokens[i];
            const RuleIndex rule = book_.info(token.word).verb;
            if (rule == kNoRule || (token.forms & (kBase | kGerund)) == 0) continue;
            if (!stands_as_choice(reading, i)) continue;
            const Rule& verb = book_.rule(rule);
            if (verb.strength != Strength::strong || verb.umbrella || verb.also_noun) continue;
            const Piece piece = effect_of(reading, {token.word, rule, i}, Hit::Source::description);
            if (!worst || severity(*piece.category) > severity(*worst->category)) worst = piece;
        }
        if (!worst) {
            add_unknown_umbrella();
            return;
        }
        worst->field = "description";
        worst->heuristic = "umbrella-worst-action";
        worst->weight = 1.6;
        pieces_.push_back(std::move(*worst));
    }

    // In a list, in quotes or after "to": not any word in passing.
    [[nodiscard]] bool stands_as_choice(const Reading& reading, std::size_t i) const {
        const Token& token = reading.tokens[i];
        if (i == 0 || token.gap >= Gap::joint) return true;
        const Token& before = reading.tokens[i - 1];
        return book_.has(before, Role::coordinator) || book_.has(before, Role::preposition) ||
               book_.info(before.word).verb != kNoRule;
    }

    // "manage_x" and nothing more: who manages also deletes.
    void add_unknown_umbrella() {
        if (!facts_.selectors.empty() || !facts_.description_void) return;
        Piece piece;
        piece.heuristic = "umbrella-unknown-actions";
        piece.field = "name";
        piece.text = facts_.tool->name;
        piece.category = Category::destructive;
        piece.weight = 0.6;
        pieces_.push_back(std::move(piece));
    }

    // The name says unmistakably that something is put down, so that choices describe the thing.
    [[nodiscard]] bool makes_a_record() const {
        if (!facts_.name.main) return false;
        const Rule& rule = book_.rule(facts_.name.main->rule);
        return rule.says.category == Category::write && rule.strength == Strength::strong;
    }

    // "Checks if a user may …", "Documentation of a command": the choices are what is asked about.
    [[nodiscard]] bool asks_about_acts() const {
        const auto asks = [&](const Reading& reading) {
            return reading.main && (book_.rule(reading.main->rule).id == "verb-check" ||
                                    book_.rule(reading.main->rule).id == "verb-describe");
        };
        return asks(facts_.name) && asks(facts_.description);
    }

    void read_selectors() {
        if (!facts_.selectors.empty() && asks_about_acts()) return;
        const SelectorFact* decisive = nullptr;
        std::optional<Piece> worst;
        const Category so_far = leading(scores_of(pieces_)).value_or(Category::read);
        for (const SelectorFact& fact : facts_.selectors) {
            if (fact.is_switch && so_far != Category::read) continue;
            Piece piece = effect_of(fact.reading, *fact.reading.main, Hit::Source::parameter);
            if (fact.http_method) {
                // Which method a stored request has is data; a free method is a relay (rule 15).
                if (makes_a_record()) continue;
                piece.category = Category::execute;
                piece.level = 0;
            }
            if (!worst || severity(*piece.category) > severity(*worst->category)) {
                worst = piece;
                decisive = &fact;
            }
        }
        if (!worst) return;
        worst->field = "inputSchema." + decisive->parameter->path;
        worst->text = decisive->choice;
        worst->heuristic = decisive->is_switch ? "switch-acts" : "enum-worst-action";
        worst->weight = kSelectorWeight;
        pieces_.push_back(std::move(*worst));
    }

    [[nodiscard]] std::size_t matching(RuleIndex rule) const {
        return static_cast<std::size_t>(std::count_if(
            facts_.parameters.begin(), facts_.parameters.end(), [&](const ParameterFact& one) {
                return one.rule == rule;
            }));
    }

    void read_parameters() {
        for (const ParameterFact& fact : facts_.parameters) {
            const Rule& rule = book_.rule(fact.rule);
            if (!rule.says.category) continue;
            if (!rule.verbs.empty() && !verb_fits(book_, facts_, fact.rule)) continue;
            if (rule.least > 1 && matching(fact.rule) < rule.least) continue;
            if (!rule.categories.empty()) {
                const auto so_far = leading(scores_of(pieces_));
                if (!so_far || std::find(rule.categories.begin(), rule.categories.end(), *so_far) ==
                                   rule.categories.end()) {
                    continue;
                }
            }
            Piece piece;
            piece.rule = fact.rule;
            piece.field = "inputSchema." + fact.parameter->path;
            piece.text = fact.parameter->name;
            piece.category = rule.says.category;
            piece.level = rule.says.risk;
            piece.weight = rule.weight;
            pieces_.push_back(std::move(piece));
        }
    }

    // Free text that is run, whatever the tool is called.
    void read_code() {
        if (facts_.code == nullptr) return;
        const auto so_far = leading(scores_of(pieces_));
        if (so_far && *so_far != Category::read) return;
        if (facts_.name.main && book_.rule(facts_.name.main->rule).id == "verb-check") return;
        Piece piece;
        piece.heuristic = "input-is-run";
        piece.field = "inputSchema." + facts_.code->path;
        piece.text = std::string_view(facts_.code->description).substr(0, kMostQuoted);
        piece.category = Category::execute;
        piece.weight = kRunInputWeight;
        pieces_.push_back(std::move(piece));
    }

    // Stated effects; claims are kept for later.
    void read_phrases() {
        for_each_phrase(
            book_, facts_, [&](RuleIndex index, std::string_view text, Hit::Source source) {
                const Rule& rule = book_.rule(index);
                if (rule.kind != RuleKind::phrase || rule.says.claim) return;
                const bool in_name = source == Hit::Source::name && (rule.places & kName) != 0;
                if (source != Hit::Source::description && !in_name) return;
                if (!rule.says.category || !rule.categories.empty()) return;
                if (!rule.verbs.empty() && !verb_fits(book_, facts_, index)) return;
                Piece piece;
                piece.rule = index;
                piece.field = in_name ? "name" : "description";
                piece.text = text;
                piece.category = rule.says.category;
                piece.level = rule.says.risk;
                piece.weight = 1.2 * rule.weight;
                pieces_.push_back(std::move(piece));
            });
    }

    // "Orders which the shop cancelled", "Who was killed": a text that only names things says what
    // comes back.
    void read_thing() {
        if (facts_.description_void || !names_thing(book_, facts_.description)) return;
        Piece piece;
        piece.heuristic = "text-names-thing";
        piece.field = "description";
        piece.text = facts_.description.words(0, std::min<std::size_t>(
                                                     4, facts_.description.sentence_end));
        piece.category = Category::read;
        piece.weight = 0.4;
        pieces_.push_back(std::move(piece));
    }

    // An effect that any sentence states counts, however harmless the first one was.
    void read_stated() {
        if (auto stated = worst_stated_effect(book_, facts_, pieces_)) {
            pieces_.push_back(std::move(*stated));
        }
    }

    // An annotation only confirms; alone it says little.
    void read_hints() {
        const Annotations& hints = facts_.tool->annotations;
        if (hints.read_only == true) {
            Piece piece;
            piece.heuristic = "hint-read-only";
            piece.field = "annotations.readOnlyHint";
            piece.text = "readOnlyHint: true";
            piece.category = Category::read;
            piece.weight = 0.3;
            piece.basis = Basis::claim;
            pieces_.push_back(std::move(piece));
        } else if (hints.destructive == true && hints.read_only != true) {
            const auto so_far = leading(scores_of(pieces_));
            if (so_far && *so_far != Category::destructive) return;
            Piece piece;
            piece.heuristic = "hint-destructive";
            piece.field = "annotations.destructiveHint";
            piece.text = "destructiveHint: true";
            piece.category = Category::destructive;
            piece.weight = 0.3;
            pieces_.push_back(std::move(piece));
        }
    }

    const RuleBook& book_;
    const Facts& facts_;
    std::vector<Piece> pieces_;
    bool umbrella_ = false;
    bool name_ = false;
};

}  // namespace

std::vector<Piece> read_pieces(const RuleBook& book, const Facts& facts) {
    return PieceReader(book, facts).read(true);
}

std::vector<Piece> read_pieces_unstated(const RuleBook& book, const Facts& facts) {
    return PieceReader(book, facts).read(false);
}

CategoryScores scores_of(const std::vector<Piece>& pieces) {
    CategoryScores scores{};
    for (const Piece& piece : pieces) {
        if (piece.category) scores[static_cast<std::size_t>(*piece.category)] += piece.weight;
    }
    return scores;
}

std::optional<Category> leading(const CategoryScores& scores) {
    int best = -1;
    for (int i = 4; i >= 0; --i) {
        const auto at = static_cast<std::size_t>(i);
        if (scores[at] > 0 && (best < 0 || scores[at] > scores[static_cast<std::size_t>(best)])) {
            best = i;
        }
    }
    if (best < 0) return std::nullopt;
    return static_cast<Category>(best);
}

bool verb_fits(const RuleBook& book, const Facts& facts, RuleIndex rule) {
    const auto fits = [&](const Reading& reading) {
        return reading.main && book.allows_verb(rule, reading.main->word);
    };
    return fits(facts.name) || fits(facts.description);
}

}  // namespace mcprisk::classifier

#include "classifier/reading/pieces.h"

#include <algorithm>

#include "classifier/reading/statements.h"
#include "model/base/text.h"

namespace mcprisk::classifier {
namespace {

constexpr double kNameWeight = 1.0;
constexpr double kTextWeight = 1.1;  // a statement of effect goes before a name
constexpr double kSelectorWeight = 3.0;
constexpr double kStatedWeight = 1.6;  // of an effect that a later sentence states

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

    std::vector<Piece> read() {
        read_names();
        read_text();
        read_umbrella();
        read_selectors();
        read_parameters();
        read_phrases();
        read_statements();
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
            // A name that is a bare verb takes the object from the text.
            const bool own = hit.source == source;
            if (!own && !(source == Hit::Source::name && !facts_.name.head)) continue;
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
        auto piece = worst_of(facts_.name, Hit::Source::name);
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

    void read_selectors() {
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

    // What the verb of a statement means with its object.
    Piece piece_of(const Statement& one) const {
        Piece piece;
        piece.rule = one.rule;
        piece.category = one.category;
        piece.level = one.step;
        piece.text = one.quote;
        const Hit* best = nullptr;
        int best_rank = -1;
        for (const Hit& hit : facts_.hits) {
            const Rule& rule = book_.rule(hit.rule);
            if (rule.kind != RuleKind::verb_object || !book_.allows_verb(hit.rule, one.verb)) {
                continue;
            }
            if (hit.text.data() < one.object.data() ||
                hit.text.data() + hit.text.size() > one.object.data() + one.object.size()) {
                continue;
            }
            const int rank = hit.length;
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

    // Whether a statement is clear enough to raise a tool from what its first words say. Most texts
    // tell nothing but what the tool is for, so that vague verbs count for nothing here.
    [[nodiscard]] bool raises(const Statement& one, const Piece& piece, Category so_far) const {
        const bool set_by_caller = one.place == TextPlace::parameter;
        const bool pays_passively = one.category == Category::financial && one.happens;
        if (one.sure < 2 && !one.several && !set_by_caller && !pays_passively &&
            !names_unknown(one)) {
            return false;
        }
        if (one.rule != kNoRule && book_.rule(one.rule).umbrella) return false;
        const bool passive = one.voice == Voice::passive;
        if (one.mode == Mode::can && passive && !one.happens) return false;
        if (one.place == TextPlace::parameter && !told_of_input(one, *piece.category)) return false;
        if (opens_text(one)) return false;
        switch (*piece.category) {
            case Category::destructive:
                if (moves_away(one) || is_abstract(one.head)) return false;
                // A tool that writes replaces things by the way; its own words say if it removes.
                return so_far == Category::read;
            case Category::financial:
                return raises_to_pay(one, piece);
            case Category::execute:
                return so_far == Category::read && runs_it(one);
            case Category::write:
                return changes_it(one);
            case Category::read:
                break;
        }
        return false;
    }

    // A title is all that tells what the tool does.
    [[nodiscard]] bool names_unknown(const Statement& one) const {
        return one.place == TextPlace::title && pieces_.empty();
    }

    // The main clause is read by itself, unless words of several parts or another language hid it.
    [[nodiscard]] bool opens_text(const Statement& one) const {
        return one.place == TextPlace::description && one.sentence == 0 &&
               one.lead == Opening::start && !one.several && !one.foreign &&
               facts_.description.main;
    }

    // What an input is used for says little of the call; what happens if it is set says much.
    [[nodiscard]] static bool told_of_input(const Statement& one, Category category) {
        if (category == Category::execute) return one.lead == Opening::start;
        if (category < Category::destructive) return false;
        if (one.lead == Opening::purpose) return category == Category::financial && one.sure == 3;
        return one.voice != Voice::passive || one.happens;
    }

    // "Removes the need for …"
    [[nodiscard]] static bool is_abstract(std::string_view head) {
        for (const std::string_view one : {"need",
                                           "risk",
                                           "focus",
                                           "guesswork",
                                           "ambiguity",
                                           "overhead",
                                           "complexity",
                                           "burden",
                                           "hassle"}) {
            if (same_letters(head, one)) return true;
        }
        return false;
    }
    static bool same_letters(std::string_view word, std::string_view lower) {
        return word.size() == lower.size() && lower_ascii(word) == lower;
    }

    [[nodiscard]] bool raises_to_pay(const Statement& one, const Piece& piece) const {
        const bool passive = one.voice == Voice::passive;
        const bool pair = piece.rule != one.rule && piece.rule != kNoRule &&
                          book_.rule(piece.rule).strength == Strength::strong &&
                          one.lead != Opening::participle && (!passive || one.happens);
        const bool clear = (one.sure == 3 && (passive || !one.also_noun)) || pair || one.several;
        // "Fully paid" is a state.
        const bool state = passive && !one.happens && ends_as_state(one);
        if (clear && !state) return true;
        if (one.place == TextPlace::parameter) return one.lead == Opening::start;
        return (one.happens || passive) && pays(one);
    }

    // "is bought at the price shown", "is paid out": a state would end there.
    [[nodiscard]] bool ends_as_state(const Statement& one) const {
        if (one.several) return false;
        const std::string_view rest = after(one, 8);
        for (const std::string_view word : {" from ", " to ", " at ", " with ", " out", " off"}) {
            if (rest.starts_with(word)) return false;
        }
        return book_.lexicon().lemma(one.verb) == "pay" || one.verb == kUnknown;
    }

    // What follows the words of a statement in the description.
    [[nodiscard]] std::string_view after(const Statement& one, std::size_t bytes) const {
        const std::string_view text = facts_.tool->description;
        const char* end = one.quote.data() + one.quote.size();
        if (end < text.data() || end >= text.data() + text.size()) return {};
        const std::string_view rest =
            text.substr(static_cast<std::size_t>(end - text.data()), bytes);
        return rest.substr(0, rest.find('.'));
    }

    [[nodiscard]] bool runs_it(const Statement& one) const {
        if (one.place == TextPlace::title) {
            return one.sure == 3 || one.several || names_unknown(one);
        }
        switch (one.lead) {
            case Opening::self:
            case Opening::joined:
                return one.mode == Mode::does && one.happens && (one.sure == 3 || one.definite);
            case Opening::item:
                return one.sure == 3;
            case Opening::thing:
                return one.mode == Mode::does && one.happens;
            case Opening::start:
                if (one.place == TextPlace::parameter) return true;
                return one.foreign && one.sentence > 0;
            case Opening::script:
                return one.happens;
            default:
                return false;
        }
    }

    // Sending, publishing, granting, moving and marking are told because they happen. "Adds",
    // "updates" and "includes" mostly speak of the answer.
    [[nodiscard]] bool changes_it(const Statement& one) const {
        if (is_setting(one) || one.mode != Mode::does) return false;
        const bool outward = one.effect == Effect::send || one.effect == Effect::publish ||
                             one.effect == Effect::grant || one.effect == Effect::move ||
                             (one.effect == Effect::relation && one.lead != Opening::joined);
        switch (one.lead) {
            case Opening::self:
            case Opening::joined:
                return one.happens && (outward || (one.sure == 3 && one.definite));
            case Opening::participle:
                return outward || (one.sure == 3 && one.object.empty());
            case Opening::item:
            case Opening::start:
                return outward && !one.also_noun && (one.sure == 3 || one.foreign) &&
                       one.sentence > 0;
            case Opening::thing:
                if (outward && one.happens) return true;
                return (outward || one.sure == 3) && leads_on(one);
            case Opening::script:
                return one.happens && one.sure == 3;
            default:
                return false;
        }
    }

    // "is changed to the caller", "are closed as fixed"
    [[nodiscard]] bool leads_on(const Statement& one) const {
        const std::string_view rest = after(one, 8);
        return rest.starts_with(" to ") || rest.starts_with(" as ");
    }

    // "Enables agents to …": words that speak of what a tool is good for.
    [[nodiscard]] bool is_setting(const Statement& one) const {
        return one.rule != kNoRule && book_.rule(one.rule).id == "verb-archive";
    }

    // "Moves it and removes the original": the removal is half of the move.
    [[nodiscard]] bool moves_away(const Statement& one) const {
        if (!facts_.name.main && !facts_.description.main) return false;
        const auto moves = [&](const Reading& reading) {
            return reading.main && (book_.rule(reading.main->rule).id == "verb-move" ||
                                    book_.lexicon().lemma(reading.main->word) == "merge");
        };
        if (!moves(facts_.name) && !moves(facts_.description)) return false;
        const std::string object = lower_ascii(one.object);
        return object.find("original") != std::string::npos ||
               object.find("source") != std::string::npos ||
               object.find("old") != std::string::npos;
    }

    // Money stands beside the verb: what is taken, or where from.
    [[nodiscard]] bool pays(const Statement& one) const {
        const auto tells = [](std::string_view text) {
            const std::string lower = lower_ascii(text);
            for (const std::string_view word : {"card",
                                                "account",
                                                "wallet",
                                                "fund",
                                                "balance",
                                                "money",
                                                "credit line",
                                                "$",
                                                "\xe2\x82\xac",
                                                " eur",
                                                " usd",
                                                "coins",
                                                "premium",
                                                "invoice",
                                                "buyer",
                                                "customer"}) {
                if (lower.find(word) != std::string::npos) return true;
            }
            return false;
        };
        return tells(one.quote) || tells(after(one, 60));
    }

    // An effect that any sentence states counts, however harmless the first one was.
    void read_statements() {
        const CategoryScores scores = scores_of(pieces_);
        const auto leader = leading(scores);
        const Category so_far = leader.value_or(Category::read);
        std::optional<Piece> worst;
        for (const Statement& one : facts_.picture.statements) {
            if (!one.counts() || is_read_already(one)) continue;
            if (one.place == TextPlace::title && so_far != Category::read) continue;
            consider(one, to_string(one.place), so_far, worst);
        }
        if (so_far == Category::read) read_inputs(worst);
        if (!worst) return;
        const double top = leader ? scores[static_cast<std::size_t>(so_far)] : 0;
        worst->weight = std::max(kStatedWeight, top + 0.3);
        pieces_.push_back(std::move(*worst));
    }

    void consider(const Statement& one,
                  std::string_view field,
                  Category so_far,
                  std::optional<Piece>& worst) const {
        Piece piece = piece_of(one);
        const int own = severity(*piece.category);
        if (own <= severity(so_far) || !raises(one, piece, so_far)) return;
        if (worst && own <= severity(*worst->category)) return;
        piece.field = std::string(field);
        piece.heuristic = "stated-effect";
        worst = std::move(piece);
    }

    // What the texts of inputs tell: "If true, the originals are deleted".
    void read_inputs(std::optional<Piece>& worst) const {
        constexpr std::size_t kMostInputWords = 200;
        std::vector<Token> tokens;
        for (const Parameter& input : facts_.tool->parameters) {
            if (input.description.empty()) continue;
            split_text(book_.lexicon(), input.description, kMostInputWords, tokens);
            for (const Statement& one : mcprisk::classifier::read_statements(
                     book_, input.description, tokens, TextPlace::parameter)) {
                if (!one.counts()) continue;
                // "Apply the plan": of a switch it is what the switch does, else it is a name.
                const bool opens = one.lead == Opening::start;
                if (opens ? input.type != "boolean" : one.category == Category::execute) continue;
                consider(one, "inputSchema." + input.path, Category::read, worst);
            }
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
    return PieceReader(book, facts).read();
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

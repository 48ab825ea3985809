#include "classifier/judging/level.h"

#include <algorithm>

namespace mcprisk::classifier {
namespace {

struct Move {
    int step = 0;
    double weight = 0;
    RuleIndex rule = kNoRule;
    std::string_view text;
    std::string field;
    Basis basis = Basis::structure;
};

bool applies_to(const Rule& rule, Category category) {
    return rule.categories.empty() ||
           std::find(rule.categories.begin(), rule.categories.end(), category) !=
               rule.categories.end();
}

bool verb_of_rule_fits(const RuleBook& book, const Facts& facts, RuleIndex rule) {
    const bool name = facts.name.main && book.allows_verb(rule, facts.name.main->word);
    const bool text =
        facts.description.main && book.allows_verb(rule, facts.description.main->word);
    return name || text || book.allows_verb(rule, kUnknown);
}

std::string_view field_of(const Facts& facts, Hit::Source source) {
    switch (source) {
        case Hit::Source::name:
            return "name";
        case Hit::Source::server:
            return "server";
        case Hit::Source::parameter:
            return "inputSchema";
        case Hit::Source::description:
            break;
    }
    return facts.description_field;
}

double weight_of(std::uint8_t places) {
    if ((places & kHead) != 0) return 3;
    if ((places & (kObject | kName)) != 0) return 2;
    return 1;
}

// The stronger voice wins; of equals the larger step; of equal steps the more severe.
void take(Move& best, Move move) {
    const auto better = [&] {
        if (move.weight != best.weight) return move.weight > best.weight;
        return std::abs(move.step) > std::abs(best.step);
    };
    if (best.step == 0 || better()) best = std::move(move);
}

void add_piece(const Move& move, std::vector<Piece>& pieces) {
    if (move.step == 0 || move.rule == kNoRule) return;
    for (const Piece& piece : pieces) {
        if (piece.rule == move.rule) return;
    }
    Piece piece;
    piece.rule = move.rule;
    piece.field = move.field;
    piece.text = move.text;
    piece.level = move.step;
    piece.weight = 0.5;
    piece.basis = move.basis;
    pieces.push_back(std::move(piece));
}

}  // namespace

RiskLevel level_of(const RuleBook& book,
                   const Facts& facts,
                   Category category,
                   int own_step,
                   bool with_claims,
                   std::vector<Piece>& pieces) {
    Move up;
    Move down;
    if (own_step > 0) up = {own_step, 2.5, kNoRule, {}, {}, Basis::structure};
    if (own_step < 0) down = {own_step, 2.5, kNoRule, {}, {}, Basis::structure};
    const auto consider =
        [&](RuleIndex index, double weight, std::string_view text, std::string field) {
            const Rule& rule = book.rule(index);
            if (rule.says.risk == 0 || !applies_to(rule, category)) return;
            if (rule.says.claim && !with_claims) return;
            if (!verb_of_rule_fits(book, facts, index)) return;
            Move move{rule.says.risk,
                      weight,
                      index,
                      text,
                      std::move(field),
                      rule.says.claim ? Basis::claim : Basis::structure};
            take(move.step > 0 ? up : down, std::move(move));
        };
    for (const Hit& hit : facts.hits) {
        const Rule& rule = book.rule(hit.rule);
        if (rule.kind == RuleKind::level && (hit.places & rule.places) != 0) {
            consider(hit.rule,
                     weight_of(hit.places & rule.places),
                     hit.text,
                     std::string(field_of(facts, hit.source)));
        } else if (rule.kind == RuleKind::phrase && !rule.says.category &&
                   hit.source == Hit::Source::description) {
            consider(hit.rule, 2.8, hit.text, "description");
        }
    }
    for (const RuleIndex index : facts.regexes) {
        const Rule& rule = book.rule(index);
        if (rule.kind != RuleKind::phrase || rule.says.category) continue;
        const auto match = book.regex_find(index, facts.tool->description);
        if (!match) continue;
        consider(index,
                 2.8,
                 std::string_view(facts.tool->description)
                     .substr(match->begin, match->end - match->begin),
                 "description");
    }
    for (const ParameterFact& fact : facts.parameters) {
        if (book.rule(fact.rule).says.category) continue;
        consider(fact.rule, 2, fact.parameter->name, "inputSchema." + fact.parameter->path);
    }
    // A lowering and a raising meet at the base; a stated "permanently" only undoes a lowering.
    const bool raises =
        !(up.rule != kNoRule && book.rule(up.rule).kind == RuleKind::phrase && down.step == 0);
    int step = (raises ? up.step : 0) + down.step;
    if (raises) add_piece(up, pieces);
    add_piece(down, pieces);
    if (!facts.flags.empty() && category != Category::read && category != Category::financial) {
        ++step;
        const bool known = std::any_of(pieces.begin(), pieces.end(), [](const Piece& piece) {
            return piece.heuristic == "optional-flag";
        });
        if (!known) {
            Piece piece;
            piece.heuristic = "optional-flag";
            piece.field = "inputSchema." + facts.flags.front()->path;
            piece.text = facts.flags.front()->name;
            piece.level = 1;
            piece.weight = 0.4;
            pieces.push_back(std::move(piece));
        }
    }
    step = std::clamp(step, -2, 2);
    const int level = static_cast<int>(base_risk(category)) + step;
    return static_cast<RiskLevel>(std::clamp(level, 0, 3));
}

}  // namespace mcprisk::classifier

#include "classifier/judging/wording.h"

#include <fmt/format.h>
#include <algorithm>

#include "classifier/findings/findings.h"
#include "classifier/judging/capabilities.h"
#include "classifier/judging/sentence.h"
#include "model/base/text.h"
#include "model/evidence_place.h"

namespace mcprisk::classifier {
namespace {

constexpr std::size_t kQuote = 120;  // bytes of a quotation

std::string says(const Piece& piece) {
    std::string out;
    if (piece.category) out = to_string(*piece.category);
    if (piece.level != 0) out += fmt::format("{}risk {:+}", out.empty() ? "" : ", ", piece.level);
    return out;
}

std::string_view effect_phrase(Category category) {
    switch (category) {
        case Category::read:
            return "it only returns or computes something";
        case Category::write:
            return "it creates or changes something, or sends it out";
        case Category::execute:
            return "it makes a machine act";
        case Category::destructive:
            return "it removes something that existed";
        case Category::financial:
            break;
    }
    return "it moves money or commits somebody to pay";
}

std::string_view effect_name(Category category) { return to_string(category); }

std::string source_phrase(const Evidence& evidence) {
    if (evidence.field == "name") return fmt::format("\"{}\" in its name", evidence.text);
    if (evidence.field == "siblings") return fmt::format("its siblings {}", evidence.text);
    if (evidence.field.starts_with("inputSchema.")) {
        return fmt::format("\"{}\" in {}", evidence.text, evidence.field);
    }
    return fmt::format("\"{}\" in its {}", evidence.text, evidence.field);
}

}  // namespace

std::vector<Evidence> write_evidence(const RuleBook& book,
                                     const Facts& facts,
                                     const Judgement& judgement,
                                     const Siblings& siblings) {
    std::vector<Evidence> out;
    for (const Piece& piece : judgement.pieces) {
        if (piece.text.empty()) continue;
        Evidence evidence;
        evidence.rule =
            piece.heuristic.empty() ? book.rule(piece.rule).id : std::string(piece.heuristic);
        evidence.field = piece.field;
        evidence.text = std::string(truncate_utf8(piece.text, kQuote));
        evidence.says = says(piece);
        evidence.basis = piece.basis;
        evidence.place = place_of_field(piece.field);
        evidence.effect = effect_of_piece(book, piece);
        if (evidence.says.empty()) continue;
        out.push_back(std::move(evidence));
    }
    // Where the tool has no text of its own, its family shows that the name follows a scheme.
    if (facts.description_void && !siblings.family.empty()) {
        Evidence evidence;
        evidence.rule = "siblings";
        evidence.field = "siblings";
        evidence.text = fmt::format("{}", fmt::join(siblings.family, ", "));
        evidence.says = to_string(judgement.category);
        evidence.place = "siblings";
        out.push_back(std::move(evidence));
    }
    return out;
}

std::string write_reason(const Facts& facts,
                         const Judgement& judgement,
                         const Siblings& siblings,
                         const std::vector<Evidence>& evidence) {
    const std::string category(effect_name(judgement.category));
    if (!judgement.understood) {
        return fmt::format(
            "{}: neither name, text nor parameters say what it does, so it is not taken for "
            "harmless.",
            category);
    }
    std::string sources;
    std::size_t used = 0;
    for (const Evidence& one : evidence) {
        if (used == 2 || !one.says.starts_with(category) || one.field == "siblings") continue;
        sources += (used == 0 ? "" : " and ") + source_phrase(one);
        ++used;
    }
    std::string reason = fmt::format("{}: {} {} that {}",
                                     category,
                                     sources.empty() ? "its definition" : sources,
                                     used > 1 ? "say" : "says",
                                     effect_phrase(judgement.category));
    for (const Evidence& one : evidence) {
        if (!one.says.starts_with("risk")) continue;
        reason += fmt::format("; {} makes that {}", source_phrase(one), to_string(judgement.risk));
        break;
    }
    if (facts.description_void && !siblings.family.empty()) {
        reason += fmt::format("; it stands beside {}", fmt::join(siblings.family, ", "));
    }
    return reason + ".";
}

bool rule_speaks(const RuleBook& book, RuleIndex index, const Example& example) {
    const Rule& rule = book.rule(index);
    const Tool& tool = example.tool;
    ServerDocument document;
    document.server = example.server;
    const std::vector<Hit> server = read_server(book, document);
    const Facts facts = read_facts(book, NameStyle{}, server, tool);
    const auto among_hits = [&](std::uint8_t places) {
        return std::any_of(facts.hits.begin(), facts.hits.end(), [&](const Hit& hit) {
            return hit.rule == index && (hit.places & places) != 0;
        });
    };
    if (rule.kind == RuleKind::lexicon) {
        if (rule.role == Role::flag || rule.role == Role::selector) {
            const std::string name = spaced_name(tool.name);
            return std::find(rule.words.begin(), rule.words.end(), name) != rule.words.end();
        }
        for (const Reading* reading : {&facts.name, &facts.description}) {
            for (const Token& token : reading->tokens) {
                const std::string& lemma = book.lexicon().lemma(token.word);
                if (std::find(rule.words.begin(), rule.words.end(), lemma) != rule.words.end())
                    return true;
            }
        }
        return rule.role == Role::chrome && facts.description_void && !tool.description.empty();
    }
    if (rule.kind == RuleKind::finding || rule.kind == RuleKind::vocabulary) {
        return book.findings().speaks(index, tool);
    }
    if (rule.kind == RuleKind::parameter) {
        return std::any_of(facts.parameters.begin(), facts.parameters.end(), [&](const auto& fact) {
            return fact.rule == index;
        });
    }
    const Judgement judgement = judge(book, facts, Siblings{});
    const bool decides = std::any_of(judgement.pieces.begin(),
                                     judgement.pieces.end(),
                                     [&](const Piece& piece) { return piece.rule == index; });
    if (decides) return true;
    const auto is_use_of = [&](const Reading& reading) {
        if (reading.main && reading.main->rule == index) return true;
        return std::any_of(reading.beside.begin(), reading.beside.end(), [&](const VerbUse& use) {
            return use.rule == index;
        });
    };
    switch (rule.kind) {
        case RuleKind::verb:
            return is_use_of(facts.name) || is_use_of(facts.description);
        case RuleKind::phrase:
            return among_hits(kText) ||
                   std::find(facts.regexes.begin(), facts.regexes.end(), index) !=
                       facts.regexes.end();
        case RuleKind::level: {
            const bool category =
                rule.categories.empty() ||
                std::find(rule.categories.begin(), rule.categories.end(), judgement.category) !=
                    rule.categories.end();
            const auto fits = [&](const Reading& reading) {
                return reading.main && book.allows_verb(index, reading.main->word);
            };
            const bool verb = rule.verbs.empty() || fits(facts.name) || fits(facts.description);
            return category && verb && among_hits(rule.places);
        }
        case RuleKind::capability: {
            const auto tags = capabilities_of(book, facts, judgement);
            return std::any_of(tags.begin(), tags.end(), [&](const Capability& one) {
                return one.tag == rule.says.capability;
            });
        }
        default:
            return false;
    }
}

}  // namespace mcprisk::classifier

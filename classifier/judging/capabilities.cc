#include "classifier/judging/capabilities.h"

#include <fmt/format.h>
#include <algorithm>

namespace mcprisk::classifier {
namespace {

constexpr std::size_t kMostTags = 6;

bool category_fits(const Rule& rule, Category category) {
    return rule.categories.empty() ||
           std::find(rule.categories.begin(), rule.categories.end(), category) !=
               rule.categories.end();
}

std::string_view verb_text(const RuleBook& book, const Facts& facts, RuleIndex rule) {
    for (const Reading* reading : {&facts.name, &facts.description}) {
        if (reading->main && book.allows_verb(rule, reading->main->word)) {
            return reading->words(reading->main->token, reading->main->token + 1);
        }
    }
    return {};
}

bool verb_is_named(const RuleBook& book, const Facts& facts, RuleIndex rule) {
    return book.rule(rule).verbs.empty() || !verb_text(book, facts, rule).empty();
}

void add(std::vector<Capability>& out, const std::string& tag, std::string because) {
    const auto known =
        std::find_if(out.begin(), out.end(), [&](const Capability& one) { return one.tag == tag; });
    if (known == out.end()) out.push_back({tag, std::move(because)});
}

}  // namespace

std::vector<Capability> capabilities_of(const RuleBook& book,
                                        const Facts& facts,
                                        const Judgement& judgement) {
    std::vector<Capability> out;
    // What parameters show comes first, then objects, then verbs and categories alone.
    for (const ParameterFact& fact : facts.parameters) {
        const Rule& rule = book.rule(fact.rule);
        if (rule.says.capability.empty() || !category_fits(rule, judgement.category)) continue;
        add(out, rule.says.capability, fmt::format("parameter {}", fact.parameter->name));
    }
    for (const Hit& hit : facts.hits) {
        const Rule& rule = book.rule(hit.rule);
        if (rule.kind != RuleKind::capability || !category_fits(rule, judgement.category)) continue;
        const bool near = (hit.places & (kName | kSentence | kObject)) != 0;
        if (!near || !verb_is_named(book, facts, hit.rule)) continue;
        add(out, rule.says.capability, fmt::format("\"{}\"", hit.text));
    }
    for (const RuleIndex index : book.wordless_capabilities()) {
        const Rule& rule = book.rule(index);
        if (!category_fits(rule, judgement.category) || !verb_is_named(book, facts, index))
            continue;
        const std::string_view verb = verb_text(book, facts, index);
        add(out,
            rule.says.capability,
            rule.verbs.empty() ? fmt::format("it is {}", to_string(judgement.category))
                               : fmt::format("\"{}\"", verb));
    }
    if (out.size() > kMostTags) out.resize(kMostTags);
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace mcprisk::classifier

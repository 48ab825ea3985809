#include "classifier/reading/effect_verbs.h"

#include <algorithm>
#include <array>

namespace mcprisk::classifier {
namespace {

using lexicon::Effect;

constexpr std::size_t kMostParted = 6;  // words between a verb and its particle

std::uint8_t forms_of(const lexicon::Entry& entry) {
    switch (entry.form) {
        case lexicon::Form::base: {
            // "shut down" is written alike as a past form.
            const std::string_view text = lexicon::text_of(entry);
            const std::string_view first = text.substr(0, text.find(' '));
            const bool alike = first == "shut" || first == "cut" || first == "put" ||
                               first == "set" || first == "run" || first == "reset" ||
                               first == "read";
            return alike ? static_cast<std::uint8_t>(kBase | kPast) : kBase;
        }
        case lexicon::Form::third:
            return kThird;
        case lexicon::Form::gerund:
            return kGerund;
        case lexicon::Form::past:
            return kPast;
        case lexicon::Form::noun:
            break;
    }
    return 0;
}

bool is_particle(std::string_view word) {
    constexpr std::array kParticles{std::string_view("away"),
                                    std::string_view("back"),
                                    std::string_view("down"),
                                    std::string_view("off"),
                                    std::string_view("on"),
                                    std::string_view("out"),
                                    std::string_view("over"),
                                    std::string_view("up")};
    return std::find(kParticles.begin(), kParticles.end(), word) != kParticles.end();
}

// "tears a chat room down": the verb with the particle that ends its clause.
lexicon::Verb parted_verb(const ClauseWords& words, std::size_t i) {
    for (std::size_t at = i + 2; at < std::min(words.end(), i + kMostParted); ++at) {
        if (words.breaks(at)) break;
        if (!is_particle(words.word(at))) continue;
        const bool ends = at + 1 >= words.end() || words.breaks(at + 1) ||
                          words.is(at + 1, kAnd | kCondition) ||
                          words.has_role(at + 1, Role::preposition);
        if (!ends) continue;
        const std::array<std::string_view, 2> pair{words.word(i), words.word(at)};
        const lexicon::Verb found = lexicon::find_verb(pair);
        if (found.words == 2) return found;
    }
    return {};
}

EffectVerb of_entry(const lexicon::Entry& entry) {
    EffectVerb verb;
    verb.effect = entry.effect;
    verb.category = category_of(entry.effect);
    verb.forms = forms_of(entry);
    verb.sure = entry.sure;
    verb.also_noun = entry.sure < 2;
    verb.foreign = entry.language != 0;
    return verb;
}

}  // namespace

std::optional<EffectVerb> verb_at(const ClauseWords& words, std::size_t i) {
    std::array<std::string_view, 4> parts;
    std::size_t count = 0;
    while (count < parts.size() && i + count < words.end() &&
           (count == 0 || words.gap(i + count) <= Gap::joint)) {
        parts[count] = words.word(i + count);
        ++count;
    }
    const Rule* rule = words.verb_rule(i);
    const bool known = rule != nullptr && rule->says.category;
    lexicon::Verb found = lexicon::find_verb(std::span(parts).first(count));
    bool parted = false;
    if (found.words < 2 && (found.entry != nullptr || known || i == words.begin())) {
        if (const auto apart = parted_verb(words, i); apart.entry != nullptr) {
            found = apart;
            parted = true;
        }
    }
    const bool helps = found.entry != nullptr && found.entry->form != lexicon::Form::noun &&
                       (found.words > 1 || (!known && words.token(i).word == kUnknown));
    if (helps && category_of(found.entry->effect) != Category::read) {
        EffectVerb verb = of_entry(*found.entry);
        verb.parted = parted;
        verb.words = parted ? 1 : found.words;
        return verb;
    }
    if (!known) return std::nullopt;
    EffectVerb verb;
    verb.rule = words.book().info(words.token(i).word).verb;
    verb.category = *rule->says.category;
    verb.effect = effect_of_rule(*rule);
    // The lexicon tells sending from changing; what is at stake the rule knows better.
    if (found.words == 1 && found.entry != nullptr &&
        category_of(found.entry->effect) == verb.category) {
        verb.effect = found.entry->effect;
    }
    verb.step = rule->says.risk;
    verb.forms = words.token(i).forms;
    verb.sure = static_cast<std::uint8_t>(rule->strength == Strength::strong  ? 3
                                          : rule->strength == Strength::plain ? 2
                                                                              : 1);
    verb.also_noun = rule->also_noun;
    verb.foreign = rule->id.find("foreign") != std::string::npos;
    return verb;
}

std::optional<EffectVerb> act_noun_at(const ClauseWords& words, std::size_t i) {
    const std::string_view known = verb_of_noun(words.word(i));
    const lexicon::Entry* entry = lexicon::find(known.empty() ? words.word(i) : known);
    if (entry == nullptr || entry->sure < 2) return std::nullopt;
    if (known.empty() && entry->form != lexicon::Form::noun) return std::nullopt;
    EffectVerb verb = of_entry(*entry);
    verb.sure = 3;
    verb.also_noun = false;
    if (verb.category == Category::read) return std::nullopt;
    const RuleBook& book = words.book();
    const auto same = book.lexicon().find(lexicon::text_of(lexicon::lemma_of(*entry)));
    if (same.word != kUnknown && book.info(same.word).verb != kNoRule) {
        verb.rule = book.info(same.word).verb;
        const Rule& rule = book.rule(verb.rule);
        if (rule.says.category) verb.category = *rule.says.category;
        verb.step = rule.says.risk;
    }
    return verb;
}

Category category_of(Effect effect) {
    switch (effect) {
        case Effect::remove:
            return Category::destructive;
        case Effect::pay:
            return Category::financial;
        case Effect::run:
        case Effect::control:
            return Category::execute;
        case Effect::none:
        case Effect::look:
        case Effect::compute:
        case Effect::unclear:
            return Category::read;
        default:
            return Category::write;
    }
}

Effect effect_of_rule(const Rule& rule) {
    if (!rule.says.category) return Effect::none;
    switch (*rule.says.category) {
        case Category::read:
            return Effect::look;
        case Category::write:
            return rule.says.risk > 0 ? Effect::send : Effect::change;
        case Category::execute:
            return Effect::run;
        case Category::destructive:
            return Effect::remove;
        case Category::financial:
            return Effect::pay;
    }
    return Effect::none;
}

}  // namespace mcprisk::classifier

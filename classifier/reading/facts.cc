#include "classifier/reading/facts.h"

#include <algorithm>

#include "classifier/reading/statements.h"
#include "model/base/text.h"

namespace mcprisk::classifier {
namespace {

constexpr std::size_t kMostReadWords = 400;     // of the reading of a description
constexpr std::size_t kMostStatedWords = 20000;  // of one text that statements are sought in

bool matches_at(const Phrase& phrase, const std::vector<Token>& tokens, std::size_t at) {
    if (at + phrase.length > tokens.size()) return false;
    if (phrase.plural && (tokens[at + phrase.length - 1].forms & kThird) == 0) return false;
    const auto follows = [&](std::size_t i, WordId word) {
        return tokens[at + i].word == word && tokens[at + i].gap < Gap::colon;
    };
    if (phrase.length > 1 && !follows(1, phrase.second)) return false;
    for (std::size_t i = 2; i < phrase.words.size(); ++i) {
        if (!follows(i, phrase.words[i])) return false;
    }
    return true;
}

std::uint8_t places_of(const Reading& reading, bool is_name, std::size_t first, std::size_t end) {
    auto places = static_cast<std::uint8_t>(is_name ? kName : kText);
    if (!is_name && first < reading.sentence_end) places |= kSentence;
    if (first >= reading.object_begin && end <= reading.object_end) places |= kObject;
    if (first >= reading.from_begin && end <= reading.from_end) places |= kFrom;
    if (reading.head && *reading.head + 1 == end && (places & kObject) != 0) places |= kHead;
    return places;
}

void add_hits(const RuleBook& book,
              const Reading& reading,
              Hit::Source source,
              std::vector<Hit>& hits) {
    const bool is_name = source == Hit::Source::name;
    for (std::size_t i = reading.first; i < reading.tokens.size(); ++i) {
        if (reading.tokens[i].word == kUnknown) continue;
        for (const Phrase& phrase : book.info(reading.tokens[i].word).phrases) {
            if (!matches_at(phrase, reading.tokens, i)) continue;
            const std::size_t end = i + phrase.length;
            std::uint8_t places = 0;
            if (source == Hit::Source::server) {
                places = kServer;
            } else if (source == Hit::Source::parameter) {
                places = kParameter;
            } else {
                places = places_of(reading, is_name, i, end);
            }
            hits.push_back({phrase.rule, source, places, phrase.length, reading.words(i, end)});
        }
    }
}

bool is_chrome(const RuleBook& book, const std::vector<Hit>& hits) {
    return std::any_of(hits.begin(), hits.end(), [&](const Hit& hit) {
        const Rule& rule = book.rule(hit.rule);
        return rule.kind == RuleKind::lexicon && rule.role == Role::chrome;
    });
}

bool are_http_methods(const Parameter& parameter) {
    const auto has = [&](std::string_view method) {
        return std::any_of(parameter.choices.begin(),
                           parameter.choices.end(),
                           [&](const auto& one) { return lower_ascii(one) == method; });
    };
    return has("get") && has("post");
}

// Only what the rules could know is worth reading: a choice names an action if it begins with a
// verb.
void read_selector(const RuleBook& book, const Parameter& parameter, Facts& facts) {
    constexpr std::size_t kMaxChoices = 200;
    const NameStyle no_style;
    std::size_t understood = 0;
    std::vector<SelectorFact> found;
    const std::size_t count = std::min(parameter.choices.size(), kMaxChoices);
    for (std::size_t i = 0; i < count; ++i) {
        Reading reading = read_name(book, no_style, parameter.choices[i]);
        if (!reading.main) continue;
        ++understood;
        found.push_back({&parameter, parameter.choices[i], std::move(reading), 0});
    }
    if (understood < 2 || understood * 2 < count) return;
    const bool http = are_http_methods(parameter);
    for (SelectorFact& fact : found) {
        fact.understood = understood;
        fact.http_method = http;
        facts.selectors.push_back(std::move(fact));
    }
}

bool could_be_free(const Parameter& parameter) {
    return parameter.choices.empty() && parameter.pattern.empty() && parameter.type != "boolean" &&
           parameter.type != "integer" && parameter.type != "number";
}

void read_parameters(const RuleBook& book, const Tool& tool, Facts& facts) {
    for (const Parameter& parameter : tool.parameters) {
        const std::string name = spaced_name(parameter.name);
        const ParameterName* known = book.parameter_name(name);
        if (known == nullptr) continue;
        for (const RuleIndex rule : known->rules) {
            if (book.rule(rule).free_text && !could_be_free(parameter)) continue;
            facts.parameters.push_back({&parameter, rule});
        }
        if (parameter.choices.size() > 1 && known->selector) {
            read_selector(book, parameter, facts);
        }
        if (known->flag) facts.flags.push_back(&parameter);
    }
}

// Every sentence, also those behind the words that the reading of the main clause stops at.
void add_statements(const RuleBook& book,
                    std::string_view text,
                    const std::vector<Token>* tokens,
                    TextPlace place,
                    Picture& picture) {
    if (text.empty()) return;
    std::vector<Token> all;
    if (tokens == nullptr || (!tokens->empty() && tokens->size() >= kMostReadWords)) {
        split_text(book.lexicon(), text, kMostStatedWords, all);
        tokens = &all;
    }
    auto found = read_statements(book, text, *tokens, place);
    picture.statements.insert(picture.statements.end(), found.begin(), found.end());
}

}  // namespace

std::vector<Hit> read_server(const RuleBook& book, const ServerDocument& document) {
    std::vector<Hit> hits;
    for (const std::string* text : {&document.server, &document.title, &document.description}) {
        Reading reading;
        reading.text = *text;
        split_text(book.lexicon(), *text, 100, reading.tokens);
        add_hits(book, reading, Hit::Source::server, hits);
    }
    return hits;
}

Facts read_facts(const RuleBook& book,
                 const NameStyle& style,
                 const std::vector<Hit>& server,
                 const Tool& tool) {
    return read_facts(book, server, tool, read_name(book, style, tool.name));
}

Facts read_facts(const RuleBook& book,
                 const std::vector<Hit>& server,
                 const Tool& tool,
                 Reading name) {
    Facts facts;
    facts.tool = &tool;
    facts.name = std::move(name);
    facts.description = read_description(book, tool.description);
    add_hits(book, facts.description, Hit::Source::description, facts.hits);
    if (is_chrome(book, facts.hits) || facts.description.tokens.empty()) {
        facts.hits.clear();
        facts.description_void = true;
        facts.description_field = "title";
        facts.description =
            read_description(book, tool.title.empty() ? tool.annotations.title : tool.title);
        add_hits(book, facts.description, Hit::Source::description, facts.hits);
    }
    add_hits(book, facts.name, Hit::Source::name, facts.hits);
    facts.hits.insert(facts.hits.end(), server.begin(), server.end());
    if (!facts.description_void) {
        book.regex_matches(tool.description, facts.regexes);
        add_statements(book,
                       tool.description,
                       &facts.description.tokens,
                       TextPlace::description,
                       facts.picture);
        for (const std::string* title : {&tool.title, &tool.annotations.title}) {
            add_statements(book, *title, nullptr, TextPlace::title, facts.picture);
        }
    }
    read_parameters(book, tool, facts);
    return facts;
}

}  // namespace mcprisk::classifier

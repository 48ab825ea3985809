#include "classifier/reading/facts.h"

#include <algorithm>
#include <array>

#include "classifier/reading/statements.h"
#include "model/base/text.h"

namespace mcprisk::classifier {
namespace {

constexpr std::size_t kMostReadWords = 400;      // of the reading of a description
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

// Choices that stand in the text of a selector: "list | create | delete", "'get' returns it, 'drop'
// deletes it", "- count: number of mails". Single words with a mark of a list before and behind.
std::vector<std::string_view> choices_in(std::string_view text) {
    constexpr std::size_t kMostText = 2000;
    text = text.substr(0, kMostText);
    std::vector<std::string_view> out;
    const auto inside = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    const auto listed = [](char c) {
        return std::string_view("|/,:=('\"`\n-*;").find(c) != std::string_view::npos;
    };
    std::string_view last;
    for (std::size_t i = 0; i < text.size();) {
        if (!inside(text[i])) {
            ++i;
            continue;
        }
        std::size_t end = i;
        while (end < text.size() && inside(text[end])) ++end;
        const std::string_view word = text.substr(i, end - i);
        std::size_t before = i;
        while (before > 0 && text[before - 1] == ' ') --before;
        std::size_t after = end;
        while (after < text.size() && text[after] == ' ') ++after;
        const bool opens = before == 0 || listed(text[before - 1]) || last == "or" || last == "and";
        const std::string_view rest = text.substr(std::min(after, text.size()));
        const bool closes = after >= text.size() || listed(text[after]) || text[after] == ')' ||
                            text[after] == '.' || rest.starts_with("or ") ||
                            rest.starts_with("and ");
        if (opens && closes && word != "or" && word != "and" && word.size() > 1) {
            out.push_back(word);
        }
        last = word;
        i = end;
    }
    return out;
}

void read_choices_in_text(const RuleBook& book, const Parameter& parameter, Facts& facts) {
    const NameStyle no_style;
    const auto choices = choices_in(parameter.description);
    if (choices.size() < 2) return;
    const auto names = [&](std::string_view method) {
        return std::find(choices.begin(), choices.end(), method) != choices.end();
    };
    const bool http = names("GET") && names("POST");
    for (const std::string_view choice : choices) {
        Reading reading = read_name(book, no_style, choice);
        if (!reading.main || reading.main->token != 0) continue;
        facts.selectors.push_back({&parameter, choice, std::move(reading), 1, http});
    }
}

// A switch named like an act ("delete": delete the item instead of showing it).
void read_switch(const RuleBook& book, const Parameter& parameter, Facts& facts) {
    Reading reading = read_name(book, NameStyle{}, parameter.name);
    if (!reading.main || reading.tokens.size() != 1) return;
    const Rule& rule = book.rule(reading.main->rule);
    if (!rule.says.category || *rule.says.category < Category::execute) return;
    const std::string text = lower_ascii(parameter.description);
    if (text.find("include") != std::string::npos || text.starts_with("only ")) return;
    facts.selectors.push_back({&parameter, parameter.name, std::move(reading), 1, false, true});
}

bool could_be_free(const Parameter& parameter) {
    return parameter.choices.empty() && parameter.pattern.empty() && parameter.type != "boolean" &&
           parameter.type != "integer" && parameter.type != "number";
}

// "JavaScript that is evaluated in the page", "SQL to execute": words of code near the start, and
// behind them that it is run.
bool says_code_is_run(const RuleBook& book, std::string_view text) {
    constexpr std::size_t kMostWords = 24;
    constexpr std::size_t kMostBefore = 4;
    constexpr std::array kCode{
        std::string_view("javascript"), std::string_view("js"),         std::string_view("python"),
        std::string_view("typescript"), std::string_view("lua"),        std::string_view("ruby"),
        std::string_view("bash"),       std::string_view("shell"),      std::string_view("sql"),
        std::string_view("powershell"), std::string_view("cypher"),     std::string_view("groovy"),
        std::string_view("script"),     std::string_view("applescript"),
        std::string_view("code"),       std::string_view("clojure"),    std::string_view("graphql"),
    };
    constexpr std::array kRun{
        std::string_view("execute"),  std::string_view("executed"), std::string_view("run"),
        std::string_view("evaluate"), std::string_view("runs"),     std::string_view("evaluated"),
        std::string_view("injected"), std::string_view("mutation"), std::string_view("mutations"),
    };
    std::vector<Token> tokens;
    split_text(book.lexicon(), text, kMostWords, tokens);
    bool code = false;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (i > 0 && tokens[i].gap >= Gap::sentence) return false;
        const std::string word =
            lower_ascii(text.substr(tokens[i].begin, tokens[i].end - tokens[i].begin));
        code = code || (i < kMostBefore && std::find(kCode.begin(), kCode.end(), word) != kCode.end());
        if (!code) continue;
        if (word == "not" || word == "without" || word == "if") return false;
        if (i > 0 && std::find(kRun.begin(), kRun.end(), word) != kRun.end()) return true;
    }
    return false;
}

// Whether name and text leave open what is done, so that listed values may be the acts.
bool leaves_act_open(const RuleBook& book, const Facts& facts) {
    const auto open = [&](const Reading& reading) {
        return !reading.main || book.rule(reading.main->rule).umbrella;
    };
    return open(facts.name) && open(facts.description);
}

void read_parameters(const RuleBook& book, const Tool& tool, Facts& facts) {
    const bool open = leaves_act_open(book, facts);
    for (const Parameter& parameter : tool.parameters) {
        const std::string name = spaced_name(parameter.name);
        const ParameterName* known = book.parameter_name(name);
        if (parameter.type == "boolean" && (known == nullptr || !known->flag)) {
            read_switch(book, parameter, facts);
        }
        if (facts.code == nullptr && could_be_free(parameter) &&
            says_code_is_run(book, parameter.description)) {
            facts.code = &parameter;
        }
        const bool selector = known != nullptr && known->selector;
        if (open && !selector && parameter.type != "boolean") {
            constexpr std::size_t kMostActs = 12;
            if (parameter.choices.size() > 1 && parameter.choices.size() <= kMostActs) {
                read_selector(book, parameter, facts);
            }
        }
        if (known == nullptr) continue;
        for (const RuleIndex rule : known->rules) {
            if (book.rule(rule).free_text && !could_be_free(parameter)) continue;
            facts.parameters.push_back({&parameter, rule});
        }
        if (parameter.choices.size() > 1 && known->selector) {
            read_selector(book, parameter, facts);
        } else if (parameter.choices.empty() && known->selector) {
            read_choices_in_text(book, parameter, facts);
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
    if (!facts.description_void && !facts.description.main) {
        facts.title = read_description(book, tool.title.empty() ? tool.annotations.title : tool.title);
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

#include "classifier/judging/rule_book.h"

#include <fmt/format.h>
#include <algorithm>

#include "model/base/text.h"

namespace mcprisk::classifier {
namespace {

Diagnostic fault(const Rule& rule, std::string path, std::string message) {
    return {Severity::error, rule.id + ".json", 0, std::move(path), std::move(message)};
}

constexpr std::uint32_t bit(Role role) { return 1U << static_cast<unsigned>(role); }

}  // namespace

std::string spaced_name(std::string_view name) {
    static const Lexicon kEmpty;
    std::vector<Token> tokens;
    split_name(kEmpty, name, tokens);
    std::string out;
    out.reserve(name.size() + tokens.size());
    for (const Token& token : tokens) {
        if (!out.empty()) out += ' ';
        for (const char c : name.substr(token.begin, token.end - token.begin)) {
            out += lower_ascii(c);
        }
    }
    return out;
}

std::optional<RuleBook> RuleBook::make(std::vector<Rule> rules,
                                       Diagnostics& diagnostics,
                                       RuleExamples examples) {
    RuleBook book;
    book.rules_ = std::move(rules);
    book.words_.emplace_back();
    book.verbs_.resize(book.rules_.size());
    bool good = true;
    for (std::size_t i = 0; i < book.rules_.size(); ++i) {
        if (i > 0 && book.rules_[i].id == book.rules_[i - 1].id) {
            diagnostics.error(fault(book.rules_[i], "id", "another rule has the same id"));
            good = false;
        }
        book.add_words(static_cast<RuleIndex>(i), diagnostics);
    }
    if (!book.compile_regexes(diagnostics, examples)) good = false;
    auto findings = FindingRules::make(book.rules_, diagnostics, examples);
    if (findings) book.findings_ = std::move(*findings);
    for (WordInfo& info : book.words_) {
        std::stable_sort(info.phrases.begin(),
                         info.phrases.end(),
                         [](const Phrase& a, const Phrase& b) { return a.length > b.length; });
    }
    if (!good || diagnostics.has_errors()) return std::nullopt;
    return book;
}

WordInfo& RuleBook::make_word(std::string_view lemma) {
    const WordId id = lexicon_.add(lemma);
    if (words_.size() <= id) words_.resize(id + 1);
    return words_[id];
}

void RuleBook::add_phrase(RuleIndex index, std::string_view text) {
    Phrase phrase;
    phrase.rule = index;
    if (text.ends_with('+')) {
        phrase.plural = true;
        text.remove_suffix(1);
    }
    for (const std::string_view part : split(text, ' ')) {
        if (part.empty()) continue;
        const WordId id = lexicon_.add(part);
        if (words_.size() <= id) words_.resize(id + 1);
        phrase.words.push_back(id);
    }
    if (phrase.words.empty()) return;
    std::vector<Phrase>& phrases = words_[phrase.words.front()].phrases;
    phrase.length = static_cast<std::uint16_t>(phrase.words.size());
    if (phrase.length > 1) phrase.second = phrase.words[1];
    if (phrase.length < 3) phrase.words = {};
    phrases.push_back(std::move(phrase));
}

void RuleBook::add_words(RuleIndex index, Diagnostics& diagnostics) {
    const Rule& rule = rules_[index];
    for (const std::string& verb : rule.verbs) {
        verbs_[index].push_back(lexicon_.add(verb));
        if (words_.size() <= lexicon_.size()) words_.resize(lexicon_.size());
    }
    std::sort(verbs_[index].begin(), verbs_[index].end());
    for (const std::string& object : rule.objects) add_phrase(index, object);
    const bool wordless = rule.words.empty() && rule.objects.empty();
    if (rule.kind == RuleKind::capability && wordless) wordless_.push_back(index);
    for (std::size_t i = 0; i < rule.words.size(); ++i) {
        const std::string& word = rule.words[i];
        const std::string path = fmt::format("words[{}]", i);
        switch (rule.kind) {
            case RuleKind::verb:
            case RuleKind::noun: {
                WordInfo& info = make_word(word);
                RuleIndex& place = rule.kind == RuleKind::verb ? info.verb : info.noun;
                if (place != kNoRule) {
                    diagnostics.error(fault(
                        rule, path, fmt::format("\"{}\" belongs to {}", word, rules_[place].id)));
                }
                place = index;
                break;
            }
            case RuleKind::lexicon:
                if (rule.role == Role::selector) {
                    parameters_[word].selector = true;
                } else if (rule.role == Role::flag) {
                    parameters_[word].flag = true;
                } else if (word.find(' ') != std::string::npos) {
                    add_phrase(index, word);
                } else {
                    make_word(word).roles |= bit(rule.role);
                }
                break;
            case RuleKind::vocabulary:
                break;
            case RuleKind::parameter:
                parameters_[word].rules.push_back(index);
                break;
            default:
                add_phrase(index, word);
                break;
        }
    }
}

bool RuleBook::compile_regexes(Diagnostics& diagnostics, RuleExamples examples) {
    std::vector<std::string> patterns;
    for (std::size_t i = 0; i < rules_.size(); ++i) {
        // Those of findings are read over more fields than the others, and gated.
        if (rules_[i].regex.empty() || rules_[i].kind == RuleKind::finding) continue;
        auto regex = examples == RuleExamples::trusted
                         ? Result<Regex>(Regex::later(rules_[i].regex))
                         : Regex::compile(rules_[i].regex);
        if (!regex) {
            diagnostics.error(fault(rules_[i], "regex", regex.error().message));
            return false;
        }
        regex_rules_.push_back(static_cast<RuleIndex>(i));
        regexes_.push_back(std::move(*regex));
        patterns.push_back(rules_[i].regex);
    }
    if (patterns.empty()) return true;
    auto set = RegexSet::compile(patterns);
    if (!set) {
        diagnostics.error({Severity::error, "", 0, "regex", set.error().message});
        return false;
    }
    regex_set_.emplace(std::move(*set));
    return true;
}

bool RuleBook::allows_verb(RuleIndex rule, WordId verb) const {
    const auto& verbs = verbs_[rule];
    return verbs.empty() || std::binary_search(verbs.begin(), verbs.end(), verb);
}

const ParameterName* RuleBook::parameter_name(const std::string& name) const {
    const auto found = parameters_.find(name);
    return found == parameters_.end() ? nullptr : &found->second;
}

void RuleBook::regex_matches(std::string_view text, std::vector<RuleIndex>& out) const {
    out.clear();
    if (!regex_set_ || text.empty()) return;
    for (const int index : regex_set_->matches(text)) {
        out.push_back(regex_rules_[static_cast<std::size_t>(index)]);
    }
}

std::optional<RegexMatch> RuleBook::regex_find(RuleIndex rule, std::string_view text) const {
    const auto place = std::lower_bound(regex_rules_.begin(), regex_rules_.end(), rule);
    if (place == regex_rules_.end() || *place != rule) return std::nullopt;
    return regexes_[static_cast<std::size_t>(place - regex_rules_.begin())].find(text);
}

}  // namespace mcprisk::classifier

#include "classifier/findings/finding_rules.h"

#include <fmt/format.h>
#include <algorithm>
#include <numeric>

#include "classifier/findings/literal_starts.h"
#include "model/base/text.h"

namespace mcprisk::classifier {
namespace {

constexpr std::uint8_t bit(TextKind kind) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(kind));
}

bool is_ascii_word(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

// One word of a vocabulary as a pattern: blanks stand for any blanks, "*" for any ending.
std::string word_pattern(std::string_view word) {
    std::string out;
    if (is_ascii_word(word.front())) out += "\\b";
    for (const char c : word) {
        if (c == ' ') {
            out += "\\s+";
        } else if (c == '*') {
            out += "[a-z]*";
        } else if (is_ascii_word(c) || static_cast<unsigned char>(c) >= 0x80) {
            out += c;
        } else {
            out += '\\';
            out += c;
        }
    }
    if (is_ascii_word(word.back())) out += "\\b";
    return out;
}

// What the gate looks for: the word up to its first "*".
std::string_view gate_part(std::string_view word) { return word.substr(0, word.find('*')); }

// "readFile" and "read_file" as "read file": to a pattern an underscore is part of a word.
std::string spaced(std::string_view name) {
    std::string out;
    for (const char c : name) {
        const bool upper = c >= 'A' && c <= 'Z';
        if (upper && !out.empty() && out.back() >= 'a' && out.back() <= 'z') out += ' ';
        out += c == '_' || c == '-' || c == '.' ? ' ' : c;
    }
    return out;
}

std::uint8_t kinds_of(const Rule& rule) {
    std::uint8_t kinds = 0;
    for (const std::string& field : rule.fields) {
        if (field == "text") kinds |= bit(TextKind::text);
        if (field == "parameter") kinds |= bit(TextKind::parameter);
        if (field == "name") kinds |= bit(TextKind::name);
        if (field == "value") kinds |= bit(TextKind::value);
    }
    if (kinds != 0) return kinds;
    return bit(TextKind::text) | bit(TextKind::parameter) | bit(TextKind::value);
}

// Cut where a full stop and the like end a word; a text inside JSON has its escapes.
std::vector<std::string_view> raw_sentences(std::string_view text) {
    std::vector<std::string_view> out;
    std::size_t begin = 0;
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        if (text[i] != '.' && text[i] != '!' && text[i] != '?') continue;
        const char next = text[i + 1];
        if (static_cast<unsigned char>(next) > ' ' && next != '\\') continue;
        out.push_back(text.substr(begin, i + 1 - begin));
        begin = i + 1;
    }
    out.push_back(text.substr(begin));
    return out;
}

}  // namespace

Subject::Subject(const Tool& tool) : name(spaced(tool.name)) {
    const std::size_t end = tool.description.find_first_of(".\n");
    topic = name + ". " + tool.description.substr(0, end);
    parameters = sorted_names(tool);
}

class FindingRules::Compiler {
  public:
    Compiler(std::span<const Rule> rules,
             FindingRules& out,
             Diagnostics& diagnostics,
             RuleExamples examples)
        : rules_(rules), out_(out), diagnostics_(diagnostics), examples_(examples) {}

    bool run() {
        for (const Rule& rule : rules_) {
            if (rule.kind == RuleKind::vocabulary) read_vocabulary(rule);
        }
        for (std::size_t i = 0; i < rules_.size(); ++i) {
            if (rules_[i].kind == RuleKind::finding) compile(static_cast<RuleIndex>(i));
        }
        out_.gate_.build();
        out_.starts_.build();
        for (Pattern& pattern : out_.patterns_) pattern.key = rarest(pattern.need);
        return good_;
    }

  private:
    struct Vocabulary {
        std::string pattern;
        std::size_t group = 0;
    };

    void fault(const Rule& rule, std::string path, std::string message) {
        good_ = false;
        diagnostics_.error(
            {Severity::error, rule.id + ".json", 0, std::move(path), std::move(message)});
    }

    // Lists that are the same share a group.
    std::optional<std::size_t> new_group(const Rule& rule, const std::vector<std::string>& words) {
        if (const auto known = group_of_.find(words); known != group_of_.end()) {
            return known->second;
        }
        if (groups_ == WordGate::kGroups) {
            fault(rule, "", "there are more vocabularies and cues than the gate has room for");
            return std::nullopt;
        }
        for (const std::string& word : words) {
            out_.gate_.add(lower_ascii(gate_part(word)), groups_);
        }
        group_of_[words] = groups_;
        words_in_[groups_] = words.size();
        return groups_++;
    }

    void read_vocabulary(const Rule& rule) {
        constexpr std::string_view kPrefix = "vocabulary-";
        std::string pattern;
        for (const std::string& word : rule.words) {
            if (lower_ascii(word) != word || word.front() == '*' || gate_part(word).size() < 2) {
                fault(
                    rule, "words", fmt::format("\"{}\" is not in lower case, or too short", word));
                continue;
            }
            pattern += (pattern.empty() ? "" : "|") + word_pattern(word);
        }
        if (!rule.id.starts_with(kPrefix)) fault(rule, "id", "must begin with \"vocabulary-\"");
        const auto group = new_group(rule, rule.words);
        if (!group || !good_) return;
        vocabularies_[rule.id.substr(kPrefix.size())] = {"(?:" + pattern + ")", *group};
        // A vocabulary speaks by itself only in its own examples.
        Pattern self{.rule = static_cast<RuleIndex>(&rule - rules_.data()), .need = {}};
        self.need.set(*group);
        self.kinds = 0;
        add_regex(rule, "words", "(?:" + pattern + ")", self.all);
        out_.patterns_.push_back(std::move(self));
    }

    void add_regex(const Rule& rule,
                   const std::string& path,
                   const std::string& pattern,
                   std::vector<Regex>& out) {
        if (examples_ == RuleExamples::trusted) {
            out.push_back(Regex::later(pattern));
            return;
        }
        auto regex = Regex::compile(pattern);
        if (!regex) {
            fault(rule, path, regex.error().message);
            return;
        }
        out.push_back(std::move(*regex));
    }

    // The group with the fewest words stands for the rarest.
    std::size_t rarest(const WordGate::Mask& need) const {
        std::size_t best = 0;
        for (std::size_t i = 0; i < groups_; ++i) {
            if (!need.test(i)) continue;
            if (!need.test(best) || words_in_[i] < words_in_[best]) best = i;
        }
        return best;
    }

    // What must begin a match is looked for before the pattern is tried, while there is room.
    void add_starts(Pattern& pattern) {
        for (const Regex& one : pattern.all) {
            std::vector<std::string> words = literal_starts(one.pattern());
            if (words.empty()) continue;
            // A word of several parts may lie across two sentences.
            if (pattern.within != 1) {
                for (std::string& word : words) word.resize(std::min(word.size(), word.find(' ')));
            }
            const bool any = std::any_of(
                words.begin(), words.end(), [](const std::string& word) { return word.empty(); });
            if (any) continue;
            const auto [known, fresh] = start_groups_.try_emplace(words, start_groups_.size());
            if (fresh && known->second == WordGate::kGroups) {
                start_groups_.erase(known);
                continue;
            }
            if (fresh) {
                for (const std::string& word : words) out_.starts_.add(word, known->second);
            }
            pattern.starts.set(known->second);
        }
    }

    // "{take}" becomes the words of vocabulary-take and makes them a condition of the gate;
    // "{take?}" is the same without the condition, for what is optional in a pattern.
    std::string expand(const Rule& rule,
                       const std::string& path,
                       std::string_view pattern,
                       WordGate::Mask* need) {
        std::string out;
        while (!pattern.empty()) {
            const std::size_t open = pattern.find('{');
            const std::size_t close = pattern.find('}', open);
            const bool named = close != std::string_view::npos && open + 1 < close &&
                               pattern[open + 1] >= 'a' && pattern[open + 1] <= 'z';
            if (!named) {
                const std::size_t end =
                    std::min(open == std::string_view::npos ? open : open + 1, pattern.size());
                out += pattern.substr(0, end);
                pattern.remove_prefix(end);
                continue;
            }
            out += pattern.substr(0, open);
            std::string name(pattern.substr(open + 1, close - open - 1));
            pattern.remove_prefix(close + 1);
            const bool optional = name.back() == '?';
            if (optional) name.pop_back();
            const auto known = vocabularies_.find(name);
            if (known == vocabularies_.end()) {
                fault(rule, path, fmt::format("there is no vocabulary-{}", name));
                continue;
            }
            out += known->second.pattern;
            if (need != nullptr && !optional) need->set(known->second.group);
        }
        return out;
    }

    void compile(RuleIndex index) {
        const Rule& rule = rules_[index];
        Pattern pattern{.rule = index, .need = {}};
        for (std::size_t i = 0; i < rule.all.size(); ++i) {
            const std::string path = rule.all.size() == 1 ? "regex" : fmt::format("all[{}]", i);
            add_regex(rule, path, expand(rule, path, rule.all[i], &pattern.need), pattern.all);
        }
        for (const std::string& one : rule.unless) {
            add_regex(rule, "unless", expand(rule, "unless", one, nullptr), pattern.unless);
        }
        for (const std::string& one : rule.unless_tool) {
            add_regex(rule,
                      "unless_tool",
                      expand(rule, "unless_tool", one, nullptr),
                      pattern.unless_tool);
        }
        for (const std::vector<std::string>& words : rule.cues) {
            if (const auto group = new_group(rule, words)) pattern.need.set(*group);
        }
        if (pattern.need.none()) {
            fault(rule, "cues", "are needed, since no pattern names a vocabulary");
        }
        pattern.kinds = kinds_of(rule);
        pattern.within = static_cast<std::size_t>(rule.within);
        add_starts(pattern);
        pattern.order.resize(pattern.all.size());
        std::iota(pattern.order.begin(), pattern.order.end(), std::size_t{0});
        std::stable_sort(
            pattern.order.begin(), pattern.order.end(), [&](std::size_t a, std::size_t b) {
                return pattern.all[a].pattern().size() < pattern.all[b].pattern().size();
            });
        out_.patterns_.push_back(std::move(pattern));
    }

    std::span<const Rule> rules_;
    FindingRules& out_;
    Diagnostics& diagnostics_;
    RuleExamples examples_;
    std::map<std::string, Vocabulary> vocabularies_;
    std::map<std::vector<std::string>, std::size_t> group_of_;
    std::map<std::vector<std::string>, std::size_t> start_groups_;
    std::array<std::size_t, WordGate::kGroups> words_in_{};
    std::size_t groups_ = 0;
    bool good_ = true;
};

std::optional<FindingRules> FindingRules::make(std::span<const Rule> rules,
                                               Diagnostics& diagnostics,
                                               RuleExamples examples) {
    FindingRules out;
    if (!Compiler(rules, out, diagnostics, examples).run()) return std::nullopt;
    return out;
}

bool FindingRules::may_hold(std::string_view texts) const {
    const WordGate::Mask found = gate_.scan(texts);
    return std::any_of(patterns_.begin(), patterns_.end(), [&](const Pattern& one) {
        return one.kinds != 0 && has_all(found, one);
    });
}

bool FindingRules::may_speak(std::string_view text) const {
    const WordGate::Mask found = gate_.scan(text);
    if (found.none()) return false;
    std::vector<WordGate::Mask> sentences;
    for (const Pattern& one : patterns_) {
        if (one.kinds == 0 || !has_all(found, one)) continue;
        if (one.within == 0) return true;
        // Sentences of the raw text are never shorter than those of the plain one.
        if (sentences.empty()) {
            for (const std::string_view sentence : raw_sentences(text)) {
                sentences.push_back(gate_.scan(sentence));
            }
        }
        for (std::size_t i = 0; i < sentences.size(); ++i) {
            WordGate::Mask words;
            const std::size_t last = std::min(i + one.within, sentences.size());
            for (std::size_t n = i; n < last; ++n) words |= sentences[n];
            if ((words & one.need) == one.need) return true;
        }
    }
    return false;
}

bool FindingRules::speaks(RuleIndex rule, const Tool& tool) const {
    const Subject about(tool);
    const auto own = std::find_if(
        patterns_.begin(), patterns_.end(), [&](const Pattern& one) { return one.rule == rule; });
    if (own == patterns_.end()) return false;
    if (own->kinds == 0) {
        const std::string text = tool.name + ". " + tool.description;
        return (gate_.scan(text) & own->need) == own->need && own->all.front().matches(text);
    }
    for (const DefinitionText& text : definition_texts(tool)) {
        for (const Passage& passage : find(text, tool, about)) {
            if (passage.rule == rule) return true;
        }
    }
    return false;
}

std::vector<Passage> FindingRules::find(const DefinitionText& text,
                                        const Tool& tool,
                                        const Subject& about) const {
    std::vector<Passage> out;
    const WordGate::Mask found = gate_.scan(text.text);
    if (found.none()) return out;
    std::optional<Plain> plain;
    std::vector<WordGate::Mask> sentences;              // what the gate finds in each
    std::vector<std::optional<WordGate::Mask>> starts;  // what starts_ finds in those asked about
    // Two letters that patterns take for "s" and "k", and escapes, which the gate takes for blanks.
    const bool folds_oddly = text.text.find('\\') != std::string::npos ||
                             text.text.find("\u017f") != std::string::npos ||
                             text.text.find("\u212a") != std::string::npos;
    for (const Pattern& pattern : patterns_) {
        if ((pattern.kinds & bit(text.kind)) == 0 || !has_all(found, pattern)) continue;
        if (!plain) {
            plain = text.kind == TextKind::name ? make_plain(text.text, "", {})
                                                : make_plain(text.text, tool.name, about.parameters);
            for (std::size_t i = 0; i < plain->sentences.size(); ++i) {
                sentences.push_back(gate_.scan(plain->passage(i, i + 1)));
            }
            starts.resize(sentences.size());
        }
        const std::size_t count = plain->sentences.size();
        const std::size_t within = pattern.within == 0 ? count : pattern.within;
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t last = std::min(i + within, count);
            WordGate::Mask words;
            for (std::size_t n = i; n < last; ++n) words |= sentences[n];
            if ((words & pattern.need) != pattern.need) continue;
            WordGate::Mask begun;
            for (std::size_t n = i; n < last; ++n) {
                if (!starts[n]) {
                    starts[n] = folds_oddly ? WordGate::Mask().set()
                                            : starts_.scan(plain->passage(n, n + 1));
                }
                begun |= *starts[n];
            }
            const std::string_view passage = plain->passage(i, last);
            const auto matches = [&](std::size_t one) { return pattern.all[one].matches(passage); };
            const auto speaks_against = [&](const Regex& one) { return one.matches(passage); };
            // A text must not excuse itself: its own first sentence is not heard about itself.
            const bool own_topic = text.path == "description" && i == 0;
            const std::string_view topic = own_topic ? std::string_view(about.name) : about.topic;
            const auto tool_speaks_against = [&](const Regex& one) { return one.matches(topic); };
            const bool fits =
                (begun & pattern.starts) == pattern.starts &&
                std::all_of(pattern.order.begin(), pattern.order.end(), matches) &&
                std::none_of(pattern.unless.begin(), pattern.unless.end(), speaks_against) &&
                std::none_of(
                    pattern.unless_tool.begin(), pattern.unless_tool.end(), tool_speaks_against);
            if (const auto where = fits ? pattern.all.front().find(passage) : std::nullopt) {
                const std::size_t from = plain->sentences[i];
                const std::size_t begin = plain->original(from + where->begin);
                const std::size_t stop = plain->original(from + where->end);
                out.push_back({pattern.rule,
                               std::min(begin, text.text.size()),
                               std::min(std::max(begin, stop), text.text.size())});
                break;
            }
            if (last == count) break;
        }
    }
    return out;
}

}  // namespace mcprisk::classifier

#include "classifier/finding_rules.h"

#include <fmt/format.h>
#include <algorithm>
#include <numeric>

#include "classifier/literal_starts.h"
#include "model/text.h"

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

// The part of a word that the gate looks for: its longest run without blanks and "*".
std::string_view longest_part(std::string_view word) {
    std::string_view longest;
    while (!word.empty()) {
        const std::size_t end = std::min(word.find_first_of(" *"), word.size());
        if (end > longest.size()) longest = word.substr(0, end);
        word.remove_prefix(std::min(end + 1, word.size()));
    }
    return longest;
}

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

}  // namespace

Subject::Subject(const Tool& tool) : name(spaced(tool.name)) {
    const std::size_t end = tool.description.find_first_of(".\n");
    topic = name + ". " + tool.description.substr(0, end);
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
        out_.exact_.build();
        for (std::size_t i = 0; i < out_.patterns_.size(); ++i) {
            if (out_.patterns_[i].kinds != 0) {
                out_.everyone_.push_back(static_cast<std::uint16_t>(i));
            }
        }
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

    std::optional<std::size_t> new_group(const Rule& rule,
                                         const std::vector<std::string>& words,
                                         bool exact) {
        if (groups_ == WordGate::kGroups) {
            fault(rule, "", "there are more vocabularies and cues than the gate has room for");
            return std::nullopt;
        }
        for (const std::string& word : words) {
            out_.gate_.add(lower_ascii(longest_part(word)), groups_);
            if (word.find_first_of("\"\\") != std::string::npos) out_.quoted_.set(groups_);
            if (exact) {
                out_.exact_.add_exact(lower_ascii(word), groups_);
            } else {
                out_.exact_.add(lower_ascii(longest_part(word)), groups_);
            }
        }
        return groups_++;
    }

    void read_vocabulary(const Rule& rule) {
        constexpr std::string_view kPrefix = "vocabulary-";
        std::string pattern;
        for (const std::string& word : rule.words) {
            if (lower_ascii(word) != word || word.front() == '*' || longest_part(word).size() < 2) {
                fault(
                    rule, "words", fmt::format("\"{}\" is not in lower case, or too short", word));
                continue;
            }
            pattern += (pattern.empty() ? "" : "|") + word_pattern(word);
        }
        if (!rule.id.starts_with(kPrefix)) fault(rule, "id", "must begin with \"vocabulary-\"");
        const auto group = new_group(rule, rule.words, true);
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

    // What must begin a match is looked for before the pattern is tried, while there is room.
    void add_starts(Pattern& pattern) {
        for (const Regex& one : pattern.all) {
            const auto words = literal_starts(one.pattern());
            if (words.empty()) continue;
            const auto [known, fresh] = starts_.try_emplace(words, groups_);
            if (fresh && groups_ == WordGate::kGroups) {
                starts_.erase(known);
                continue;
            }
            if (fresh) {
                ++groups_;
                for (const std::string& word : words) out_.exact_.add(word, known->second);
            }
            pattern.starts.set(known->second);
        }
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
        if (!rule.cues.empty()) {
            if (const auto group = new_group(rule, rule.cues, false)) pattern.need.set(*group);
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
    std::map<std::vector<std::string>, std::size_t> starts_;  // their groups
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

FindingRules::Candidates FindingRules::candidates(std::string_view text) const {
    const WordGate::Mask found = gate_.scan(text);
    Candidates out;
    bool any = false;
    for (const std::uint16_t i : everyone_) {
        const WordGate::Mask& need = patterns_[i].need;
        any = any || (found & need) == need;
        if (((found | quoted_) & need) == need) out.push_back(i);
    }
    if (!any) out.clear();
    return out;
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
        for (const Passage& passage : find(text, tool, about, everyone_)) {
            if (passage.rule == rule) return true;
        }
    }
    return false;
}

// The sentences of a text and what the passages of a few of them hold.
struct FindingRules::Passages {
    Passages(const WordGate& exact_gate, Plain made) : gate(exact_gate), plain(std::move(made)) {}

    [[nodiscard]] std::size_t count() const { return plain.sentences.size(); }
    // From sentence `first` up to the beginning of `last`.
    [[nodiscard]] std::string_view text(std::size_t first, std::size_t last) const {
        const std::size_t begin = plain.sentences[first];
        const std::size_t end = last < count() ? plain.sentences[last] : plain.text.size();
        return std::string_view(plain.text).substr(begin, end - begin);
    }
    // The groups in each passage of `within` sentences; perhaps more, never less.
    const std::vector<WordGate::Mask>& held(std::size_t within) {
        within = std::min(within, count());
        if (masks.size() <= within) masks.resize(within + 1);
        std::vector<WordGate::Mask>& found = masks[within];
        if (!found.empty()) return found;
        const auto& single = held_alone();
        if (within <= 1) return single;
        const auto& seams = held_at_seams();
        for (std::size_t i = 0; i + within <= count(); ++i) {
            WordGate::Mask all = single[i];
            for (std::size_t s = i + 1; s < i + within; ++s) all |= single[s] | seams[s];
            found.push_back(all);
        }
        return found;
    }

    const std::vector<WordGate::Mask>& held_alone() {
        if (alone.empty()) {
            for (std::size_t i = 0; i < count(); ++i) alone.push_back(gate.scan(text(i, i + 1)));
        }
        return alone;
    }
    // What lies across the beginning of each sentence: words of several parts.
    const std::vector<WordGate::Mask>& held_at_seams() {
        constexpr std::size_t kLongest = 64;
        for (std::size_t i = seams.size(); i < count(); ++i) {
            const std::size_t at = plain.sentences[i];
            const std::size_t from = at > kLongest ? at - kLongest : 0;
            seams.push_back(
                gate.scan(std::string_view(plain.text).substr(from, at - from + kLongest)));
        }
        return seams;
    }

    const WordGate& gate;
    Plain plain;
    std::vector<std::vector<WordGate::Mask>> masks;  // by sentences of a passage
    std::vector<WordGate::Mask> alone;
    std::vector<WordGate::Mask> seams;
};

std::vector<Passage> FindingRules::find(const DefinitionText& text,
                                        const Tool& tool,
                                        const Subject& about,
                                        const Candidates& candidates) const {
    std::vector<Passage> out;
    if (candidates.empty()) return out;
    const WordGate::Mask found = gate_.scan(text.text);
    std::optional<Passages> passages;
    const Tool nobody;
    for (const std::uint16_t candidate : candidates) {
        const Pattern& pattern = patterns_[candidate];
        if ((pattern.kinds & bit(text.kind)) == 0 || (found & pattern.need) != pattern.need) {
            continue;
        }
        if (!passages) {
            passages.emplace(exact_,
                             make_plain(text.text, text.kind == TextKind::name ? nobody : tool));
        }
        const Plain& plain = passages->plain;
        const std::size_t within =
            pattern.within == 0 ? passages->count() : std::min(pattern.within, passages->count());
        const auto& held = passages->held(within);
        for (std::size_t i = 0; i < held.size(); ++i) {
            const WordGate::Mask need = pattern.need | pattern.starts;
            if ((held[i] & need) != need) continue;
            const std::string_view passage =
                passages->text(i, std::min(i + within, passages->count()));
            const auto matches = [&](const Regex& one) { return one.matches(passage); };
            // A text must not excuse itself: its own first sentence is not heard about itself.
            const bool own_topic = text.path == "description" && i == 0;
            const std::string_view topic = own_topic ? std::string_view(about.name) : about.topic;
            const auto tool_speaks_against = [&](const Regex& one) { return one.matches(topic); };
            const bool fits =
                std::all_of(pattern.order.begin(),
                            pattern.order.end(),
                            [&](std::size_t one) { return matches(pattern.all[one]); }) &&
                std::none_of(pattern.unless.begin(), pattern.unless.end(), matches) &&
                std::none_of(
                    pattern.unless_tool.begin(), pattern.unless_tool.end(), tool_speaks_against);
            if (const auto where = fits ? pattern.all.front().find(passage) : std::nullopt) {
                const std::size_t start = plain.sentences[i];
                const std::size_t begin = plain.original(start + where->begin);
                const std::size_t stop = plain.original(start + where->end);
                out.push_back({pattern.rule,
                               std::min(begin, text.text.size()),
                               std::min(std::max(begin, stop), text.text.size())});
                break;
            }
        }
    }
    return out;
}

}  // namespace mcprisk::classifier

#include "classifier/findings/findings.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <string>

#include "classifier/findings/confusable.h"
#include "classifier/findings/encoded_text.h"
#include "classifier/findings/hidden_text.h"
#include "classifier/reading/definition_texts.h"
#include "model/base/text.h"
#include "model/finding_kinds.h"

namespace mcprisk::classifier {
namespace {

constexpr std::size_t kQuote = 160;  // bytes of a quotation
constexpr std::size_t kLead = 40;    // of them before the place it is about
constexpr std::string_view kSecret = "secret-in-definition";

// The text around a place, cut at characters, fit for any terminal.
std::string quote(std::string_view text, std::size_t at, std::size_t length) {
    std::size_t begin = length + kLead < kQuote && at > kLead ? at - kLead : at;
    if (at <= kLead) begin = 0;
    while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xc0U) == 0x80U) --begin;
    const std::string_view cut = truncate_utf8(text.substr(begin), kQuote);
    return printable(fmt::format(
        "{}{}{}", begin > 0 ? "…" : "", trim(cut), begin + cut.size() < text.size() ? "…" : ""));
}

// What documentation puts in the place of a key.
bool is_placeholder(std::string_view key) {
    const std::string lower = lower_ascii(key);
    for (const char* word : {"example",
                             "xxxx",
                             "your",
                             "placeholder",
                             "changeme",
                             "change-me",
                             "dummy",
                             "redacted",
                             "...",
                             "****",
                             "<",
                             "sample",
                             "password@",
                             ":pass@",
                             ":secret@",
                             ":pwd@",
                             "{",
                             "$"}) {
        if (lower.find(word) != std::string::npos) return true;
    }
    constexpr std::size_t kSameInARow = 6;
    std::size_t same = 1;
    for (std::size_t i = 1; i < lower.size(); ++i) {
        same = lower[i] == lower[i - 1] ? same + 1 : 1;
        if (same == kSameInARow && lower[i] != '-') return true;
    }
    return false;
}

void add(std::vector<Finding>& out, Finding finding) {
    const auto known = std::find_if(out.begin(), out.end(), [&](const Finding& one) {
        return one.id == finding.id && one.field == finding.field;
    });
    if (known == out.end()) {
        out.push_back(std::move(finding));
    } else if (finding.severity > known->severity) {
        *known = std::move(finding);
    }
}

void find_hidden(const DefinitionText& text, std::vector<Finding>& out) {
    // Plain ASCII hides nothing but escapes.
    const auto odd = [](char c) { return static_cast<unsigned char>(c) >= 0x80 || c == '\x1b'; };
    if (std::none_of(text.text.begin(), text.text.end(), odd)) return;
    const HiddenText hidden = find_hidden_text(text.text);
    if (!hidden.any()) return;
    const std::string excerpt = quote(text.text, hidden.first, 0);
    if (hidden.escapes > 0) add(out, {"ansi-escape", RiskLevel::high, text.path, excerpt});
    const auto say = [&](RiskLevel level) {
        add(out, {"invisible-unicode", level, text.path, excerpt});
    };
    if (hidden.messages > 0 || hidden.overrides > 0) {
        say(RiskLevel::critical);
    } else if (hidden.zero_width >= 4) {
        say(RiskLevel::high);  // one may be a slip of copying; many carry a message
    } else if (hidden.zero_width > 0 || hidden.directions > 0) {
        say(RiskLevel::low);
    }
}

void find_by_rules(const RuleBook& book,
                   const DefinitionText& text,
                   const Tool& tool,
                   const Subject& about,
                   std::vector<Finding>& out) {
    for (const Passage& passage : book.findings().find(text, tool, about)) {
        const Rule& rule = book.rule(passage.rule);
        const std::string_view match =
            std::string_view(text.text).substr(passage.begin, passage.end - passage.begin);
        std::string excerpt = quote(text.text, passage.begin, match.size());
        if (rule.says.finding == kSecret) {
            if (is_placeholder(match)) continue;
            excerpt = printable(truncate_utf8(match, 4)) + "… (hidden)";
        }
        add(out, {rule.says.finding, rule.says.severity, text.path, std::move(excerpt)});
    }
}

// What base64 or hex spells is read like any other text. Nobody hides a description from people.
void find_encoded(const RuleBook& book,
                  const DefinitionText& text,
                  const Tool& tool,
                  const Subject& about,
                  std::vector<Finding>& out) {
    for (const EncodedText& one : decode_texts(text.text)) {
        std::vector<Finding> inner;
        find_by_rules(book, {text.path, one.text, TextKind::text, ""}, tool, about, inner);
        const bool hostile = std::any_of(inner.begin(), inner.end(), [](const Finding& finding) {
            return finding.id != kSecret;
        });
        if (!hostile) continue;
        add(out,
            {"tool-poisoning",
             RiskLevel::critical,
             text.path,
             quote(fmt::format("{} that spells: {}", one.encoding, one.text), 0, 0)});
    }
}

// Letters that only look like Latin ones have one use in a name: to pass for another.
void find_lookalike(const Tool& tool, std::vector<Finding>& out) {
    if (!mixes_lookalikes(tool.name)) return;
    add(out,
        {"name-collision",
         RiskLevel::high,
         "name",
         fmt::format("letters of several scripts that look like \"{}\"",
                     printable(truncate_utf8(as_latin(tool.name), kQuote)))});
}

void find_in_text(const RuleBook& book,
                  const DefinitionText& text,
                  const Tool& tool,
                  const Subject& about,
                  std::vector<Finding>& out) {
    find_hidden(text, out);
    if (text.path == "name") return;
    find_by_rules(book, text, tool, about, out);
    find_encoded(book, text, tool, about, out);
}

// Whether there may be a character that find_hidden_text counts, raw or as an escape of JSON.
bool may_hide(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c < 0x80) continue;
        if (c == 0x1b) return true;
        if (c < 0x80 || i + 1 >= text.size()) continue;
        const auto next = static_cast<unsigned char>(text[i + 1]);
        const unsigned char last =
            i + 2 < text.size() ? static_cast<unsigned char>(text[i + 2]) : 0;
        const bool odd = (c == 0xc2 && (next == 0x9b || next == 0xad)) ||
                         (c == 0xe2 && next == 0x80 && last >= 0x8b && last <= 0xae &&
                          (last <= 0x8f || last >= 0xaa)) ||
                         (c == 0xe2 && next == 0x81 && last >= 0xa0 && last <= 0xaf) ||
                         (c == 0xe1 && next == 0xa0) || (c == 0xe3 && next == 0x85) ||
                         (c == 0xef && (next == 0xb8 || next == 0xbb)) ||
                         (c == 0xf3 && next == 0xa0);
        if (odd) return true;
    }
    return text.find("\\u00") != std::string_view::npos;
}

// Calls `look` with each string of a JSON text, as it stands there with its escapes, until it
// returns true.
template <typename Look>
bool any_string(std::string_view json, const Look& look) {
    for (std::size_t open = json.find('"'); open != std::string_view::npos;) {
        std::size_t close = json.find_first_of("\"\\", open + 1);
        while (close != std::string_view::npos && json[close] == '\\') {
            close = json.find_first_of("\"\\", close + 2);
        }
        if (close == std::string_view::npos) return true;
        if (look(json.substr(open + 1, close - open - 1))) return true;
        open = json.find('"', close + 1);
    }
    return false;
}

// Most definitions need no more than this: one look at each of their strings.
bool may_be_faulty(const RuleBook& book, const Tool& tool) {
    if (mixes_lookalikes(tool.name)) return true;
    const auto odd = [&](std::string_view text) {
        return book.findings().may_speak(text) || may_hide(text) || may_be_encoded(text);
    };
    if (!tool.definition.empty()) {
        const std::string_view all = tool.definition;
        // What holds of no string holds of none of them, and one pass is cheaper than many.
        return (book.findings().may_hold(all) || may_hide(all) || may_be_encoded(all)) &&
               any_string(all, odd);
    }
    if (odd(tool.name) || odd(tool.title) || odd(tool.annotations.title) || odd(tool.description)) {
        return true;
    }
    return std::any_of(tool.parameters.begin(), tool.parameters.end(), [&](const Parameter& one) {
        return odd(one.name) || odd(one.description) || odd(one.default_value) ||
               std::any_of(one.choices.begin(), one.choices.end(), odd);
    });
}

bool accused(const std::vector<Finding>& findings) {
    return std::any_of(
        findings.begin(), findings.end(), [](const Finding& one) { return is_alarming(one.id); });
}

// Tools that look for attacks quote them. The sentence that is judged never excuses itself.
bool quotes_attacks(const Subject& about, const DefinitionText& text, std::size_t begin) {
    const bool first = text.path == "description" && begin < about.topic.size() - about.name.size();
    const std::string topic = lower_ascii(first ? about.name : about.topic);
    constexpr std::array<std::string_view, 14> kAbout{
        "injection", "jailbreak", "red team", "redteam", "pentest", "penetration", "malware",
        "phishing", "vulnerab", "guardrail", "moderation", "redact", "poison", "security scan"};
    return std::any_of(kAbout.begin(), kAbout.end(), [&](std::string_view word) {
        return topic.find(word) != std::string::npos;
    });
}

// The strongest order of each text that serves somebody other than the user.
void find_directives(const DirectiveModel& model,
                     std::span<const DefinitionText> texts,
                     const Tool& tool,
                     bool only_sure,
                     std::vector<Finding>& out) {
    const OwnNames own = own_names(tool);
    const Subject about(tool);
    for (const DefinitionText& text : texts) {
        const DirectiveModel::Passage one = model.strongest(text.text, own);
        const bool sure = model.is_sure(one);
        if (!model.accuses(one) || (only_sure && !sure)) continue;
        std::size_t begin = one.begin;
        while (begin < one.end && static_cast<unsigned char>(text.text[begin]) <= ' ') ++begin;
        if (quotes_attacks(about, text, begin)) continue;
        const DirectiveKind kind = model.kind_of(one);
        add(out,
            {std::string(kind.finding),
             !sure        ? RiskLevel::medium
             : kind.grave ? RiskLevel::critical
                          : RiskLevel::high,
             text.path,
             quote(text.text, begin, one.end - begin)});
    }
}

// Looks at the strings of the definition as they stand, since most definitions need no more.
bool may_order(const DirectiveModel& model, const Tool& tool) {
    if (tool.definition.empty()) return true;
    const OwnNames own = own_names(tool);
    return any_string(tool.definition, [&](std::string_view text) {
        return model.accuses(model.strongest(text, own));
    });
}

// A hint that is milder than what the evidence shows.
void find_contradiction(const Facts& facts, const Judgement& judgement, std::vector<Finding>& out) {
    const Annotations& hints = facts.tool->annotations;
    if (hints.read_only == true && hints.destructive == true) {
        out.push_back({"annotation-contradiction",
                       RiskLevel::low,
                       "annotations.destructiveHint",
                       "readOnlyHint: true and destructiveHint: true at once"});
    }
    if (judgement.confidence < 0.7) return;
    const auto says = [&](std::string_view hint, RiskLevel level) {
        out.push_back({"annotation-contradiction",
                       level,
                       fmt::format("annotations.{}", hint),
                       fmt::format("{}: {}, yet it is {}",
                                   hint,
                                   hint == "readOnlyHint",
                                   to_string(judgement.category))});
    };
    if (hints.read_only == true && judgement.category != Category::read) {
        // Low for what hardly matters if it happens unasked: a generated file, a scroll.
        says("readOnlyHint",
             judgement.category >= Category::execute && judgement.risk >= RiskLevel::high
                 ? RiskLevel::high
                 : std::min(judgement.risk, RiskLevel::medium));
    } else if (hints.destructive == false && judgement.category == Category::destructive) {
        says("destructiveHint",
             judgement.risk >= RiskLevel::high ? RiskLevel::medium : RiskLevel::low);
    }
}

struct Opening {
    std::string_view kind;
    std::string_view says;
    RiskLevel severity = RiskLevel::low;
};

// Why a parameter without limits matters in this tool, if it does.
std::optional<Opening> opening(const Rule& rule, const Parameter& one, const Judgement& judgement) {
    const Category category = judgement.category;
    const bool grave = judgement.risk == RiskLevel::critical;
    if (rule.id == "parameter-amount") {
        if (category != Category::financial || one.bounded) return std::nullopt;
        return Opening{"amount", "an amount without a maximum", RiskLevel::medium};
    }
    const bool free = one.choices.empty() && one.pattern.empty();
    if (!free || (one.type != "string" && !one.type.empty())) return std::nullopt;
    if (rule.id == "parameter-command" || rule.id == "parameter-sql") {
        if (category != Category::execute) return std::nullopt;
        return Opening{rule.id == "parameter-sql" ? "sql" : "command",
                       "free text that is run",
                       grave ? RiskLevel::high : RiskLevel::medium};
    }
    if (rule.id == "parameter-url") {
        if (!one.required || judgement.risk < RiskLevel::medium) return std::nullopt;
        return Opening{"url", "any address, within the own network too", RiskLevel::low};
    }
    const bool path = rule.id == "parameter-path" || rule.id == "parameter-path-write";
    const bool changes = category == Category::write || category == Category::destructive;
    if (path && changes && judgement.risk >= RiskLevel::high) {
        return Opening{"path", "any path may be written or removed", RiskLevel::medium};
    }
    return std::nullopt;
}

// The first parameter of each kind, so that a tool with many of them says it once.
void find_unbounded(const RuleBook& book,
                    const Facts& facts,
                    const Judgement& judgement,
                    std::vector<Finding>& out) {
    std::vector<std::string_view> seen;
    for (const ParameterFact& fact : facts.parameters) {
        const auto found = opening(book.rule(fact.rule), *fact.parameter, judgement);
        if (!found || std::find(seen.begin(), seen.end(), found->kind) != seen.end()) continue;
        seen.push_back(found->kind);
        add(out,
            {"unbounded-parameter",
             found->severity,
             "inputSchema." + schema_path(fact.parameter->path),
             std::string(found->says)});
    }
}

}  // namespace

void sort_findings(std::vector<Finding>& findings) {
    std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
        return a.field != b.field ? a.field < b.field : a.id < b.id;
    });
}

std::vector<Finding> find_faults(const RuleBook& book,
                                 const Facts& facts,
                                 const Judgement& judgement,
                                 const DirectiveModel* directives) {
    std::vector<Finding> out;
    const Tool& tool = *facts.tool;
    if (may_be_faulty(book, tool)) {
        const Subject about(tool);
        for (const DefinitionText& text : definition_texts(tool)) {
            find_in_text(book, text, tool, about, out);
        }
        find_lookalike(tool, out);
    }
    if (directives != nullptr && !accused(out) && may_order(*directives, tool)) {
        find_directives(*directives, definition_texts(tool), tool, false, out);
    }
    find_contradiction(facts, judgement, out);
    find_unbounded(book, facts, judgement, out);
    sort_findings(out);
    return out;
}

std::vector<Finding> find_server_faults(const RuleBook& book, const ServerDocument& document) {
    std::vector<Finding> out;
    const Tool nobody;
    const Subject about(nobody);
    const std::array<std::pair<const char*, const std::string*>, 3> texts{
        {{"server.title", &document.title},
         {"server.description", &document.description},
         {"server.instructions", &document.instructions}}};
    for (const auto& [path, text] : texts) {
        find_in_text(book, {path, *text, TextKind::text, ""}, nobody, about, out);
    }
    // Every tool shows these, so only what matters is said.
    std::erase_if(out, [](const Finding& one) { return one.severity < RiskLevel::medium; });
    sort_findings(out);
    return out;
}

}  // namespace mcprisk::classifier

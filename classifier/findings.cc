#include "classifier/findings.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "classifier/definition_texts.h"
#include "classifier/encoded_text.h"
#include "classifier/hidden_text.h"
#include "model/text.h"

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
                   const FindingRules::Candidates& candidates,
                   std::vector<Finding>& out) {
    for (const Passage& passage : book.findings().find(text, tool, about, candidates)) {
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
        find_by_rules(book,
                      {text.path, one.text, TextKind::text, ""},
                      tool,
                      about,
                      book.findings().everyone(),
                      inner);
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

void find_in_text(const RuleBook& book,
                  const DefinitionText& text,
                  const Tool& tool,
                  const Subject& about,
                  const FindingRules::Candidates& candidates,
                  std::vector<Finding>& out) {
    find_hidden(text, out);
    if (text.path == "name") return;
    find_by_rules(book, text, tool, about, candidates, out);
    find_encoded(book, text, tool, about, out);
}

bool has_odd_bytes(std::string_view text) {
    unsigned char bits = 0;
    for (const char c : text) bits |= static_cast<unsigned char>(c);
    if ((bits & 0x80U) != 0) return true;
    return text.find("\\u00") != std::string_view::npos || text.find('\x1b') != text.npos;
}

// Most definitions need no more than this: one look at all their text at once. Nothing if it is in
// order, else the rules that may find something.
std::optional<FindingRules::Candidates> suspicions(const RuleBook& book, const Tool& tool) {
    std::string all;
    if (tool.definition.empty()) {
        all = tool.name + ' ' + tool.title + ' ' + tool.description;
        for (const Parameter& one : tool.parameters) {
            all += ' ' + one.name + ' ' + one.description + ' ' + one.default_value;
            for (const std::string& choice : one.choices) all += ' ' + choice;
        }
    }
    const std::string_view text = tool.definition.empty() ? all : tool.definition;
    if (has_odd_bytes(text) || may_be_encoded(text)) return book.findings().everyone();
    auto candidates = book.findings().candidates(text);
    if (candidates.empty()) return std::nullopt;
    return candidates;
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

void sort(std::vector<Finding>& findings) {
    std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
        return a.field != b.field ? a.field < b.field : a.id < b.id;
    });
}

}  // namespace

std::vector<Finding> find_faults(const RuleBook& book,
                                 const Facts& facts,
                                 const Judgement& judgement) {
    std::vector<Finding> out;
    const Tool& tool = *facts.tool;
    if (const auto candidates = suspicions(book, tool)) {
        const Subject about(tool);
        for (const DefinitionText& text : definition_texts(tool)) {
            find_in_text(book, text, tool, about, *candidates, out);
        }
    }
    find_contradiction(facts, judgement, out);
    find_unbounded(book, facts, judgement, out);
    sort(out);
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
        const DefinitionText one{path, *text, TextKind::text, ""};
        find_in_text(book, one, nobody, about, book.findings().everyone(), out);
    }
    // Every tool shows these, so only what matters is said.
    std::erase_if(out, [](const Finding& one) { return one.severity < RiskLevel::medium; });
    sort(out);
    return out;
}

}  // namespace mcprisk::classifier

#include "classifier/findings.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <string>

#include "model/text.h"

namespace mcprisk::classifier {
namespace {

constexpr std::size_t kQuote = 160;  // bytes of a quotation

struct Field {
    std::string name;
    std::string_view text;
};

std::vector<Field> fields_of(const Tool& tool) {
    std::vector<Field> fields{{"name", tool.name},
                              {"title", tool.title},
                              {"annotations.title", tool.annotations.title},
                              {"description", tool.description}};
    for (const Parameter& parameter : tool.parameters) {
        fields.push_back({"inputSchema." + parameter.path, parameter.description});
    }
    return fields;
}

char32_t decode(std::string_view sequence) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
    switch (sequence.size()) {
        case 2:
            return ((byte(0) & 0x1fU) << 6U) | (byte(1) & 0x3fU);
        case 3:
            return ((byte(0) & 0x0fU) << 12U) | ((byte(1) & 0x3fU) << 6U) | (byte(2) & 0x3fU);
        case 4:
            return ((byte(0) & 0x07U) << 18U) | ((byte(1) & 0x3fU) << 12U) |
                   ((byte(2) & 0x3fU) << 6U) | (byte(3) & 0x3fU);
        default:
            return byte(0);
    }
}

bool is_tag(char32_t c) { return c >= 0xe0001 && c <= 0xe007f; }
bool is_bidi_control(char32_t c) {
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}
// Zero-width joiners and non-joiners belong to emoji and to some scripts; the others do not.
bool is_zero_width(char32_t c) {
    return c == 0x200b || c == 0x2060 || (c >= 0x2061 && c <= 0x2064) || c == 0x180e;
}

struct Hidden {
    std::size_t tags = 0;
    std::size_t bidi = 0;
    std::size_t zero_width = 0;
    std::size_t escapes = 0;
    std::size_t first = std::string_view::npos;
};

// Tag characters also spell flags of regions: a black flag, tags, a cancel tag. Those are visible.
Hidden count_hidden(std::string_view text) {
    Hidden hidden;
    bool in_flag = false;
    const auto note = [&](std::size_t& counter, std::size_t at) {
        ++counter;
        hidden.first = std::min(hidden.first, at);
    };
    for (std::size_t i = 0; i < text.size();) {
        const auto first = static_cast<unsigned char>(text[i]);
        if (first < 0x80) {
            if (first == 0x1b) note(hidden.escapes, i);
            in_flag = false;
            ++i;
            continue;
        }
        const std::size_t length = std::max<std::size_t>(1, utf8_sequence_length(text.substr(i)));
        const char32_t c = decode(text.substr(i, length));
        if (c == 0x1f3f4) {
            in_flag = true;
        } else if (is_tag(c)) {
            if (!in_flag) note(hidden.tags, i);
            if (c == 0xe007f) in_flag = false;
        } else {
            in_flag = false;
            if (is_bidi_control(c)) note(hidden.bidi, i);
            if (is_zero_width(c)) note(hidden.zero_width, i);
        }
        i += length;
    }
    return hidden;
}

// The clause around a place, cut at characters.
std::string quote(std::string_view text, std::size_t at) {
    std::size_t begin = at > kQuote / 3 ? at - kQuote / 3 : 0;
    while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xc0U) == 0x80U) --begin;
    return std::string(truncate_utf8(text.substr(begin), kQuote));
}

void find_hidden(const Field& field, std::vector<Finding>& out) {
    const Hidden hidden = count_hidden(field.text);
    if (hidden.escapes > 0) {
        out.push_back(
            {"ansi-escape", RiskLevel::high, field.name, quote(field.text, hidden.first)});
    }
    if (hidden.tags > 0 || hidden.bidi > 0) {
        out.push_back({"invisible-unicode",
                       RiskLevel::critical,
                       field.name,
                       quote(field.text, hidden.first)});
    } else if (hidden.zero_width > 0) {
        // One may be a slip of copying; many carry a message.
        const RiskLevel level = hidden.zero_width >= 4 ? RiskLevel::high : RiskLevel::low;
        out.push_back({"invisible-unicode", level, field.name, quote(field.text, hidden.first)});
    }
}

void find_by_rules(const RuleBook& book, const Field& field, std::vector<Finding>& out) {
    if (field.text.size() < 12) return;
    std::vector<RuleIndex> matches;
    book.regex_matches(field.text, matches);
    for (const RuleIndex index : matches) {
        const Rule& rule = book.rule(index);
        if (rule.kind != RuleKind::finding) continue;
        // Tools about conversations may speak of them; a parameter that asks for one may not.
        const bool about_parameter = rule.says.finding == "parameter-exfiltration";
        if (about_parameter && !field.name.starts_with("inputSchema.")) continue;
        const auto known = std::find_if(out.begin(), out.end(), [&](const Finding& one) {
            return one.id == rule.says.finding && one.field == field.name;
        });
        if (known != out.end()) {
            known->severity = std::max(known->severity, rule.says.severity);
            continue;
        }
        const auto match = book.regex_find(index, field.text);
        if (!match) continue;
        std::string text(
            truncate_utf8(field.text.substr(match->begin, match->end - match->begin), kQuote));
        if (rule.says.finding == "secret-in-definition") text = text.substr(0, 4) + "… (hidden)";
        out.push_back({rule.says.finding, rule.says.severity, field.name, std::move(text)});
    }
}

// A hint that is milder than what the evidence shows.
void find_contradiction(const Facts& facts, const Judgement& judgement, std::vector<Finding>& out) {
    const Annotations& hints = facts.tool->annotations;
    if (judgement.confidence < 0.6) return;
    if (hints.read_only == true && judgement.category != Category::read) {
        const bool grave = judgement.category >= Category::execute;
        out.push_back(
            {"annotation-contradiction",
             grave ? RiskLevel::high : RiskLevel::medium,
             "annotations.readOnlyHint",
             fmt::format("readOnlyHint: true, yet it is {}", to_string(judgement.category))});
    } else if (hints.destructive == false && judgement.category == Category::destructive) {
        out.push_back({"annotation-contradiction",
                       RiskLevel::medium,
                       "annotations.destructiveHint",
                       "destructiveHint: false, yet it is Destructive"});
    }
}

// Free text that a machine will run, and amounts without a ceiling.
void find_unbounded(const RuleBook& book,
                    const Facts& facts,
                    const Judgement& judgement,
                    std::vector<Finding>& out) {
    for (const ParameterFact& fact : facts.parameters) {
        const Rule& rule = book.rule(fact.rule);
        const Parameter& parameter = *fact.parameter;
        const bool runs = judgement.category == Category::execute && rule.free_text &&
                          rule.says.category == Category::execute;
        const bool spends = judgement.category == Category::financial && !parameter.bounded &&
                            rule.id == "parameter-amount";
        if (!runs && !spends) continue;
        const auto known = std::any_of(out.begin(), out.end(), [&](const Finding& one) {
            return one.id == "unbounded-parameter" && one.field == "inputSchema." + parameter.path;
        });
        if (known) continue;
        out.push_back({"unbounded-parameter",
                       judgement.risk == RiskLevel::critical ? RiskLevel::high : RiskLevel::medium,
                       "inputSchema." + parameter.path,
                       runs ? "free text that is run" : "an amount without a maximum"});
    }
}

}  // namespace

std::vector<Finding> find_faults(const RuleBook& book,
                                 const Facts& facts,
                                 const Judgement& judgement) {
    std::vector<Finding> out;
    for (const Field& field : fields_of(*facts.tool)) {
        find_hidden(field, out);
        find_by_rules(book, field, out);
    }
    find_contradiction(facts, judgement, out);
    find_unbounded(book, facts, judgement, out);
    std::stable_sort(out.begin(), out.end(), [](const Finding& a, const Finding& b) {
        return a.field != b.field ? a.field < b.field : a.id < b.id;
    });
    return out;
}

}  // namespace mcprisk::classifier

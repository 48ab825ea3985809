#include "cli/output/show_page.h"

#include <fmt/format.h>
#include <algorithm>

#include "cli/output/paragraph.h"
#include "cli/output/shell_word.h"
#include "cli/output/table.h"
#include "cli/session.h"
#include "engine/view/finding_words.h"
#include "model/finding_kinds.h"
#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

constexpr std::size_t kLongestDescription = 1200;
constexpr std::size_t kWidestProse = 100;
constexpr std::size_t kMostParameters = 30;
constexpr std::size_t kMostSiblings = 12;   // of a category
constexpr std::size_t kAttacksInFull = 3;
constexpr std::size_t kFacts = 10;  // where what the head says begins

class PageWriter {
  public:
    PageWriter(const engine::ToolView& page, const Style& style, std::size_t columns)
        : page_(page), style_(style), wide_(columns), columns_(std::min(columns, kWidestProse)) {}

    std::string write() {
        head();
        definition();
        evidence();
        findings();
        attacks();
        rule();
        parameters();
        siblings();
        related();
        questions();
        sources();
        return std::move(out_);
    }

  private:
    const Verdict& verdict() const { return page_.tool.verdict; }

    void title(std::string_view text) { out_ += "\n" + style_.bold(text) + "\n"; }
    void text(std::string_view raw, std::size_t indent = 2) {
        out_ += paragraph(printable_block(raw), columns_, indent);
    }
    void item(std::string_view raw) { out_ += bullet("- ", printable(raw), columns_, 2); }

    // A word of the head, and what it says, hanging below itself.
    void fact(std::string_view word, std::string_view painted, std::string_view raw) {
        const std::string body = paragraph(printable(raw), columns_, kFacts);
        if (body.empty()) return;
        out_ += std::string(painted) +
                std::string(kFacts - std::min(kFacts, display_width(word)), ' ') +
                body.substr(kFacts);
    }

    // What somebody wants who reads no further: level, deed, worst call, rule.
    void head() {
        const Verdict& v = verdict();
        out_ += style_.bold(printable(page_.tool.tool.name)) + " on " + printable(page_.server.id) +
                "\n";
        const RiskLevel level = attention_of(v);
        fact(to_string(level), style_.risk(level, to_string(level)), engine::why_in_words(v));
        fact("At worst", "At worst", worst_call_in_words(v));
        fact("Rule", "Rule", page_.words.effect);
    }

    static std::string worst_call_in_words(const Verdict& v) {
        if (!v.worst_call) return "every call is like this";
        const std::string& does = v.worst_call->does;
        std::string out;
        // Some sentences name the deciding arguments themselves.
        for (const WorstCall::Argument& one : v.worst_call->args) {
            if (does.starts_with("With ")) break;
            out += fmt::format("{}{} = {}", out.empty() ? "" : ", ", one.path, one.value);
        }
        if (!out.empty() && !does.empty()) out += ": ";
        out += does;
        if (v.usually) out += fmt::format(" Other calls are {}.", to_string(*v.usually));
        return out;
    }

    void definition() {
        title("What it does");
        text(verdict().reason);
        text(engine::certainty_in_words(verdict()) + ".");
        const std::string& description = page_.tool.tool.description;
        if (description.empty()) {
            text("Its definition has no description.");
        } else {
            text("Its definition says:");
            const std::string_view shown = truncate_utf8(description, kLongestDescription);
            text(shown, 4);
            if (shown.size() < description.size()) {
                text(fmt::format("… {} more bytes", description.size() - shown.size()), 4);
            }
        }
        if (!verdict().capabilities.empty()) {
            text(fmt::format("Capabilities: {}", fmt::join(verdict().capabilities, ", ")));
        }
    }

    void parameters() {
        const auto& all = page_.tool.tool.parameters;
        if (all.empty()) return;
        title(fmt::format(
            "Parameters ({}, {} required)",
            all.size(),
            std::count_if(all.begin(), all.end(), [](const Parameter& p) { return p.required; })));
        std::vector<std::vector<Cell>> rows;
        for (const Parameter& p : all) {
            if (rows.size() == kMostParameters) break;
            std::string choices;
            for (const std::string& choice : p.choices)
                choices += (choices.empty() ? "" : ", ") + choice;
            rows.push_back({{p.path, nullptr},
                            {p.type, nullptr},
                            {p.required ? "yes" : "", nullptr},
                            {choices.empty() ? p.description : choices, nullptr}});
        }
        out_ += render_table({{"NAME", false, 12},
                              {"TYPE", false, 8},
                              {"REQUIRED", false, 0},
                              {"CHOICES OR TEXT", false, 20}},
                             rows,
                             wide_);
        if (all.size() > rows.size())
            text(fmt::format("… and {} more", all.size() - rows.size()), 0);
    }

    void evidence() {
        title("Evidence, strongest first");
        for (const Evidence& e : verdict().evidence) {
            item(fmt::format("{}: “{}” says {}{}  ({})",
                             e.field,
                             e.text,
                             e.says,
                             e.basis == Basis::claim ? ", a claim of its author" : "",
                             e.rule));
        }
        if (verdict().evidence.empty()) text("None: neither name, text, schema nor siblings say.");
    }

    void findings() {
        if (verdict().findings.empty()) return;
        title("Findings");
        for (const Finding& f : verdict().findings) {
            item(fmt::format("{} {} {} in {}: {}",
                             to_string(f.severity),
                             f.id,
                             engine::finding_phrase(f.id),
                             f.field,
                             f.text));
        }
    }

    void attacks() {
        title("Attacks that fit");
        std::size_t n = 0;
        for (const AttackLink& link : verdict().attacks) {
            const auto found = std::find_if(page_.attacks.begin(),
                                            page_.attacks.end(),
                                            [&](const auto& a) { return a.id == link.id; });
            if (found == page_.attacks.end()) {
                item(fmt::format("{}: why it fits: {}.", link.id, link.because));
                continue;
            }
            attack(*found, link, n++ < kAttacksInFull);
        }
        if (verdict().attacks.empty()) text("None of the documented ones.");
    }

    void attack(const engine::AttackText& one, const AttackLink& link, bool in_full) {
        item(fmt::format("{} ({}{}). {}",
                         one.title,
                         one.kind,
                         one.year > 0 ? fmt::format(", {}", one.year) : "",
                         one.summary));
        text(fmt::format("Why it fits: {}.", link.because), 4);
        if (!in_full) return;
        if (!one.how_it_works.empty()) {
            text(fmt::format("How it works: {}", fmt::join(one.how_it_works, " ")), 4);
        }
        if (!one.defence.empty()) {
            text(fmt::format("What stops it: {}", fmt::join(one.defence, " ")), 4);
        }
        for (const std::string& source : one.references) text("Source: " + source, 4);
    }

    void rule() {
        title("Recommended rule");
        text(page_.words.why_a_policy);
        out_ += printable_block(page_.rule.policy_json);
        text(page_.words.effect);
        text(page_.words.rest);
        title("How to enforce it");
        int n = 0;
        for (const std::string& step : page_.words.steps) {
            out_ += bullet(fmt::format("{}. ", ++n), printable(step), columns_, 2);
        }
    }

    std::vector<Cell> tool_cells(const store::ToolRow& row, bool with_server) const {
        const RiskLevel level = attention_of(row.verdict);
        std::vector<Cell> line;
        line.push_back({"  " + std::string(to_string(level)),
                        [this, level](std::string_view t) { return style_.risk(level, t); }});
        if (with_server) line.push_back({row.server, nullptr});
        line.push_back({row.tool.name, nullptr});
        line.push_back({engine::why_in_words(row.verdict), nullptr});
        return line;
    }

    void tool_table(const std::vector<std::vector<Cell>>& cells, bool with_server) {
        std::vector<Column> columns{{}};
        if (with_server) columns.push_back({.narrowest = 10, .wanted = 20, .names = true});
        columns.push_back({.narrowest = 18, .wanted = 28, .names = true});
        columns.push_back({.narrowest = 24, .wanted = 40});
        const std::string table = render_table(columns, cells, wide_);
        // The line of titles is empty.
        out_ += table.starts_with('\n') ? table.substr(1) : table;
    }

    // Gravest categories first, gravest tools first within them.
    void siblings() {
        title(fmt::format("All {} of this server, by category",
                          count_of(page_.siblings.size(), "tool")));
        for (std::size_t c = kCategories.size(); c-- > 0;) {
            std::vector<const store::ToolRow*> rows;
            for (const store::ToolRow& row : page_.siblings) {
                if (row.verdict.category == kCategories[c]) rows.push_back(&row);
            }
            if (rows.empty()) continue;
            std::stable_sort(rows.begin(), rows.end(), [](const auto* a, const auto* b) {
                return attention_of(a->verdict) > attention_of(b->verdict);
            });
            out_ += fmt::format(" {} ({})\n", to_string(kCategories[c]), rows.size());
            std::vector<std::vector<Cell>> cells;
            for (const store::ToolRow* row : rows) {
                if (cells.size() == kMostSiblings) break;
                cells.push_back(tool_cells(*row, false));
            }
            tool_table(cells, false);
            if (rows.size() > cells.size()) {
                text(fmt::format("… and {} more: mcprisk show {}",
                                 rows.size() - cells.size(),
                                 shell_word(page_.server.id)));
            }
        }
    }

    void related() {
        title("Tools that do the like on other servers");
        if (page_.similar.empty()) {
            text("The catalogue has no other tool with its object, its deed or what it can do.");
            return;
        }
        std::vector<std::vector<Cell>> cells;
        for (const store::ToolRow& row : page_.similar) cells.push_back(tool_cells(row, true));
        tool_table(cells, true);
    }

    void question(std::string_view asked, std::string_view answer) {
        out_ += "  " + style_.bold(asked) + "\n";
        text(answer, 4);
    }

    void questions() {
        const Verdict& v = verdict();
        title("Questions");
        question("What does it do?", v.reason);
        question(
            "How do I enforce a policy on it?",
            fmt::format("Run “mcprisk policy {} -o policies”, look at the file, and attach it to "
                        "the grant on this server in your gateway.",
                        shell_word(page_.server.id)));
        question("What risk level is it?",
                 engine::level_in_words(v));
        question("Can I rate-limit it?", page_.words.how_to_limit);
        question("How do I block it?", page_.words.how_to_block);
        question(
            "Which server provides it?",
            fmt::format("{}{}, {} over {}{}",
                        page_.server.id,
                        page_.server.title.empty() ? "" : " (" + page_.server.title + ")",
                        count_of(page_.siblings.size(), "tool"),
                        page_.server.transport,
                        page_.server.origin.empty() ? "." : ", from " + page_.server.origin + "."));
    }

    void sources() {
        const auto of = [](const auto& counts, auto key) {
            const auto found = counts.find(key);
            return found == counts.end() ? std::size_t{0} : found->second;
        };
        title("Where this comes from");
        if (!page_.server.source.empty()) text("Source: " + page_.server.source);
        if (!page_.server.origin.empty()) text("Asked at: " + page_.server.origin);
        text(fmt::format("Definition: {}", page_.tool.tool.definition_hash));
        text(fmt::format(
            "The catalogue has {} on {}; {} {}, {} at level {}; listed {}, this definition first "
            "seen {}.",
            count_of(page_.stats.tools, "tool"),
            count_of(page_.stats.servers_listed, "server"),
            of(page_.stats.by_category, verdict().category),
            to_string(verdict().category),
            of(page_.stats.by_risk, verdict().risk),
            to_string(verdict().risk),
            page_.server.last_listed ? format_time(*page_.server.last_listed) : "never",
            format_time(page_.tool.first_seen)));
    }

    const engine::ToolView& page_;
    const Style& style_;
    std::size_t wide_;
    std::size_t columns_;
    std::string out_;
};

}  // namespace

std::string render_tool_page(const engine::ToolView& page, const Style& style, std::size_t columns) {
    return PageWriter(page, style, columns).write();
}

}  // namespace mcprisk::cli

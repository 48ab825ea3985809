#include "cli/output/show_page.h"

#include <fmt/format.h>
#include <algorithm>

#include "cli/output/paragraph.h"
#include "cli/output/shell_word.h"
#include "cli/output/table.h"
#include "cli/session.h"
#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

constexpr std::size_t kLongestDescription = 1200;
constexpr std::size_t kWidestProse = 100;
constexpr std::size_t kMostParameters = 30;

class PageWriter {
  public:
    PageWriter(const engine::ToolView& page, const Style& style, std::size_t columns)
        : page_(page), style_(style), wide_(columns), columns_(std::min(columns, kWidestProse)) {}

    std::string write() {
        head();
        definition();
        parameters();
        evidence();
        findings();
        attacks();
        rule();
        related();
        questions();
        counts();
        return std::move(out_);
    }

  private:
    const Verdict& verdict() const { return page_.tool.verdict; }

    void title(std::string_view text) { out_ += "\n" + style_.bold(text) + "\n"; }
    void text(std::string_view raw, std::size_t indent = 2) {
        out_ += paragraph(printable_block(raw), columns_, indent);
    }
    void item(std::string_view raw) { out_ += bullet("- ", printable(raw), columns_, 2); }

    void head() {
        const Verdict& v = verdict();
        out_ += style_.bold(printable(page_.tool.tool.name)) + " on " + printable(page_.server.id) +
                "\n";
        out_ += fmt::format("{}  {}",
                            style_.risk(v.risk, to_string(v.risk)),
                            engine::certainty_in_words(v));
        out_ += "\n";
    }

    void definition() {
        title("What it does");
        text(verdict().reason);
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
        title("Why it needs a policy");
        text(page_.words.why_a_policy);
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
            item(fmt::format("{} {} in {}: {}", to_string(f.severity), f.id, f.field, f.text));
        }
    }

    void attacks() {
        title("Attack patterns that fit");
        for (const AttackLink& link : verdict().attacks) {
            const auto found = std::find_if(page_.attacks.begin(),
                                            page_.attacks.end(),
                                            [&](const auto& a) { return a.id == link.id; });
            const bool known = found != page_.attacks.end();
            item(fmt::format("{}: {} Why it fits: {}.",
                             known ? found->title : link.id,
                             known ? found->summary : "",
                             link.because));
        }
        if (verdict().attacks.empty()) text("None of the documented ones.");
    }

    void rule() {
        title("Recommended rule");
        out_ += printable_block(page_.rule.policy_json);
        text(page_.words.effect);
        text(page_.words.rest);
        title("How to enforce it");
        int n = 0;
        for (const std::string& step : page_.words.steps) {
            out_ += bullet(fmt::format("{}. ", ++n), printable(step), columns_, 2);
        }
    }

    void tool_table(const std::vector<store::ToolRow>& rows, bool with_server) {
        std::vector<Column> columns{{"RISK", false, 0}, {"CATEGORY", false, 0}};
        if (with_server) columns.push_back({"SERVER", false, 12});
        columns.push_back({"TOOL", false, 20});
        columns.push_back({"WHY", false, 20});
        std::vector<std::vector<Cell>> cells;
        for (const store::ToolRow& row : rows) {
            const RiskLevel risk = row.verdict.risk;
            std::vector<Cell> line{
                {std::string(to_string(risk)),
                 [this, risk](std::string_view t) { return style_.risk(risk, t); }},
                {std::string(to_string(row.verdict.category)), nullptr}};
            if (with_server) line.push_back({row.server, nullptr});
            line.push_back({row.tool.name, nullptr});
            line.push_back({row.verdict.reason, nullptr});
            cells.push_back(std::move(line));
        }
        out_ += render_table(columns, cells, wide_);
    }

    void related() {
        title(fmt::format("All {} of this server", count_of(page_.siblings.size(), "tool")));
        tool_table(page_.siblings, false);
        title("Tools like it on other servers");
        if (page_.similar.empty()) {
            text("None in the catalogue.");
        } else {
            tool_table(page_.similar, true);
        }
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

    void counts() {
        const auto of = [](const auto& counts, auto key) {
            const auto found = counts.find(key);
            return found == counts.end() ? std::size_t{0} : found->second;
        };
        title("In the catalogue");
        text(fmt::format(
            "{} on {}; {} {}, {} at level {}; listed {}, this definition first seen {}.",
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

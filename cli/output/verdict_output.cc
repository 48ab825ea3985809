#include "cli/output/verdict_output.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <tuple>

#include "cli/output/cells.h"
#include "cli/output/table.h"
#include "cli/session.h"
#include "engine/view/finding_words.h"
#include "model/finding_kinds.h"
#include "model/base/text.h"
#include "model/verdict_line.h"

namespace mcprisk::cli {
namespace {

std::string finding_ids(const Verdict& verdict) {
    std::string out;
    for (const Finding& finding : verdict.findings) {
        if (out.find(finding.id) != std::string::npos) continue;
        out += (out.empty() ? "" : ", ") + finding.id;
    }
    return out;
}

// How people know the server: its name, unless several go by it.
std::function<std::string(const std::string&)> server_names(const VerdictTable& how) {
    std::map<std::string, std::size_t> uses;
    if (how.names != nullptr) {
        for (const auto& [id, name] : *how.names) ++uses[name];
    }
    return [&how, uses = std::move(uses)](const std::string& id) {
        if (how.names == nullptr) return id;
        const auto name = how.names->find(id);
        return name != how.names->end() && uses.at(name->second) == 1 ? name->second : id;
    };
}

}  // namespace

std::optional<Format> parse_format(std::string_view word) {
    constexpr std::array<std::string_view, 6> kNames{
        "table", "json", "jsonl", "csv", "markdown", "sarif"};
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (equals_ignoring_case(word, kNames[i])) return static_cast<Format>(i);
    }
    return std::nullopt;
}

Format format_or_fail(std::string_view word) {
    const auto format = parse_format(word);
    if (format) return *format;
    throw CommandFailure(ExitCode::usage, fmt::format("unknown format \"{}\": {}", word, kFormats));
}

std::string verdict_table(std::span<const Verdict> verdicts,
                          const Style& style,
                          const VerdictTable& how) {
    const std::size_t shown =
        how.limit == 0 ? verdicts.size() : std::min(how.limit, verdicts.size());
    const bool several =
        how.several || std::any_of(verdicts.begin(), verdicts.end(), [&](const Verdict& v) {
            return v.server != verdicts.front().server;
        });
    const auto named = server_names(how);
    std::vector<std::vector<Cell>> rows;
    for (const Verdict& v : verdicts.first(shown)) {
        const RiskLevel level = attention_of(v);
        const auto paint = [&style, level](std::string_view text) {
            return style.risk(level, text);
        };
        std::vector<Cell> row;
        if (several) row.push_back({named(v.server), nullptr});
        row.push_back({std::string(to_string(level)), paint});
        row.push_back({std::string(to_string(v.category)), nullptr});
        row.push_back({v.tool, nullptr});
        row.push_back({fmt::format("{:.0f}%", v.confidence * 100), nullptr});
        row.push_back({how.matches.empty() ? engine::why_in_words(v) : how.matches[rows.size()],
                       nullptr});
        rows.push_back(std::move(row));
    }
    std::vector<Column> columns;
    if (several) {
        columns.push_back({.title = "SERVER", .narrowest = 10, .wanted = 16, .names = true});
    }
    columns.push_back({.title = "RISK"});
    columns.push_back({.title = "CATEGORY", .optional = true});
    columns.push_back({.title = "TOOL", .narrowest = 18, .wanted = 26, .names = true});
    columns.push_back({.title = "SURE", .right = true, .optional = true});
    columns.push_back(
        {.title = how.matches.empty() ? "WHY" : "FOUND", .narrowest = 30, .wanted = 44});
    std::string out = render_table(columns, rows, how.width);
    if (shown < verdicts.size()) {
        out += fmt::format("… and {} less risky (--limit 0 shows all)\n", verdicts.size() - shown);
    }
    return out;
}

std::string verdict_lines(std::span<const Verdict> verdicts) {
    std::string out;
    for (const Verdict& verdict : verdicts) append_verdict_line(verdict, out);
    return out;
}

std::string verdict_csv_head() {
    return "server,tool,category,risk,base_risk,risk_without_claims,confidence,capabilities,"
           "findings,attacks,reason,definition_hash,rules_version\r\n";
}

std::string verdict_csv(std::span<const Verdict> verdicts) {
    return verdict_csv_head() + verdict_csv_rows(verdicts);
}

std::string verdict_csv_rows(std::span<const Verdict> verdicts) {
    std::string out;
    for (const Verdict& v : verdicts) {
        std::string attacks;
        for (const AttackLink& link : v.attacks) attacks += (attacks.empty() ? "" : " ") + link.id;
        out += fmt::format("{},{},{},{},{},{},{:.4g},{},{},{},{},{},{}\r\n",
                           csv_cell(v.server),
                           csv_cell(v.tool),
                           to_string(v.category),
                           to_string(v.risk),
                           to_string(v.base_risk),
                           to_string(v.risk_without_claims),
                           v.confidence,
                           csv_cell(fmt::format("{}", fmt::join(v.capabilities, " "))),
                           csv_cell(finding_ids(v)),
                           csv_cell(attacks),
                           csv_cell(v.reason),
                           v.definition_hash,
                           csv_cell(v.rules_version));
    }
    return out;
}

std::string verdict_markdown(std::span<const Verdict> verdicts) {
    std::string out =
        "| Risk | Category | Server | Tool | Why |\n| --- | --- | --- | --- | --- |\n";
    for (const Verdict& v : verdicts) {
        out += fmt::format("| {} | {} | {} | {} | {} |\n",
                           to_string(v.risk),
                           to_string(v.category),
                           markdown_cell(v.server),
                           markdown_cell(v.tool),
                           markdown_cell(v.reason));
    }
    return out;
}

std::string count_levels(std::span<const Verdict> verdicts) {
    std::array<std::size_t, 4> counts{};
    for (const Verdict& v : verdicts) ++counts[static_cast<std::size_t>(attention_of(v))];
    std::string out = count_of(verdicts.size(), "tool");
    bool first = true;
    for (std::size_t i = counts.size(); i-- > 0;) {
        if (counts[i] == 0) continue;
        out += fmt::format("{} {} {}", first ? ":" : ",", counts[i], to_string(kRiskLevels[i]));
        first = false;
    }
    return out;
}

}  // namespace mcprisk::cli

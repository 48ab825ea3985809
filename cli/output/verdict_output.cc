#include "cli/output/verdict_output.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <tuple>

#include "cli/output/cells.h"
#include "cli/output/table.h"
#include "cli/session.h"
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

// The quoted words that decided, short enough for a column: description "Refund", name "refund".
std::string deciding_words(const Verdict& verdict) {
    std::string out;
    for (const Evidence& e : verdict.evidence) {
        const std::string_view field = std::string_view(e.field).starts_with("inputSchema.")
                                           ? std::string_view(e.field).substr(12)
                                           : std::string_view(e.field);
        const std::string part = fmt::format("{} “{}”", field, e.text);
        if (out.find(part) != std::string::npos) continue;
        out += (out.empty() ? "" : ", ") + part;
    }
    return out;
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
                          std::size_t width,
                          std::size_t limit,
                          std::span<const std::string> matches) {
    const std::size_t shown = limit == 0 ? verdicts.size() : std::min(limit, verdicts.size());
    const bool several_servers =
        std::any_of(verdicts.begin(), verdicts.end(), [&](const Verdict& v) {
            return v.server != verdicts.front().server;
        });
    std::vector<std::vector<Cell>> rows;
    for (const Verdict& v : verdicts.first(shown)) {
        const auto paint = [&style, risk = v.risk](std::string_view text) {
            return style.risk(risk, text);
        };
        const std::string found = finding_ids(v);
        std::vector<Cell> row{{std::string(to_string(v.risk)), paint},
                              {std::string(to_string(v.category)), nullptr}};
        if (several_servers) row.push_back({v.server, nullptr});
        row.push_back({v.tool, nullptr});
        row.push_back({fmt::format("{:.0f}%", v.confidence * 100), nullptr});
        row.push_back({(found.empty() ? "" : "[" + found + "] ") +
                           (matches.empty() ? deciding_words(v) : matches[rows.size()]),
                       nullptr});
        rows.push_back(std::move(row));
    }
    std::vector<Column> columns{{"RISK", false, 0}, {"CATEGORY", false, 0}};
    if (several_servers) columns.push_back({"SERVER", false, 12});
    columns.push_back({"TOOL", false, 20});
    columns.push_back({"SURE", true, 0});
    columns.push_back({matches.empty() ? "WHY" : "FOUND", false, 24});
    std::string out = render_table(columns, rows, width);
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
    for (const Verdict& v : verdicts) ++counts[static_cast<std::size_t>(v.risk)];
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

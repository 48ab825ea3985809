#include "cli/output/drift_report.h"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

#include "cli/output/cells.h"
#include "cli/output/paragraph.h"
#include "cli/output/sarif.h"
#include "cli/session.h"
#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

using engine::DriftReport;
using engine::RuleChange;
using engine::ServerReport;

using nlohmann::json;

constexpr std::size_t kContext = 40;
constexpr std::size_t kWidestText = 140;
constexpr std::size_t kLongestValue = 600;
constexpr std::size_t kMostFields = 12;
constexpr std::size_t kMostUnstable = 8;

std::string_view kind_word(ServerReport::Kind kind) {
    switch (kind) {
        case ServerReport::Kind::added:
            return "added";
        case ServerReport::Kind::removed:
            return "removed";
        case ServerReport::Kind::changed:
            break;
    }
    return "changed";
}

std::string change_of(const FieldChange& field) {
    const auto cut = [](const std::string& text) {
        const std::string_view head = truncate_utf8(text, kLongestValue);
        return std::string(head) + (head.size() < text.size() ? " …" : "");
    };
    if (!field.before) return "added " + cut(*field.after);
    if (!field.after) return "removed " + cut(*field.before);
    if (!field.words.empty()) {
        const std::string line = marked_words(field.words, kContext);
        return line == trim(*field.after) ? "only blanks differ" : cut(line);
    }
    return cut(*field.before) + " → " + cut(*field.after);
}

std::string what_of(const FieldChange& field) {
    return change_of(field) +
           (field.restless ? " (it was another one in each recent listing)" : "");
}

std::string judged(const Verdict& verdict) {
    return fmt::format("{} {}", to_string(verdict.risk), to_string(verdict.category));
}

// "Medium Write → High Write; gained tool-poisoning; policy: limited → denied"
std::string effect_of(const ToolDrift& drift, const ServerReport& server) {
    std::vector<std::string> parts;
    if (drift.before && drift.after) {
        const std::string was = judged(*drift.before);
        const std::string is = judged(*drift.after);
        parts.push_back(was == is ? is : was + " → " + is);
        if (was == is && drift.before->risk_without_claims != drift.after->risk_without_claims) {
            parts.push_back(fmt::format("without claims {} → {}",
                                        to_string(drift.before->risk_without_claims),
                                        to_string(drift.after->risk_without_claims)));
        }
    } else if (drift.after) {
        parts.push_back(judged(*drift.after));
    } else if (drift.before) {
        parts.push_back("was " + judged(*drift.before));
    }
    const auto list = [&](std::string_view word, const std::vector<std::string>& ids) {
        if (!ids.empty()) parts.push_back(fmt::format("{} {}", word, fmt::join(ids, ", ")));
    };
    list(drift.change == ToolChange::changed ? "gained" : "has", drift.findings_gained);
    list("lost", drift.findings_lost);
    if (drift.change == ToolChange::changed) {
        list("now can", drift.capabilities_gained);
        list("no longer can", drift.capabilities_lost);
    }
    if (const auto rule = server.rules.find(drift.tool); rule != server.rules.end()) {
        const RuleChange& change = rule->second;
        parts.push_back(change.before.empty() ? "policy: " + change.after
                        : change.after.empty()
                            ? "policy was: " + change.before
                            : fmt::format("policy: {} → {}", change.before, change.after));
    }
    return fmt::format("{}", fmt::join(parts, "; "));
}

std::string label_of(const ToolDrift& drift) {
    if (!drift.rug_pull.empty()) return "RUG PULL";
    if (drift.raised()) return "raised";
    return std::string(to_string(drift.change));
}

std::string counts_of(const ServerReport& server) {
    std::map<ToolChange, std::size_t> counts;
    for (const ToolDrift& tool : server.drift.tools) ++counts[tool.change];
    std::string out;
    for (const ToolChange change : {ToolChange::added, ToolChange::removed, ToolChange::changed}) {
        if (counts[change] == 0) continue;
        out += fmt::format("{}{} {}", out.empty() ? "" : ", ", counts[change], to_string(change));
    }
    return out.empty() ? "no tool changed" : out;
}

std::string head_of(const ServerReport& server) {
    std::string out = server.drift.server;
    if (server.kind != ServerReport::Kind::changed) {
        return fmt::format(
            "{}: {}, {}", out, kind_word(server.kind), count_of(server.drift.tools.size(), "tool"));
    }
    out += ": " + counts_of(server);
    if (server.before_at) out += " since " + format_time(*server.before_at);
    return out;
}

// Rug pulls of all servers, one line each.
std::vector<std::string> alarms(const DriftReport& report) {
    std::vector<std::string> lines;
    for (const ServerReport& server : report.servers) {
        for (const ToolDrift& tool : server.drift.tools) {
            if (tool.rug_pull.empty()) continue;
            lines.push_back(fmt::format(
                "RUG PULL: {} on {}: {}", tool.tool, server.drift.server, tool.rug_pull));
        }
    }
    return lines;
}

std::string closing_line(const DriftReport& report) {
    std::map<ServerReport::Kind, std::size_t> counts;
    for (const ServerReport& server : report.servers) ++counts[server.kind];
    std::string line =
        fmt::format("{} changed", count_of(counts[ServerReport::Kind::changed], "server"));
    if (counts[ServerReport::Kind::added] > 0) {
        line += fmt::format(", {} added", counts[ServerReport::Kind::added]);
    }
    if (counts[ServerReport::Kind::removed] > 0) {
        line += fmt::format(", {} removed", counts[ServerReport::Kind::removed]);
    }
    line += fmt::format(", {} unchanged", report.unchanged);
    if (!report.unknown.empty()) line += fmt::format(", {} unknown", report.unknown.size());
    return line;
}

std::string unstable_line(const DriftReport& report) {
    if (report.unstable.empty()) return "";
    std::string line =
        fmt::format("not counted: {} that {} only in times, ids or temporary paths: ",
                    count_of(report.unstable.size(), "definition"),
                    report.unstable.size() == 1 ? "differs" : "differ");
    for (std::size_t i = 0; i < std::min(report.unstable.size(), kMostUnstable); ++i) {
        line += (i == 0 ? "" : ", ") + report.unstable[i];
    }
    return line + (report.unstable.size() > kMostUnstable ? " …" : "");
}

json field_json(const FieldChange& field) {
    const auto or_null = [](const std::optional<std::string>& text) {
        return text ? json(*text) : json(nullptr);
    };
    json words = json::array();
    for (const WordEdit& edit : field.words) {
        if (edit.kind == WordEdit::Kind::same) continue;
        words.push_back(
            {{edit.kind == WordEdit::Kind::added ? "added" : "removed", trim(edit.text)}});
    }
    return {{"path", field.path},
            {"before", or_null(field.before)},
            {"after", or_null(field.after)},
            {"restless", field.restless},
            {"words", std::move(words)}};
}

json tool_json(const ToolDrift& drift, const ServerReport& server) {
    const auto side = [](const std::optional<Verdict>& v) -> json {
        if (!v) return nullptr;
        return {{"category", to_string(v->category)},
                {"risk", to_string(v->risk)},
                {"risk_without_claims", to_string(v->risk_without_claims)},
                {"definition_hash", v->definition_hash}};
    };
    json fields = json::array();
    for (const FieldChange& field : drift.fields) fields.push_back(field_json(field));
    json rule = nullptr;
    if (const auto found = server.rules.find(drift.tool); found != server.rules.end()) {
        const auto word = [](const std::string& text) {
            return text.empty() ? json(nullptr) : json(text);
        };
        rule = {{"before", word(found->second.before)}, {"after", word(found->second.after)}};
    }
    return {{"server", server.drift.server},
            {"tool", drift.tool},
            {"change", to_string(drift.change)},
            {"rug_pull", drift.rug_pull.empty() ? json(nullptr) : json(drift.rug_pull)},
            {"raised", drift.raised()},
            {"before", side(drift.before)},
            {"after", side(drift.after)},
            {"findings_gained", drift.findings_gained},
            {"findings_lost", drift.findings_lost},
            {"capabilities_gained", drift.capabilities_gained},
            {"capabilities_lost", drift.capabilities_lost},
            {"policy", std::move(rule)},
            {"fields", std::move(fields)}};
}

std::string field_paths(const ToolDrift& drift) {
    std::string out;
    for (const FieldChange& field : drift.fields) out += (out.empty() ? "" : " ") + field.path;
    return out;
}

}  // namespace

std::string drift_text(const DriftReport& report, const Style& style, std::size_t columns) {
    const std::size_t width = std::min(columns, kWidestText);
    std::string out;
    for (const std::string& line : alarms(report)) {
        out += style.risk(RiskLevel::critical, printable(line)) + "\n";
    }
    for (const std::string& line : report.unknown) out += "unknown: " + printable(line) + "\n";
    const auto field_lines = [&](const std::vector<FieldChange>& fields) {
        for (std::size_t i = 0; i < std::min(fields.size(), kMostFields); ++i) {
            out += bullet("- ", printable(fields[i].path + ": " + what_of(fields[i])), width, 6);
        }
        if (fields.size() > kMostFields) {
            out += fmt::format("      … and {} more\n", fields.size() - kMostFields);
        }
    };
    for (const ServerReport& server : report.servers) {
        out += (out.empty() ? "" : "\n") + style.bold(printable(head_of(server))) + "\n";
        if (!server.drift.about.empty()) {
            out += "  the server itself\n";
            field_lines(server.drift.about);
        }
        for (const ToolDrift& tool : server.drift.tools) {
            const std::string label = fmt::format("{:<8}", label_of(tool));
            const bool alarming = !tool.rug_pull.empty() || tool.raised();
            out += fmt::format("  {}  {}: {}\n",
                               alarming ? style.risk(RiskLevel::critical, label) : label,
                               style.bold(printable(tool.tool)),
                               printable(effect_of(tool, server)));
            field_lines(tool.fields);
        }
    }
    out += (out.empty() ? "" : "\n") + closing_line(report) + "\n";
    if (const std::string line = unstable_line(report); !line.empty())
        out += printable(line) + "\n";
    return out;
}

std::string drift_json(const DriftReport& report) {
    json servers = json::array();
    for (const ServerReport& server : report.servers) {
        const auto time = [](const std::optional<std::int64_t>& at) {
            return at ? json(*at) : json(nullptr);
        };
        json tools = json::array();
        for (const ToolDrift& tool : server.drift.tools) tools.push_back(tool_json(tool, server));
        json about = json::array();
        for (const FieldChange& field : server.drift.about) about.push_back(field_json(field));
        servers.push_back({{"server", server.drift.server},
                           {"change", kind_word(server.kind)},
                           {"rug_pull", server.drift.rug_pull()},
                           {"before_at", time(server.before_at)},
                           {"after_at", time(server.after_at)},
                           {"about", std::move(about)},
                           {"tools", std::move(tools)}});
    }
    return pretty_json({{"schema", "mcprisk-drift/1"},
                        {"unchanged", report.unchanged},
                        {"unknown", report.unknown},
                        {"unstable", report.unstable},
                        {"servers", std::move(servers)}});
}

std::string drift_lines(const DriftReport& report) {
    std::string out;
    for (const ServerReport& server : report.servers) {
        for (const ToolDrift& tool : server.drift.tools) {
            out += harmless_json(canonical_json(tool_json(tool, server))) + "\n";
        }
    }
    return out;
}

std::string drift_csv(const DriftReport& report) {
    std::string out = "server,tool,change,rug_pull,before,after,findings_gained,fields\r\n";
    for (const ServerReport& server : report.servers) {
        for (const ToolDrift& tool : server.drift.tools) {
            out += fmt::format("{},{},{},{},{},{},{},{}\r\n",
                               csv_cell(server.drift.server),
                               csv_cell(tool.tool),
                               to_string(tool.change),
                               csv_cell(tool.rug_pull),
                               tool.before ? judged(*tool.before) : "",
                               tool.after ? judged(*tool.after) : "",
                               csv_cell(fmt::format("{}", fmt::join(tool.findings_gained, " "))),
                               csv_cell(field_paths(tool)));
        }
    }
    return out;
}

std::string drift_markdown(const DriftReport& report) {
    std::string out;
    for (const std::string& line : alarms(report)) out += "**" + markdown_cell(line) + "**\n\n";
    for (const std::string& line : report.unknown) {
        out += "Unknown: " + markdown_cell(line) + "\n\n";
    }
    for (const ServerReport& server : report.servers) {
        out += "### " + markdown_cell(head_of(server)) + "\n\n";
        for (const FieldChange& field : server.drift.about) {
            out +=
                fmt::format("- {}: {}\n", markdown_cell(field.path), markdown_cell(what_of(field)));
        }
        if (!server.drift.about.empty()) out += "\n";
        if (server.drift.tools.empty()) continue;
        out += "| Change | Tool | Effect | Fields |\n| --- | --- | --- | --- |\n";
        for (const ToolDrift& tool : server.drift.tools) {
            std::string fields;
            for (std::size_t i = 0; i < std::min(tool.fields.size(), kMostFields); ++i) {
                fields += (fields.empty() ? "" : "<br>") + markdown_cell(tool.fields[i].path) +
                          ": " + markdown_cell(what_of(tool.fields[i]));
            }
            out += fmt::format("| {} | {} | {} | {} |\n",
                               label_of(tool),
                               markdown_cell(tool.tool),
                               markdown_cell(effect_of(tool, server)),
                               fields);
        }
        out += "\n";
    }
    out += closing_line(report) + "\n";
    if (const std::string line = unstable_line(report); !line.empty()) {
        out += "\n" + markdown_cell(line) + "\n";
    }
    return out;
}

std::string drift_sarif(const DriftReport& report) {
    SarifRun run{.id = "mcprisk/diff/"};
    for (const ServerReport& server : report.servers) {
        for (SarifResult& result : sarif_results(server.drift)) {
            run.results.push_back(std::move(result));
        }
    }
    for (const std::string& line : report.unknown)
        run.unknown.emplace_back(line, "see mcprisk scan");
    return sarif_text(run);
}

}  // namespace mcprisk::cli

// `query`: searching the catalogue.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/commands/command.h"
#include "cli/commands/known_words.h"
#include "cli/commands/lookup.h"
#include "cli/output/sarif.h"
#include "cli/output/time_word.h"
#include "cli/output/verdict_output.h"
#include "cli/policy_settings.h"
#include "cli/session.h"
#include "engine/overrides.h"
#include "engine/view/finding_words.h"
#include "model/base/json.h"

namespace mcprisk::cli {
namespace {

struct QueryOptions {
    std::vector<std::string> words;
    std::string category;
    std::string min_risk;
    std::optional<double> max_confidence;
    std::string server;
    std::string capability;
    std::string attack;
    std::string finding;
    std::string changed_since;
    store::SortBy sort = store::SortBy::risk;
    std::size_t limit = 50;
    std::size_t offset = 0;
    std::string stale_after = "30d";
    std::string format = "table";
};

// "12 days old" for a server that was not listed since `limit`, else nothing.
std::string stale_mark(const store::ToolRow& row, std::int64_t limit, std::int64_t now) {
    constexpr std::int64_t kDay = 86'400;
    if (row.listed_at >= limit) return "";
    return fmt::format("{} old",
                       count_of(static_cast<std::size_t>((now - row.listed_at) / kDay), "day"));
}

nlohmann::json hits_json(const std::vector<store::ToolRow>& rows, std::int64_t limit) {
    nlohmann::json hits = nlohmann::json::array();
    for (const store::ToolRow& row : rows) {
        hits.push_back(
            {{"server", row.server},
             {"tool", row.tool.name},
             {"snippet",
              row.snippet.empty() ? nlohmann::json(nullptr) : nlohmann::json(row.snippet)},
             {"first_seen", row.first_seen},
             {"listed_at", row.listed_at},
             {"stale", row.listed_at < limit}});
    }
    return hits;
}

bool names_several(std::string_view glob) {
    return glob.empty() || glob.find_first_of("*?[") != std::string_view::npos;
}

store::Query build_query(const QueryOptions& options, const Environment& environment) {
    store::Query query;
    query.text = fmt::format("{}", fmt::join(options.words, " "));
    if (!options.category.empty()) {
        query.category = parse_category(options.category);
        if (!query.category) {
            throw CommandFailure(ExitCode::usage,
                                 fmt::format("unknown category \"{}\": Read, Write, Execute, "
                                             "Destructive or Financial",
                                             options.category));
        }
    }
    if (!options.min_risk.empty()) {
        query.min_risk = parse_risk_level(options.min_risk);
        if (!query.min_risk) {
            throw CommandFailure(ExitCode::usage,
                                 fmt::format("unknown level \"{}\": Low, Medium, High or Critical",
                                             options.min_risk));
        }
    }
    if (!options.changed_since.empty()) {
        query.changed_since = time_or_fail(options.changed_since, environment.now());
    }
    query.max_confidence = options.max_confidence;
    query.server_glob = options.server;
    query.capability = known_word("--capability", options.capability, capability_words());
    query.attack = known_word("--attack", options.attack, attack_words());
    query.finding = known_word("--finding", options.finding, finding_words());
    query.sort = options.sort;
    query.limit = options.limit;
    query.offset = options.offset;
    return query;
}

ExitCode run_query(const QueryOptions& options, Session& session) {
    const Format format = format_or_fail(options.format);
    const store::Query query = build_query(options, session.environment());
    auto answer = session.open_catalogue(store::OpenMode::read_only).query(query);
    engine::apply_overrides(answer.rows, load_settings(session), today(session));
    const std::int64_t now = session.environment().now();
    const std::int64_t stale = time_or_fail(options.stale_after, now);
    std::vector<Verdict> verdicts;
    std::vector<std::string> matches;
    std::size_t stale_rows = 0;
    verdicts.reserve(answer.rows.size());
    for (const store::ToolRow& row : answer.rows) {
        verdicts.push_back(row.verdict);
        const std::string mark = stale_mark(row, stale, now);
        if (!mark.empty()) ++stale_rows;
        if (!query.text.empty() || !mark.empty()) matches.resize(answer.rows.size());
        if (matches.empty()) continue;
        matches[verdicts.size() - 1] = (mark.empty() ? "" : "(" + mark + ") ") + row.snippet;
    }
    // A mark in one row must not empty the column of the others.
    for (std::size_t i = 0; query.text.empty() && i < matches.size(); ++i) {
        matches[i] += engine::why_in_words(verdicts[i]);
    }
    const auto names = open_entries(session, store::OpenMode::read_only).config_names();
    std::ostream& out = session.environment().out;
    switch (format) {
        case Format::table:
            if (verdicts.empty()) {
                session.note("nothing in the catalogue fits");
                break;
            }
            out << verdict_table(verdicts,
                                 session.style(),
                                 {.width = session.environment().columns,
                                  .several = names_several(options.server),
                                  .names = &names,
                                  .matches = matches});
            if (stale_rows > 0) {
                out << fmt::format("{} of servers that were not listed since {}\n",
                                   count_of(stale_rows, "tool"),
                                   format_time(stale));
            }
            if (verdicts.size() < answer.total) {
                out << fmt::format("{} of {}{} shown (--limit, --offset)\n",
                                   verdicts.size(),
                                   answer.more ? "more than " : "",
                                   answer.total);
            }
            break;
        case Format::json: {
            nlohmann::json list = nlohmann::json::array();
            for (const Verdict& verdict : verdicts) list.push_back(to_json(verdict));
            out << pretty_json({{"schema", "mcprisk-query/1"},
                                {"total", answer.total},
                                {"total_is_lower_bound", answer.more},
                                {"hits", hits_json(answer.rows, stale)},
                                {"verdicts", std::move(list)}});
            break;
        }
        case Format::jsonl:
            out << verdict_lines(verdicts);
            break;
        case Format::csv:
            out << verdict_csv(verdicts);
            break;
        case Format::markdown:
            out << verdict_markdown(verdicts);
            break;
        case Format::sarif: {
            auto results = sarif_results(verdicts);
            acceptance(session)(results);
            out << sarif_text({.id = "mcprisk/query/", .results = std::move(results)});
        } break;
    }
    return ExitCode::done;
}

}  // namespace

void add_query(CLI::App& app, Action& action) {
    auto options = std::make_shared<QueryOptions>();
    const std::map<std::string, store::SortBy> sorts{{"risk", store::SortBy::risk},
                                                     {"name", store::SortBy::name},
                                                     {"server", store::SortBy::server},
                                                     {"confidence", store::SortBy::confidence},
                                                     {"changed", store::SortBy::changed}};
    CLI::App* command = app.add_subcommand("query", "Search the tools of the catalogue");
    command->add_option(
        "TEXT", options->words, "Words that must occur in name, title or description");
    command->add_option(
        "--category", options->category, "Read, Write, Execute, Destructive or Financial");
    command->add_option("--min-risk", options->min_risk, "Low, Medium, High or Critical");
    command->add_option("--max-confidence", options->max_confidence, "At most this sure, 0 to 1")
        ->check(CLI::Range(0.0, 1.0));
    command
        ->add_option(
            "--server", options->server, "Only servers whose id fits this pattern (* and ?)")
        ->type_name("GLOB");
    command->add_option(
        "--capability", options->capability, "Only tools with this tag, e.g. exec.shell");
    command->add_option("--attack", options->attack, "Only tools linked to this attack pattern");
    command->add_option(
        "--finding", options->finding, "Only tools with this finding, e.g. tool-poisoning");
    command->add_option("--changed-since", options->changed_since, "A date or an age such as 7d")
        ->type_name("TIME");
    command->add_option("--sort", options->sort, "risk, name, server, confidence or changed")
        ->transform(CLI::CheckedTransformer(sorts, CLI::ignore_case).description(""))
        ->type_name("KEY");
    command->add_option("--limit", options->limit, "At most so many")->capture_default_str();
    command->add_option("--offset", options->offset, "Leave out so many first");
    command
        ->add_option("--stale-after",
                     options->stale_after,
                     "Mark tools of servers that were not listed since this age or date")
        ->type_name("AGE")
        ->capture_default_str();
    command->add_option("--format", options->format, kFormats)->capture_default_str();
    command->footer(
        help_footer({"mcprisk query --category financial --min-risk high",
                     "mcprisk query delete repository --format csv > found.csv"},
                    "0 done, also when nothing fits; 2 wrong usage, 3 there is no catalogue"));
    command->callback([options, &action] {
        action = [options](Session& session) { return run_query(*options, session); };
    });
}

}  // namespace mcprisk::cli

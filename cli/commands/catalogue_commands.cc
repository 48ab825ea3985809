// `servers` and `stats`: the catalogue counted.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/commands/command.h"
#include "cli/commands/lookup.h"
#include "cli/output/movement_text.h"
#include "cli/output/reach_report.h"
#include "engine/grade.h"
#include "engine/view/server_json.h"
#include "cli/output/table.h"
#include "cli/output/time_word.h"
#include "cli/session.h"
#include "engine/grade.h"
#include "engine/movement.h"
#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

using nlohmann::json;

struct CatalogueOptions {
    bool as_json = false;
    bool names = false;
    bool reach = false;
    std::string sort = "name";
    std::string stale_after = "30d";
    std::string since;
    std::string until;
};

bool is_stale(const store::ServerRow& server, std::int64_t limit) {
    return !server.last_listed || *server.last_listed < limit;
}

// Worst first where that is a matter of degree; names from the start of the alphabet.
void sort_servers(std::vector<store::ServerRow>& servers, const std::string& word) {
    const auto by = [&](auto key) {
        std::stable_sort(servers.begin(), servers.end(), [&](const auto& a, const auto& b) {
            return key(a) < key(b);
        });
    };
    if (equals_ignoring_case(word, "grade")) {
        by([](const store::ServerRow& s) {
            const engine::Grade grade = engine::grade_of(s);
            return grade.letter == '?' ? std::size_t{1000} : grade.points;
        });
    } else if (equals_ignoring_case(word, "tools")) {
        by([](const store::ServerRow& s) { return -static_cast<std::int64_t>(s.tools); });
    } else if (equals_ignoring_case(word, "seen")) {
        by([](const store::ServerRow& s) { return s.last_listed.value_or(0); });
    } else if (!equals_ignoring_case(word, "name")) {
        throw CommandFailure(
            ExitCode::usage,
            fmt::format("cannot sort by \"{}\": name, grade, tools or seen", word));
    }
}

std::size_t at_level(const store::ServerRow& server, RiskLevel level) {
    const auto found = server.by_attention.find(level);
    return found == server.by_attention.end() ? 0 : found->second;
}

ExitCode run_servers(const CatalogueOptions& options, Session& session) {
    auto servers = session.open_catalogue(store::OpenMode::read_only).servers();
    const std::int64_t stale = time_or_fail(options.stale_after, session.environment().now());
    sort_servers(servers, options.sort);
    const auto names = open_entries(session, store::OpenMode::read_only).config_names();
    if (options.names) {
        for (const store::ServerRow& server : servers) {
            session.environment().out << printable(server.id) << '\n';
        }
        return ExitCode::done;
    }
    if (options.as_json) {
        json list = json::array();
        for (const store::ServerRow& server : servers) {
            json one = engine::server_json(server);
            one["stale"] = is_stale(server, stale);
            const auto name = names.find(server.id);
            one["config_name"] = name == names.end() ? json() : json(name->second);
            list.push_back(std::move(one));
        }
        session.environment().out << pretty_json(
            {{"schema", "mcprisk-servers/1"}, {"servers", std::move(list)}});
        return ExitCode::done;
    }
    std::vector<std::vector<Cell>> rows;
    for (const store::ServerRow& server : servers) {
        const auto name = names.find(server.id);
        std::vector<Cell> row{
            {name == names.end() || name->second == server.id
                 ? server.id
                 : fmt::format("{} ({})", name->second, server.id),
             nullptr},
            {engine::grade_text(engine::grade_of(server)), nullptr},
            {std::to_string(server.tools), nullptr}};
        for (std::size_t i = kRiskLevels.size(); i-- > 0;) {
            const std::size_t n = at_level(server, kRiskLevels[i]);
            row.push_back({n == 0 ? "" : std::to_string(n), nullptr});
        }
        row.push_back({std::string(to_string(server.last_outcome)), nullptr});
        row.push_back(
            {server.last_listed ? format_time(*server.last_listed).substr(0, 10) : "never",
             nullptr});
        row.push_back({is_stale(server, stale) && server.last_listed ? "stale" : "", nullptr});
        rows.push_back(std::move(row));
    }
    session.environment().out << render_table({{.title = "SERVER", .narrowest = 20, .wanted = 24, .names = true},
                                               {"GRADE", false, 0},
                                               {"TOOLS", true, 0},
                                               {"CRITICAL", true, 0},
                                               {"HIGH", true, 0},
                                               {.title = "MEDIUM", .right = true, .optional = true},
                                               {.title = "LOW", .right = true, .optional = true},
                                               {"LAST OUTCOME", false, 0},
                                               {.title = "LISTED", .optional = true},
                                               {"", false, 0}},
                                              rows,
                                              session.environment().columns);
    return ExitCode::done;
}

template <typename Map>
json counts_json(const Map& counts) {
    json out = json::object();
    for (const auto& [key, n] : counts) {
        if constexpr (std::is_same_v<typename Map::key_type, std::string>) {
            out[key] = n;
        } else {
            out[std::string(to_string(key))] = n;
        }
    }
    return out;
}

template <typename Map>
void print_shares(std::ostream& out, std::string_view title, const Map& counts, std::size_t of) {
    if (counts.empty()) return;
    out << '\n' << title << '\n';
    for (auto at = counts.rbegin(); at != counts.rend(); ++at) {
        std::string name;
        if constexpr (std::is_same_v<typename Map::key_type, std::string>) {
            name = printable(at->first);
        } else {
            name = to_string(at->first);
        }
        const double share =
            of == 0 ? 0.0 : 100.0 * static_cast<double>(at->second) / static_cast<double>(of);
        out << fmt::format("  {:<24} {:>8}  {:>5.1f} %\n", name, at->second, share);
    }
}

std::map<std::string, std::size_t> count_grades(const std::vector<store::ServerRow>& servers) {
    std::map<std::string, std::size_t> grades;
    for (const store::ServerRow& server : servers) {
        ++grades[std::string(1, engine::grade_of(server).letter)];
    }
    return grades;
}

std::vector<std::pair<std::string, std::size_t>> largest_servers(
    const std::vector<store::ServerRow>& servers) {
    constexpr std::size_t kShown = 10;
    std::vector<std::pair<std::string, std::size_t>> all;
    for (const store::ServerRow& server : servers) {
        if (server.tools > 0) all.emplace_back(server.id, server.tools);
    }
    std::stable_sort(
        all.begin(), all.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    all.resize(std::min(all.size(), kShown));
    return all;
}

ExitCode run_stats(const CatalogueOptions& options, Session& session) {
    const store::Catalogue catalogue = session.open_catalogue(store::OpenMode::read_only);
    std::ostream& out = session.environment().out;
    if (!options.since.empty() || !options.until.empty()) {
        const std::int64_t now = session.environment().now();
        if (options.since.empty()) {
            throw CommandFailure(ExitCode::usage, "--until needs --since");
        }
        const std::int64_t since = time_or_fail(options.since, now);
        const std::int64_t until = options.until.empty() ? now : time_or_fail(options.until, now);
        const engine::Movement moved =
            engine::movement(catalogue.counts_at(since), catalogue.counts_at(until));
        out << (options.as_json
                    ? movement_json(moved, since, until)
                    : movement_text(moved, since, until, session.environment().columns));
        return ExitCode::done;
    }
    if (options.reach) {
        engine::ReachCounts reach;
        for (const store::ServerRow& server : catalogue.servers()) {
            reach.add(server.id, server.last_outcome, server.last_failure, server.started_with);
        }
        if (options.as_json) {
            json document = reach_json(reach);
            document["schema"] = "mcprisk-reach/1";
            out << pretty_json(document);
        } else {
            out << reach_text(reach, session.environment().columns);
        }
        return ExitCode::done;
    }
    const store::Stats stats = catalogue.stats();
    const auto servers = catalogue.servers();
    const auto grades = count_grades(servers);
    const auto largest = largest_servers(servers);
    if (options.as_json) {
        json by_server = json::object();
        for (const store::ServerRow& server : servers) by_server[server.id] = server.tools;
        out << pretty_json({{"schema", "mcprisk-stats/1"},
                            {"servers", stats.servers},
                            {"servers_listed", stats.servers_listed},
                            {"tools", stats.tools},
                            {"observations", stats.observations},
                            {"by_category", counts_json(stats.by_category)},
                            {"by_risk", counts_json(stats.by_risk)},
                            {"by_transport", counts_json(stats.by_transport)},
                            {"by_outcome", counts_json(stats.by_outcome)},
                            {"by_finding", counts_json(stats.by_finding)},
                            {"by_grade", grades},
                            {"by_server", std::move(by_server)},
                            {"servers_with", counts_json(stats.servers_with)}});
        return ExitCode::done;
    }
    out << fmt::format("{}, {} of them listed, {}, {}\n",
                       count_of(stats.servers, "server"),
                       stats.servers_listed,
                       count_of(stats.tools, "tool"),
                       count_of(stats.observations, "observation"));
    print_shares(out, "Tools by level", stats.by_risk, stats.tools);
    print_shares(out, "Tools by category", stats.by_category, stats.tools);
    print_shares(
        out, "Servers with a tool of the category", stats.servers_with, stats.servers_listed);
    print_shares(out, "Servers by grade (see servers --sort grade)", grades, stats.servers);
    print_shares(out, "Servers by transport", stats.by_transport, stats.servers);
    print_shares(out, "Servers by last outcome", stats.by_outcome, stats.servers);
    print_shares(out, "Tools with a finding", stats.by_finding, stats.tools);
    if (!largest.empty()) out << "\nLargest servers\n";
    for (const auto& [id, tools] : largest) {
        out << fmt::format("  {:<48} {:>8}\n", fit_columns(printable(id), 48), tools);
    }
    return ExitCode::done;
}

}  // namespace

void add_servers(CLI::App& app, Action& action) {
    auto options = std::make_shared<CatalogueOptions>();
    CLI::App* command =
        app.add_subcommand("servers", "List the servers of the catalogue with their counts");
    command->add_option("--sort", options->sort, "name, grade (worst first), tools or seen")
        ->capture_default_str();
    command
        ->add_option("--stale-after", options->stale_after, "Mark what was not listed since then")
        ->type_name("AGE")
        ->capture_default_str();
    command->add_flag("--names", options->names, "Only the ids, one a line");
    command->add_flag("--json", options->as_json, "One JSON object instead of a table");
    command->footer(
        help_footer({"mcprisk servers --sort grade", "mcprisk servers --json | jq '.servers[].id'"},
                    "0 done, 2 wrong usage, 3 there is no catalogue"));
    command->callback([options, &action] {
        action = [options](Session& session) { return run_servers(*options, session); };
    });
}

void add_stats(CLI::App& app, Action& action) {
    auto options = std::make_shared<CatalogueOptions>();
    CLI::App* command = app.add_subcommand(
        "stats", "Count the catalogue by category, level, transport and outcome");
    command->add_option("--since", options->since, "What moved since a date or age, not the counts")
        ->type_name("TIME");
    command->add_option("--until", options->until, "… until then instead of now")
        ->type_name("TIME");
    command->add_flag("--reach",
                      options->reach,
                      "How many servers list, in which way, and why the others do not");
    command->add_flag("--json", options->as_json, "One JSON object instead of text");
    command->footer(help_footer({"mcprisk stats --since 30d", "mcprisk stats --reach", "mcprisk stats --json | jq .by_risk"},
                                "0 done, 2 wrong usage, 3 there is no catalogue"));
    command->callback([options, &action] {
        action = [options](Session& session) { return run_stats(*options, session); };
    });
}

}  // namespace mcprisk::cli

// `servers` and `stats`: the catalogue counted.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/command.h"
#include "cli/server_json.h"
#include "cli/session.h"
#include "cli/table.h"
#include "model/json.h"
#include "model/text.h"

namespace mcprisk::cli {
namespace {

using nlohmann::json;

struct Options {
    bool as_json = false;
};

std::size_t at_level(const store::ServerRow& server, RiskLevel level) {
    const auto found = server.by_risk.find(level);
    return found == server.by_risk.end() ? 0 : found->second;
}

ExitCode run_servers(const Options& options, Session& session) {
    const auto servers = session.open_catalogue(store::OpenMode::read_only).servers();
    if (options.as_json) {
        json list = json::array();
        for (const store::ServerRow& server : servers) list.push_back(server_json(server));
        session.environment().out << pretty_json(
            {{"schema", "mcprisk-servers/1"}, {"servers", std::move(list)}});
        return ExitCode::done;
    }
    std::vector<std::vector<Cell>> rows;
    for (const store::ServerRow& server : servers) {
        std::vector<Cell> row{{server.id, nullptr}, {std::to_string(server.tools), nullptr}};
        for (std::size_t i = kRiskLevels.size(); i-- > 0;) {
            const std::size_t n = at_level(server, kRiskLevels[i]);
            row.push_back({n == 0 ? "" : std::to_string(n), nullptr});
        }
        row.push_back({std::string(to_string(server.last_outcome)), nullptr});
        row.push_back({format_time(server.last_seen).substr(0, 10), nullptr});
        rows.push_back(std::move(row));
    }
    session.environment().out << render_table({{"SERVER", false, 24},
                                               {"TOOLS", true, 0},
                                               {"CRITICAL", true, 0},
                                               {"HIGH", true, 0},
                                               {"MEDIUM", true, 0},
                                               {"LOW", true, 0},
                                               {"LAST OUTCOME", false, 0},
                                               {"SEEN", false, 0}},
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
void print_counts(std::ostream& out, std::string_view title, const Map& counts, std::size_t of) {
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

ExitCode run_stats(const Options& options, Session& session) {
    const store::Stats stats = session.open_catalogue(store::OpenMode::read_only).stats();
    std::ostream& out = session.environment().out;
    if (options.as_json) {
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
                            {"servers_with", counts_json(stats.servers_with)}});
        return ExitCode::done;
    }
    out << fmt::format("{}, {} of them listed, {}, {}\n",
                       count_of(stats.servers, "server"),
                       stats.servers_listed,
                       count_of(stats.tools, "tool"),
                       count_of(stats.observations, "observation"));
    print_counts(out, "Tools by level", stats.by_risk, stats.tools);
    print_counts(out, "Tools by category", stats.by_category, stats.tools);
    print_counts(
        out, "Servers with a tool of the category", stats.servers_with, stats.servers_listed);
    print_counts(out, "Servers by transport", stats.by_transport, stats.servers);
    print_counts(out, "Servers by last outcome", stats.by_outcome, stats.servers);
    print_counts(out, "Tools with a finding", stats.by_finding, stats.tools);
    return ExitCode::done;
}

}  // namespace

void add_servers(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand("servers", "List the servers of the catalogue with their counts");
    command->add_flag("--json", options->as_json, "One JSON object instead of a table");
    command->footer(help_footer({"mcprisk servers", "mcprisk servers --json | jq '.servers[].id'"},
                                "0 done, 2 wrong usage, 3 there is no catalogue"));
    command->callback([options, &action] {
        action = [options](Session& session) { return run_servers(*options, session); };
    });
}

void add_stats(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "stats", "Count the catalogue by category, level, transport and outcome");
    command->add_flag("--json", options->as_json, "One JSON object instead of text");
    command->footer(help_footer({"mcprisk stats", "mcprisk stats --json | jq .by_risk"},
                                "0 done, 2 wrong usage, 3 there is no catalogue"));
    command->callback([options, &action] {
        action = [options](Session& session) { return run_stats(*options, session); };
    });
}

}  // namespace mcprisk::cli

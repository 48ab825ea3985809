// `history`: what became of each attempt to list a server, and when it said something new.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/commands/command.h"
#include "cli/commands/lookup.h"
#include "cli/output/table.h"
#include "cli/session.h"
#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

using nlohmann::json;

struct HistoryOptions {
    std::string server;
    std::size_t limit = 30;
    bool as_json = false;
};

json text_or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

json parsed_or_null(const std::string& text) {
    auto value = parse_json(text);
    return value ? std::move(*value) : json(nullptr);
}

json observation_json(const store::ObservationRow& row) {
    json one = {{"at", row.at},
                {"outcome", to_string(row.outcome)},
                {"failure", text_or_null(row.failure)},
                {"origin", text_or_null(row.origin)},
                {"flags", row.flags},
                {"credential_class", row.credential_class},
                {"started_with", text_or_null(row.started_with)},
                {"elapsed_ms", row.elapsed_ms},
                {"bytes_received", row.bytes_received},
                {"listing", nullptr}};
    if (row.listing == 0) return one;
    one["listing"] = {
        {"hash", row.listing_hash},
        {"new", row.first_of_listing},
        {"tools", row.tools},
        {"transport", text_or_null(row.transport)},
        {"protocol_version", text_or_null(row.protocol_version)},
        {"server_info", {{"name", row.server_info_name}, {"version", row.server_info_version}}},
        {"version", text_or_null(row.version)},
        {"instructions", text_or_null(row.instructions)},
        {"server_capabilities", parsed_or_null(row.server_capabilities)},
        {"declared_capabilities", parsed_or_null(row.declared_capabilities)}};
    return one;
}

std::string what_happened(const store::ObservationRow& row) {
    if (row.listing == 0) return row.failure;
    std::string said = row.first_of_listing ? "new: " : "";
    said += row.server_info_name;
    if (!row.server_info_version.empty()) said += " " + row.server_info_version;
    for (const std::string& flag : row.flags) said += (said.empty() ? "" : ", ") + flag;
    if (!row.started_with.empty()) said += "; started with " + row.started_with;
    return said;
}

ExitCode run_history(const HistoryOptions& options, Session& session) {
    const store::Catalogue catalogue = session.open_catalogue(store::OpenMode::read_only);
    const store::ServerRow server = server_or_fail(catalogue, options.server);
    const auto rows = catalogue.history(
        server.id, options.limit == 0 ? std::numeric_limits<std::size_t>::max() : options.limit);
    std::ostream& out = session.environment().out;
    if (options.as_json) {
        json list = json::array();
        for (const store::ObservationRow& row : rows) list.push_back(observation_json(row));
        out << pretty_json({{"schema", "mcprisk-history/1"},
                            {"server", server.id},
                            {"observations", std::move(list)}});
        return ExitCode::done;
    }
    std::vector<std::vector<Cell>> cells;
    for (const store::ObservationRow& row : rows) {
        const bool listed = row.listing != 0;
        cells.push_back(
            {{format_time(row.at), nullptr},
             {std::string(to_string(row.outcome)), nullptr},
             {listed ? std::to_string(row.tools) : "", nullptr},
             {listed ? row.transport : "", nullptr},
             {row.protocol_version, nullptr},
             {row.credential_class, nullptr},
             {listed ? row.listing_hash.substr(row.listing_hash.find(':') + 1, 8) : "", nullptr},
             {what_happened(row), nullptr}});
    }
    out << session.style().bold(printable(server.id)) << '\n'
        << render_table({{"TIME", false, 0},
                         {"OUTCOME", false, 0},
                         {"TOOLS", true, 0},
                         {"TRANSPORT", false, 0},
                         {"MCP", false, 0},
                         {"CREDENTIALS", false, 0},
                         {"CONTENT", false, 0},
                         {"", false, 24}},
                        cells,
                        session.environment().columns);
    return ExitCode::done;
}

}  // namespace

void add_history(CLI::App& app, Action& action) {
    auto options = std::make_shared<HistoryOptions>();
    CLI::App* command = app.add_subcommand(
        "history", "Show each attempt to list a server, and when it said something new");
    command->add_option("SERVER", options->server, "A server's id, or any unique part of it")
        ->required();
    command->add_option("--limit", options->limit, "At most so many, newest first; 0 for all")
        ->capture_default_str();
    command->add_flag("--json", options->as_json, "One JSON object instead of a table");
    command->footer(help_footer({"mcprisk history github", "mcprisk history github --json"},
                                "0 done, 2 wrong usage, 3 no such server"));
    command->callback([options, &action] {
        action = [options](Session& session) { return run_history(*options, session); };
    });
}

}  // namespace mcprisk::cli

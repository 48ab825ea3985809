// `show SERVER [TOOL]`.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "cli/commands/command.h"
#include "cli/commands/lookup.h"
#include "engine/view/badge.h"
#include "engine/view/server_json.h"
#include "cli/output/shell_word.h"
#include "cli/output/show_page.h"
#include "cli/output/table.h"
#include "cli/output/time_word.h"
#include "cli/output/verdict_output.h"
#include "cli/policy_settings.h"
#include "cli/session.h"
#include "engine/grade.h"
#include "engine/overrides.h"
#include "engine/scan_result.h"
#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

struct ShowOptions {
    std::string server;
    std::string tool;
    std::string at;
    std::string badge;
    bool compat = false;
    bool as_json = false;
    bool ids = false;
};

void print_fact(std::ostream& out, std::string_view name, std::string_view value) {
    if (!value.empty()) out << fmt::format("  {:<14} {}\n", name, printable(value));
}

// Every name that the server goes by, and who says so.
ExitCode show_ids(const ShowOptions& options, const store::Catalogue& catalogue, Session& session) {
    const store::ServerRow server = server_or_fail(catalogue, options.server);
    const std::vector<Alias> aliases = catalogue.aliases_of(server.id);
    std::ostream& out = session.environment().out;
    if (options.as_json) {
        nlohmann::json list = nlohmann::json::array();
        for (const Alias& alias : aliases) {
            list.push_back(
                {{"kind", alias.kind}, {"value", alias.value}, {"evidence", alias.evidence}});
        }
        out << pretty_json(
            {{"schema", "mcprisk-ids/1"}, {"server", server.id}, {"ids", std::move(list)}});
        return ExitCode::done;
    }
    out << session.style().bold(printable(server.id)) << '\n';
    std::vector<std::vector<Cell>> rows;
    for (const Alias& alias : aliases) {
        rows.push_back({{alias.kind, nullptr}, {alias.value, nullptr}, {alias.evidence, nullptr}});
    }
    if (rows.empty()) {
        out << "No index has named it: it is known by this id alone.\n";
        return ExitCode::done;
    }
    out << render_table({{"KIND", false, 0}, {"NAME", false, 20}, {"STATED BY", false, 12}},
                        rows,
                        session.environment().columns);
    return ExitCode::done;
}

// The server as it stands, or as it stood at a time.
struct View {
    store::ServerRow server;
    std::vector<store::ToolRow> tools;
    std::optional<store::Timestamp> as_of;  // when the listing shown was observed
};

View view_at(const store::Catalogue& catalogue,
             store::ServerRow server,
             const std::string& word,
             Session& session) {
    if (word.empty()) {
        auto tools = catalogue.tools_of(server.id);
        engine::apply_overrides(tools, load_settings(session), today(session));
        return {std::move(server), std::move(tools), std::nullopt};
    }
    const store::Timestamp at = time_or_fail(word, session.environment().now());
    auto snapshot = catalogue.snapshot(server.id, at);
    if (!snapshot) {
        throw CommandFailure(ExitCode::failed,
                             fmt::format("{} had not been listed by {}: see mcprisk history {}",
                                         server.id,
                                         format_time(at),
                                         shell_word(server.id)));
    }
    if (snapshot->verdicts.size() != snapshot->document.tools.size()) {
        snapshot->verdicts = session.classifier().classify(snapshot->document);
    }
    View view{std::move(server), {}, snapshot->at};
    for (std::size_t i = 0; i < snapshot->document.tools.size(); ++i) {
        view.tools.push_back({view.server.id,
                              std::move(snapshot->document.tools[i]),
                              std::move(snapshot->verdicts[i]),
                              snapshot->at});
    }
    view.server.title = snapshot->document.title;
    view.server.description = snapshot->document.description;
    view.server.version = snapshot->document.version;
    view.server.instructions = snapshot->document.instructions;
    view.server.protocol_version = snapshot->protocol_version;
    view.server.transport = snapshot->transport;
    view.server.tools = view.tools.size();
    view.server.by_category.clear();
    view.server.by_risk.clear();
    view.server.by_attention.clear();
    view.server.unbounded.clear();
    std::vector<Verdict> verdicts;
    for (const store::ToolRow& row : view.tools) {
        ++view.server.by_category[row.verdict.category];
        ++view.server.by_risk[row.verdict.risk];
        verdicts.push_back(row.verdict);
    }
    const engine::GradeCounts counts = engine::grade_counts(verdicts);
    for (const RiskLevel level : kRiskLevels) {
        view.server.by_attention[level] = counts.tools[static_cast<std::size_t>(level)];
        view.server.unbounded[level] = counts.unbounded[static_cast<std::size_t>(level)];
    }
    view.server.any_command = counts.any_command;
    view.server.alarming = counts.alarming;
    return view;
}

ExitCode show_server(const ShowOptions& options, const View& view, Session& session) {
    const store::ServerRow& server = view.server;
    std::vector<Verdict> verdicts;
    for (const store::ToolRow& row : view.tools) verdicts.push_back(row.verdict);
    engine::sort_by_risk(verdicts);
    std::ostream& out = session.environment().out;
    if (options.as_json) {
        nlohmann::json list = nlohmann::json::array();
        for (const Verdict& verdict : verdicts) list.push_back(to_json(verdict));
        out << pretty_json({{"schema", "mcprisk-server/1"},
                            {"server", engine::server_json(server)},
                            {"as_of", view.as_of ? nlohmann::json(*view.as_of) : nullptr},
                            {"verdicts", std::move(list)}});
        return ExitCode::done;
    }
    out << session.style().bold(printable(server.id)) << '\n';
    const engine::GradeCounts counts = engine::grade_counts(server);
    print_fact(out,
               "grade",
               fmt::format("{} ({})",
                           engine::grade_text(engine::grade_of(counts)),
                           engine::grade_in_words(counts)));
    print_fact(out, "title", server.title);
    print_fact(out, "description", server.description);
    print_fact(out, "from", server.origin);
    print_fact(out, "transport", server.transport);
    print_fact(out, "protocol", server.protocol_version);
    print_fact(out, "says it is", server.server_info_name + " " + server.server_info_version);
    print_fact(out, "flags", fmt::format("{}", fmt::join(server.flags, ", ")));
    if (view.as_of) print_fact(out, "as it was", format_time(*view.as_of));
    print_fact(out, "last seen", format_time(server.last_seen));
    print_fact(out, "last outcome", to_string(server.last_outcome));
    print_fact(out, "because", server.last_failure);
    print_fact(out, "last listed", server.last_listed ? format_time(*server.last_listed) : "never");
    out << '\n' << count_levels(verdicts) << '\n';
    if (!verdicts.empty()) {
        out << '\n' << verdict_table(
                           verdicts, session.style(), {.width = session.environment().columns});
    }
    return ExitCode::done;
}

ExitCode run_show(const ShowOptions& options, Session& session) {
    const store::Catalogue catalogue = session.open_catalogue(store::OpenMode::read_only);
    if (options.ids) return show_ids(options, catalogue, session);
    View view = view_at(catalogue, server_or_fail(catalogue, options.server), options.at, session);
    if (!options.badge.empty()) {
        const auto file = session.environment().directory / options.badge;
        write_whole(file, engine::server_badge(view.server));
        session.note(fmt::format("wrote {}", shown_path(file, session.environment())));
        return ExitCode::done;
    }
    if (options.tool.empty()) return show_server(options, view, session);
    policy::Options policy_options;
    const policy::Settings settings = load_settings(session);
    policy_options.compat = options.compat;
    policy_options.settings = &settings;
    policy_options.today = today(session);
    store::ToolRow tool = tool_or_fail(view.tools, view.server.id, options.tool);
    const engine::ToolView page = engine::gather_tool_view(
        catalogue, view.server, std::move(view.tools), std::move(tool), policy_options);
    session.environment().out << (options.as_json
                                      ? pretty_json(engine::tool_view_json(page))
                                      : render_tool_page(
                                            page, session.style(), session.environment().columns));
    return ExitCode::done;
}

}  // namespace

void add_show(CLI::App& app, Action& action) {
    auto options = std::make_shared<ShowOptions>();
    CLI::App* command =
        app.add_subcommand("show", "Show one server, or one tool with everything known of it");
    command->add_option("SERVER", options->server, "A server's id, or any unique part of it")
        ->required();
    command->add_option("TOOL", options->tool, "A tool's name");
    command->add_option("--at", options->at, "As it was then: a date or an age such as 7d")
        ->type_name("TIME");
    command->add_option("--badge", options->badge, "Write a picture of the server's grade instead")
        ->type_name("FILE.svg");
    command->add_flag("--compat", options->compat, "Recommend in the public reference's shapes");
    command->add_flag("--ids", options->ids, "Every name of the server, and who states it");
    command->add_flag("--json", options->as_json, "One JSON object instead of text");
    command->footer(help_footer(
        {"mcprisk show github", "mcprisk show piwik analytics_goals_create --at 2026-11-01"},
        "0 done, 2 wrong usage, 3 no such server or tool"));
    command->callback([options, &action] {
        action = [options](Session& session) { return run_show(*options, session); };
    });
}

}  // namespace mcprisk::cli

// `scan`: the main job.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <ostream>
#include <thread>

#include "cli/authorization.h"
#include "cli/commands/command.h"
#include "cli/commands/consent.h"
#include "cli/commands/lookup.h"
#include "cli/commands/start_options.h"
#include "cli/drift_files.h"
#include "cli/intake_world.h"
#include "cli/output/scan_report.h"
#include "cli/policy_files.h"
#include "cli/policy_settings.h"
#include "cli/private_file.h"
#include "cli/scan_targets.h"
#include "cli/session.h"
#include "crawler/mcp/lister.h"
#include "crawler/net/http_client.h"
#include "crawler/process/temporary_directory.h"
#include "crawler/redact.h"
#include "engine/scan_plan.h"
#include "model/base/text.h"
#include "model/listing_flag.h"

namespace mcprisk::cli {
namespace {

using crawler::Target;
using engine::FailOn;
using engine::ScanOutcome;
using engine::ScanPlan;
using engine::ScanResult;

struct ScanOptions {
    ScanWords words;
    std::size_t jobs = 0;
    StartOptions start;
    std::string auth;
    bool yes = false;
    bool no_run = false;
    bool no_store = false;
    bool strict = false;
    bool compat = false;
    std::string preset = "recommended";
    std::string policy_folder;
    std::string fail_on;
    std::string lock;
    std::string format = "table";
    std::size_t limit = 40;
};

engine::SettledItems plan_items(const ScanOptions& options, Session& session) {
    const auto state = own_folder(session.environment(), "XDG_STATE_HOME", ".local/state");
    Consent consent(session.environment(),
                    state.empty() ? std::filesystem::path() : state / "consent.json",
                    options.yes);
    std::optional<store::Catalogue> catalogue;
    std::optional<store::Entries> entries;
    if (options.no_run && std::filesystem::exists(session.catalogue_path())) {
        catalogue = session.open_catalogue(store::OpenMode::read_only);
        entries = open_entries(session, store::OpenMode::read_only);
    }
    engine::ScanChoice choice;
    choice.no_run = options.no_run;
    choice.catalogue = catalogue ? &*catalogue : nullptr;
    choice.entries = entries ? &*entries : nullptr;
    choice.now = session.environment().now();
    choice.consents = [&](const Target& target) { return consent.allows(target); };
    return engine::settle_items(resolve_targets(options.words, session), choice);
}

policy::Preset preset_or_fail(const ScanOptions& options) {
    if (const auto preset = parse_preset(options.preset)) return *preset;
    throw CommandFailure(
        ExitCode::usage,
        fmt::format("unknown preset \"{}\": recommended, strict or permissive", options.preset));
}

bool stores(const ScanOptions& options) { return !options.no_store && !options.no_run; }

ScanPlan make_plan(const ScanOptions& options, Session& session) {
    ScanPlan plan;
    if (!options.fail_on.empty()) {
        auto fail_on = FailOn::parse(options.fail_on);
        if (!fail_on) throw CommandFailure(ExitCode::usage, fail_on.error().message);
        plan.fail_on = std::move(*fail_on);
    }
    plan.jobs = options.jobs > 0
                    ? options.jobs
                    : std::max<std::size_t>(2, 2 * std::thread::hardware_concurrency());
    if (!options.lock.empty()) plan.lock = lock_or_fail(options.lock, session);
    if (!stores(options) && !plan.lock && plan.fail_on.needs_history()) {
        throw CommandFailure(
            ExitCode::usage,
            "--fail-on with new=, raised or drift compares with the catalogue: leave "
            "out --no-store and --no-run, or give --lock FILE to compare with");
    }
    engine::SettledItems settled = plan_items(options, session);
    plan.items = std::move(settled.items);
    plan.names = std::move(settled.names);
    return plan;
}

// Equal from run to run over the same targets. The trailing slash says that no single run is named.
std::string automation_id(const ScanWords& words) {
    std::string targets;
    for (const std::string& word : words.targets) {
        // The query of an address may be a credential.
        targets += (targets.empty() ? "" : ",") + crawler::redact_url(word);
    }
    if (!words.command.empty()) targets = words.command.front();
    return fmt::format("mcprisk/scan/{}/", printable(targets.empty() ? "machine" : targets));
}

void print_result(const ScanResult& result,
                  Format format,
                  const ScanOptions& options,
                  Session& session) {
    std::ostream& out = session.environment().out;
    switch (format) {
        case Format::table:
            out << scan_table(
                result, session.style(), session.environment().columns, options.limit);
            return;
        case Format::json:
            out << scan_json(result);
            return;
        case Format::markdown:
            out << scan_markdown(result);
            return;
        case Format::sarif:
            out << scan_sarif(result,
                              automation_id(options.words),
                              session.environment().directory,
                              acceptance(session));
            return;
        case Format::jsonl:
        case Format::csv:
            break;
    }
    // These two carry verdicts alone, so what is unknown is said beside them.
    session.environment().err << coverage_line(result) << '\n' << failure_lines(result);
    out << (format == Format::csv ? verdict_csv(result.verdicts) : verdict_lines(result.verdicts));
}

ExitCode exit_code(const ScanOutcome& outcome, const ScanOptions& options) {
    if (!outcome.fail_on_met.empty()) return ExitCode::found;
    if (outcome.interrupted) return ExitCode::failed;
    const auto& listings = outcome.result.listings;
    const auto listed = [](const Listing& l) { return l.outcome == Outcome::listed; };
    if (std::none_of(listings.begin(), listings.end(), listed)) return ExitCode::failed;
    const bool complete = std::all_of(listings.begin(), listings.end(), [&](const Listing& l) {
        return listed(l) && !is_incomplete(l);
    });
    if (!complete && (options.strict || !options.fail_on.empty())) return ExitCode::incomplete;
    return ExitCode::done;
}

ExitCode run_scan(const ScanOptions& options, Session& session) {
    const Format format = format_or_fail(options.format);
    const policy::Preset preset = preset_or_fail(options);
    const ScanPlan plan = make_plan(options, session);
    if (plan.items.empty() && !options.words.targets.empty()) {
        throw CommandFailure(ExitCode::failed,
                             fmt::format("{} names no server: there is nothing to scan",
                                         fmt::join(options.words.targets, ", ")));
    }
    if (plan.items.empty()) {
        throw CommandFailure(
            ExitCode::failed,
            "nothing to scan: no client configuration was found on this machine; name "
            "a URL, a file or a package, or give a command after --");
    }
    crawler::StdioOptions stdio = stdio_options(options.start);
    stdio.companion = session.environment().program;
    stdio.limits = scan_limits(options.start.timeout);
    stdio.cache_directory = own_folder(session.environment(), "XDG_CACHE_HOME", ".cache").string();
    crawler::HttpOptions http;
    http.era = options.start.era;
    http.limits = stdio.limits;
    http.private_redirects = options.start.allow_private;
    http.other_places = true;
    crawler::TemporaryDirectory::remove_leftovers();
    if (!stdio.cache_directory.empty()) {
        crawler::TemporaryDirectory::remove_leftovers(stdio.cache_directory + "/npm");
    }
    crawler::Loop loop;
    crawler::HttpClient client(loop);
    crawler::AuthorizerOptions logins;
    logins.clients = configured_clients(options.auth, session.environment());
    crawler::Authorizer authorizer(loop, client, std::move(logins), unattended_world(session));
    http.authorizer = &authorizer;
    std::optional<store::Catalogue> catalogue;
    std::optional<store::Entries> entries;
    if (stores(options)) {
        catalogue = session.open_catalogue(store::OpenMode::read_write);
        entries = open_entries(session, store::OpenMode::read_write);
    }
    LoadedSettings settings = load_all_settings(session);
    engine::IntakeWorld world =
        intake_world(catalogue ? &*catalogue : nullptr, std::move(settings.settings), session);
    world.entries = entries ? &*entries : nullptr;
    world.policy = {preset, options.compat, false};
    if (!options.policy_folder.empty()) {
        world.put_policy = [&](const std::string& folder, const policy::Recommendation& made) {
            const auto place = session.environment().directory / options.policy_folder / folder;
            write_recommendation(place, made);
            session.note(
                fmt::format("wrote {}", shown_path(place / "policy.json", session.environment())));
        };
    }
    engine::ScanHooks hooks;
    hooks.asking = session.environment().watch_interrupts;
    hooks.interrupted = session.environment().interrupted;
    if (session.options().verbose) {
        hooks.answered = [&](const Listing& listing) {
            session.note(fmt::format("{}: {} in {} ms",
                                     listing.document.server,
                                     to_string(listing.outcome),
                                     listing.elapsed_ms));
        };
    }
    ScanOutcome outcome = engine::run_scan(
        plan, std::move(world), loop, lister_factory(loop, client, stdio, http), hooks);
    outcome.result.settings = std::move(settings.found);
    print_result(outcome.result, format, options, session);
    for (const std::string& line : outcome.fail_on_met) session.warn("--fail-on: " + line);
    return exit_code(outcome, options);
}

void add_listing_options(CLI::App& command, ScanOptions& options) {
    command
        .add_option("--jobs", options.jobs, "Servers at the same time (default: twice the cores)")
        ->check(CLI::Range(1, 1000));
    command
        .add_option("--header",
                    options.words.headers,
                    "Send this header to servers named by URL; 'K: $ENV' and 'K: @FILE' keep the "
                    "value off the command line")
        ->type_name("'K: V'")
        ->allow_extra_args(false);
    command
        .add_option("--auth",
                    options.auth,
                    "Clients for OAuth that need nobody to log in (default: $MCPRISK_AUTH)")
        ->type_name("FILE");
    command.add_option("--env", options.words.env, "Set this variable for the program after --")
        ->type_name("K=V")
        ->allow_extra_args(false);
    add_start_options(command,
                      options.start,
                      "Follow public servers to private addresses (those that you name are reached "
                      "in any case)");
}

void add_output_options(CLI::App& command, ScanOptions& options) {
    command.add_flag("--no-store", options.no_store, "Leave the catalogue alone");
    command
        .add_option(
            "--policy", options.policy_folder, "Write recommended policies into this folder")
        ->type_name("DIR");
    command
        .add_option(
            "--preset", options.preset, "Of the policies: recommended, strict or permissive")
        ->capture_default_str();
    command.add_flag(
        "--compat", options.compat, "Policies in exactly the public reference's shapes");
    command.add_flag("--strict", options.strict, "Exit with 4 if a server could not be listed");
    command
        .add_option("--fail-on",
                    options.fail_on,
                    "Exit with 1 on a level, new=LEVEL, finding=LEVEL, raised or drift; several "
                    "with commas")
        ->type_name("WHEN");
    command
        .add_option("--lock",
                    options.lock,
                    "Compare with what this file pins (mcprisk pin), not with the catalogue")
        ->type_name("FILE");
    command.add_option("--format", options.format, kFormats)->capture_default_str();
    command.add_option("--limit", options.limit, "Rows of the table, 0 for all")
        ->capture_default_str();
}

}  // namespace

void add_scan(CLI::App& app, Action& action, const std::vector<std::string>& after_dashes) {
    auto options = std::make_shared<ScanOptions>();
    CLI::App* command = app.add_subcommand(
        "scan", "List the tools of servers, classify and store them, print the riskiest first");
    command->add_option(
        "TARGET",
        options->words.targets,
        "An http(s) URL; npm:NAME, pypi:NAME or oci:IMAGE; a client configuration, a "
        "recorded tools/list or server documents; a server id of the catalogue. After "
        "--: a program to start. Nothing at all: the client configurations found here");
    command->add_option("--server", options->words.only, "Only these servers of a configuration")
        ->type_name("NAME")
        ->allow_extra_args(false);
    command->add_option("--id", options->words.id, "The id to give a program or a recorded list");
    command->add_flag(
        "--yes", options->yes, "Consent to start every program that a configuration names");
    command->add_flag(
        "--project-variables",
        options->words.project_variables,
        "Fill in the variables and files that configurations found in this folder name");
    command->add_flag("--no-run",
                      options->no_run,
                      "Start and call nothing: look each server up in the catalogue");
    add_listing_options(*command, *options);
    add_output_options(*command, *options);
    command->footer(help_footer(
        {"mcprisk scan -- npx -y @modelcontextprotocol/server-everything",
         "mcprisk scan https://mcp.example.com/mcp --header 'Authorization: $TOKEN'",
         "mcprisk scan .mcp.json --yes --policy policies --fail-on new=high"},
        "0 done; 1 --fail-on was met; 2 wrong usage; 3 nothing at all could be listed; 4 some "
        "server could not be listed, with --strict or --fail-on"));
    command->callback([options, &action, after_dashes] {
        options->words.command = after_dashes;
        action = [options](Session& session) { return run_scan(*options, session); };
    });
}

}  // namespace mcprisk::cli

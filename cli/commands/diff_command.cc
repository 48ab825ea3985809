// `diff` and `pin`: what changed since a listing, a time, a file or a pinned state.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <ostream>

#include "cli/commands/command.h"
#include "cli/commands/lookup.h"
#include "cli/drift_files.h"
#include "cli/output/drift_report.h"
#include "cli/output/time_word.h"
#include "cli/output/verdict_output.h"
#include "cli/policy_settings.h"
#include "engine/fail_on.h"

namespace mcprisk::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kListingsTried = 50;

struct DiffOptions {
    std::vector<std::string> words;
    std::string since;
    std::string lock;
    std::string fail_on;
    std::string format = "table";
    bool all = false;
    bool exit_code = false;
};

struct PinOptions {
    std::vector<std::string> servers;
    std::string file;
    bool all = false;
};

bool is_file(const std::string& word, const Session& session) {
    std::error_code ignored;
    return fs::is_regular_file(session.environment().directory / word, ignored);
}

engine::DriftVersion version_of(const store::Catalogue& catalogue,
                                const engine::PastListing& past) {
    return {catalogue.document_of(past.listing), past.at};
}

// The newest listing against the last one that really differs. A server whose definitions contain
// the time says something else whenever it is asked: such listings are stepped over.
void compare_with_past(const store::Catalogue& catalogue,
                       const std::string& id,
                       Session& session,
                       engine::DriftRun& run) {
    const auto past = engine::past_listings(catalogue, id, kListingsTried);
    if (past.empty()) {
        run.unknown(id + " was never listed");
        return;
    }
    const Places restless = engine::restless_places(catalogue, id);
    const engine::DriftVersion now = version_of(catalogue, past.front());
    const auto verdicts = session.classifier().classify(now.document);
    for (std::size_t i = 1; i < past.size(); ++i) {
        const engine::DriftVersion before = version_of(catalogue, past[i]);
        const auto old = session.classifier().classify(before.document);
        const bool last = i + 1 == past.size();
        if (!last && !diff_servers({&before.document, old}, {&now.document, verdicts}).any())
            continue;
        run.compare(before, now, restless);
        return;
    }
    run.unchanged();
}

void compare_with_time(const store::Catalogue& catalogue,
                       const std::string& id,
                       store::Timestamp since,
                       engine::DriftRun& run) {
    auto now = catalogue.snapshot(id);
    if (!now) {
        run.unknown(id + " was never listed");
        return;
    }
    const engine::DriftVersion after{std::move(now->document), now->at};
    auto then = catalogue.snapshot(id, since);
    if (!then) {
        run.only_after(after);
    } else if (then->listing == now->listing) {
        run.unchanged();
    } else {
        run.compare(
            {std::move(then->document), then->at}, after, engine::restless_places(catalogue, id));
    }
}

void compare_catalogue(const DiffOptions& options,
                       const std::vector<std::string>& ids,
                       Session& session,
                       engine::DriftRun& run) {
    const store::Catalogue catalogue = session.open_catalogue(store::OpenMode::read_only);
    std::vector<std::string> chosen;
    for (const std::string& word : ids) {
        for (std::string& id : servers_or_fail(catalogue, word, session)) chosen.push_back(std::move(id));
    }
    std::optional<store::Timestamp> since;
    if (!options.since.empty()) since = time_or_fail(options.since, session.environment().now());
    if (options.all && since) {
        for (const store::ServerRow& server : catalogue.servers()) {
            if (server.last_listed) chosen.push_back(server.id);
        }
    } else if (options.all) {
        chosen = catalogue.servers_with_past();
        for (std::size_t i = chosen.size(); i < catalogue.stats().servers_listed; ++i) {
            run.unchanged();
        }
    }
    for (const std::string& id : chosen) {
        if (since) {
            compare_with_time(catalogue, id, *since, run);
        } else {
            compare_with_past(catalogue, id, session, run);
        }
    }
}

// A file, or a server of the catalogue as it is now.
engine::DriftVersions versions_of(const std::string& word, Session& session) {
    if (is_file(word, session)) return read_drift_file(word, session);
    const store::Catalogue catalogue = session.open_catalogue(store::OpenMode::read_only);
    const store::ServerRow server = server_or_fail(catalogue, word);
    auto snapshot = catalogue.snapshot(server.id);
    if (!snapshot) {
        throw CommandFailure(ExitCode::failed,
                             fmt::format("comparing {}: it was never listed", server.id));
    }
    engine::DriftVersions versions;
    versions[server.id] = {std::move(snapshot->document), snapshot->at};
    return versions;
}

void compare_two(const std::string& a,
                 const std::string& b,
                 Session& session,
                 engine::DriftRun& run) {
    const engine::DriftVersions before = versions_of(a, session);
    const engine::DriftVersions after = versions_of(b, session);
    // Two recorded lists are named after their files: one server each is the same server.
    if (before.size() == 1 && after.size() == 1) {
        run.compare(before.begin()->second, after.begin()->second);
        return;
    }
    for (const auto& [id, version] : before) {
        const auto found = after.find(id);
        if (found == after.end()) {
            run.only_before(version);
        } else {
            run.compare(version, found->second);
        }
    }
    for (const auto& [id, version] : after) {
        if (!before.contains(id)) run.only_after(version);
    }
}

void compare_with_lock(const DiffOptions& options, Session& session, engine::DriftRun& run) {
    const engine::LockFile lock = lock_or_fail(options.lock, session);
    const store::Catalogue catalogue = session.open_catalogue(store::OpenMode::read_only);
    std::vector<std::string> chosen;
    for (const std::string& word : options.words) {
        chosen.push_back(server_or_fail(catalogue, word).id);
        if (!lock.contains(chosen.back())) {
            throw CommandFailure(
                ExitCode::failed,
                fmt::format(
                    "{} does not pin {}: pin it with mcprisk pin", options.lock, chosen.back()));
        }
    }
    for (const auto& [id, pinned] : lock) {
        if (!chosen.empty() && std::find(chosen.begin(), chosen.end(), id) == chosen.end())
            continue;
        auto now = catalogue.snapshot(id);
        if (!now) {
            run.unknown(id + " is pinned, and the catalogue does not know it: scan it first");
            continue;
        }
        run.compare({pinned.document, std::nullopt},
                    {std::move(now->document), now->at},
                    engine::restless_places(catalogue, id));
    }
}

engine::KnownBefore known_before(const engine::ServerReport& server) {
    engine::KnownBefore before;
    before.listed = server.kind != engine::ServerReport::Kind::added;
    before.unstable.insert(server.drift.unstable.begin(), server.drift.unstable.end());
    before.about = engine::about_in_words(server.drift);
    for (const ToolDrift& tool : server.drift.tools) {
        if (tool.before) {
            before.tools[tool.tool] = {tool.before->definition_hash, tool.before->risk};
        }
    }
    // What did not change was there before as it is now.
    for (const Verdict& verdict : server.verdicts) {
        const bool touched = std::any_of(server.drift.tools.begin(),
                                         server.drift.tools.end(),
                                         [&](const auto& t) { return t.tool == verdict.tool; });
        if (!touched) before.tools[verdict.tool] = {verdict.definition_hash, verdict.risk};
    }
    return before;
}

void print_drift(const engine::DriftReport& report, Format format, Session& session) {
    std::ostream& out = session.environment().out;
    switch (format) {
        case Format::table:
            out << drift_text(report, session.style(), session.environment().columns);
            return;
        case Format::json:
            out << drift_json(report);
            return;
        case Format::jsonl:
            out << drift_lines(report);
            break;
        case Format::csv:
            out << drift_csv(report);
            break;
        case Format::markdown:
            out << drift_markdown(report);
            return;
        case Format::sarif:
            out << drift_sarif(report);
            return;
    }
    for (const std::string& line : report.unknown) session.warn("unknown: " + line);
}

ExitCode run_diff(const DiffOptions& options, Session& session) {
    const Format format = format_or_fail(options.format);
    engine::FailOn fail_on;
    if (!options.fail_on.empty()) {
        auto parsed = engine::FailOn::parse(options.fail_on);
        if (!parsed) throw CommandFailure(ExitCode::usage, parsed.error().message);
        fail_on = std::move(*parsed);
    }
    const bool two = options.words.size() == 2 && options.lock.empty() && options.since.empty();
    const bool one = !options.words.empty() || options.all || !options.lock.empty();
    if (!one || (options.all && (!options.words.empty() || !options.lock.empty())) ||
        (!options.lock.empty() && !options.since.empty())) {
        throw CommandFailure(ExitCode::usage,
                             "name a server, two things to compare, --lock FILE, or --all");
    }
    engine::DriftRun run(session.classifier(), load_settings(session), today(session));
    if (!options.lock.empty()) {
        compare_with_lock(options, session, run);
    } else if (two) {
        compare_two(options.words[0], options.words[1], session, run);
    } else {
        compare_catalogue(options, options.words, session, run);
    }
    const engine::DriftReport report = run.finish();
    print_drift(report, format, session);
    bool met = options.exit_code && report.any();
    for (const engine::ServerReport& server : report.servers) {
        for (const std::string& line : fail_on.met(server.verdicts, known_before(server))) {
            session.warn("--fail-on: " + line);
            met = true;
        }
    }
    if (met) return ExitCode::found;
    const bool strict = options.exit_code || !fail_on.empty();
    return strict && !report.unknown.empty() ? ExitCode::incomplete : ExitCode::done;
}

ExitCode run_pin(const PinOptions& options, Session& session) {
    if (options.servers.empty() == !options.all) {
        throw CommandFailure(ExitCode::usage, "name the servers to pin, or give --all");
    }
    const store::Catalogue catalogue = session.open_catalogue(store::OpenMode::read_only);
    std::vector<std::string> ids;
    for (const std::string& word : options.servers) {
        for (std::string& id : servers_or_fail(catalogue, word, session)) ids.push_back(std::move(id));
    }
    if (options.all) {
        for (const store::ServerRow& server : catalogue.servers()) {
            if (server.last_listed) ids.push_back(server.id);
        }
    }
    engine::LockFile lock;
    if (is_file(options.file, session)) {
        lock = lock_or_fail(options.file, session);
        for (auto& [id, server] : lock) {
            server.verdicts = session.classifier().classify(server.document);
        }
    }
    for (const std::string& id : ids) {
        auto snapshot = catalogue.snapshot(id);
        if (!snapshot) {
            throw CommandFailure(
                ExitCode::failed,
                fmt::format("pinning {}: it was never listed, so there is nothing to pin", id));
        }
        auto verdicts = session.classifier().classify(snapshot->document);
        lock[id] = {std::move(snapshot->document), std::move(verdicts)};
    }
    const std::string text = engine::lock_text(lock);
    if (options.file == "-") {
        session.environment().out << text;
        return ExitCode::done;
    }
    write_whole(session.environment().directory / options.file, text);
    session.note(fmt::format("pinned {} in {}", count_of(ids.size(), "server"), options.file));
    return ExitCode::done;
}

}  // namespace

void add_diff(CLI::App& app, Action& action) {
    auto options = std::make_shared<DiffOptions>();
    CLI::App* command =
        app.add_subcommand("diff", "Show what changed on servers, and what that does to the risk");
    command->add_option(
        "WHAT",
        options->words,
        "A server: against the last time it said something else. Two servers or "
        "files (databases, lock files, recorded definitions): one against the other");
    command->add_flag("--all", options->all, "All servers of the catalogue");
    command->add_option("--since", options->since, "Against what was in force at a date or age")
        ->type_name("TIME");
    command->add_option("--lock", options->lock, "Against what this file pins")->type_name("FILE");
    command->add_flag("--exit-code", options->exit_code, "Exit with 1 if anything changed");
    command
        ->add_option("--fail-on",
                     options->fail_on,
                     "Exit with 1 on a level, new=LEVEL, finding=LEVEL, raised or drift; several "
                     "with commas")
        ->type_name("WHEN");
    command->add_option("--format", options->format, kFormats)->capture_default_str();
    command->footer(help_footer(
        {"mcprisk diff github",
         "mcprisk diff --lock mcprisk.lock --exit-code",
         "mcprisk diff last-month.db this-month.db --format markdown"},
        "0 done, 1 something changed and --exit-code was given, or --fail-on was met; 2 wrong "
        "usage; 3 something could not be read; 4 a pinned server is unknown"));
    command->callback([options, &action] {
        action = [options](Session& session) { return run_diff(*options, session); };
    });
}

void add_pin(CLI::App& app, Action& action) {
    auto options = std::make_shared<PinOptions>();
    CLI::App* command = app.add_subcommand(
        "pin", "Write the definitions of servers into a lock file, to compare with later");
    command->add_option("SERVER", options->servers, "Ids, or unique parts of them");
    command->add_flag("--all", options->all, "All servers of the catalogue that were listed");
    command
        ->add_option("-o,--output",
                     options->file,
                     "The lock file, - for standard output; servers that it pins already and that "
                     "are not named stay")
        ->type_name("FILE")
        ->required();
    command->footer(help_footer({"mcprisk pin github -o mcprisk.lock",
                                 "mcprisk pin --all -o mcprisk.lock && git diff mcprisk.lock"},
                                "0 done, 2 wrong usage, 3 no such server, or it was never listed"));
    command->callback([options, &action] {
        action = [options](Session& session) { return run_pin(*options, session); };
    });
}

}  // namespace mcprisk::cli

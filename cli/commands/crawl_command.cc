// `crawl`: every server of one or more indexes.
#include <fmt/format.h>
#include <malloc.h>
#include <sys/resource.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <ostream>
#include <random>
#include <thread>

#include "cli/commands/command.h"
#include "cli/commands/crawl_options.h"
#include "cli/commands/start_options.h"
#include "cli/crawl_indexes.h"
#include "cli/intake_world.h"
#include "cli/output/crawl_progress.h"
#include "cli/output/reach_report.h"
#include "cli/output/scan_report.h"
#include "cli/policy_files.h"
#include "cli/policy_settings.h"
#include "cli/private_file.h"
#include "cli/session.h"
#include "crawler/crawl_engine.h"
#include "crawler/net/http_client.h"
#include "crawler/process/sandbox_probe.h"
#include "crawler/process/temporary_directory.h"
#include "engine/crawl_intake.h"
#include "engine/scan_result.h"
#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

using crawler::Target;

// Every connection is a descriptor. Returns how many connections there is room for.
std::size_t make_room_for(std::size_t connections) {
    constexpr rlim_t kOwn = 256;
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return connections;
    const rlim_t wanted = static_cast<rlim_t>(connections) * 2 + kOwn;  // some stay open idle
    if (limit.rlim_cur < wanted) {
        limit.rlim_cur = std::min(wanted, limit.rlim_max);
        setrlimit(RLIMIT_NOFILE, &limit);
        getrlimit(RLIMIT_NOFILE, &limit);
    }
    if (limit.rlim_cur >= wanted) return connections;
    const rlim_t own = std::min(kOwn, limit.rlim_cur / 2);
    return std::max<std::size_t>(1, static_cast<std::size_t>(limit.rlim_cur - own) / 2);
}

std::size_t default_processes() {
    return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 2, 16);
}

std::string user_agent(const std::string& contact) {
    return contact.empty() ? fmt::format("mcprisk/{}", MCPRISK_VERSION)
                           : fmt::format("mcprisk/{} (+{})", MCPRISK_VERSION, contact);
}

// What is kept of a crawl until it is printed.
struct CrawlOutput {
    Session& session;
    Format format;
    CrawlProgress progress;
    engine::ScanResult result;

    void take(Listing listing, std::vector<Verdict> verdicts) {
        progress.listed(listing);
        if (format == Format::jsonl) {
            session.environment().out << verdict_lines(verdicts);
        } else if (format != Format::table) {
            result.verdicts.insert(result.verdicts.end(), verdicts.begin(), verdicts.end());
            listing.document.tools.shrink_to_fit();
            result.listings.push_back(std::move(listing));
        }
    }
};

// Consent to programs presumes a sandbox: why there is none, if so.
std::string why_no_sandbox(const CrawlOptions& options,
                           crawler::Loop& loop,
                           crawler::StdioOptions& stdio) {
    if (options.start.sandbox == crawler::Sandbox::none ||
        options.words.choice.only == crawler::OnlyWays::remote) {
        return {};
    }
    auto bwrap = crawler::probe_sandbox(loop, stdio.limits.start);
    if (!bwrap) return bwrap.error().message;
    stdio.probed_bwrap = std::move(*bwrap);
    return {};
}

engine::IntakeWorld crawl_world(const CrawlOptions& options,
                                store::Catalogue* catalogue,
                                Session& session) {
    const bool policies = !options.policy_folder.empty();
    engine::IntakeWorld world =
        intake_world(catalogue, policies ? load_settings(session) : policy::Settings{}, session);
    world.policy.preset = *parse_preset(options.preset);
    if (policies) {
        const auto place = session.environment().directory / options.policy_folder;
        world.put_policy = [place](const std::string& folder, const policy::Recommendation& made) {
            write_recommendation(place / folder, made);
        };
    }
    return world;
}

std::string plan_line(const engine::CrawlPlan& plan) {
    std::string line =
        fmt::format("{} servers in {} entries", grouped(plan.named), grouped(plan.entries));
    const auto add = [&](std::size_t n, std::string_view what) {
        if (n > 0) line += fmt::format("; {} {}", grouped(n), what);
    };
    add(plan.without_way, "without a way to reach them");
    add(plan.elsewhere, "left out by options");
    add(plan.known, "asked before (--refresh AGE asks again)");
    add(plan.servers.size(), "to do");
    return line;
}

void print_crawl(CrawlOutput& output,
                 const engine::CrawlCounts& counts,
                 const engine::CrawlPlan& plan,
                 Session& session) {
    std::ostream& out = session.environment().out;
    engine::sort_by_risk(output.result.verdicts);
    switch (output.format) {
        case Format::table:
            if (counts.done() > 0)
                out << crawl_table(counts, session.environment().columns) << '\n'
                    << reach_text(counts.reach(), session.environment().columns) << '\n';
            out << fmt::format("{} of {} servers listed, {} tools, {} of them High or Critical\n",
                               grouped(counts.of(Outcome::listed)),
                               grouped(counts.done()),
                               grouped(counts.tools()),
                               grouped(counts.risky_tools()));
            if (plan.known > 0) {
                out << fmt::format("{} servers were asked before and left alone\n",
                                   grouped(plan.known));
            }
            return;
        case Format::json:
            out << scan_json(output.result);
            return;
        case Format::markdown:
            out << scan_markdown(output.result);
            return;
        case Format::csv:
            out << verdict_csv(output.result.verdicts);
            return;
        case Format::sarif:
            out << scan_sarif(output.result,
                              "mcprisk/crawl/",
                              session.environment().directory,
                              acceptance(session));
            return;
        case Format::jsonl:
            return;
    }
}

ExitCode run_crawl(CrawlOptions options, Session& session) {
    const Format format = format_or_fail(options.format);
    check_crawl_options(options);
    Environment& environment = session.environment();

    crawler::CrawlRules rules;
    constexpr std::size_t kConnections = 256;
    const std::size_t jobs = options.jobs > 0 ? options.jobs : kConnections;
    rules.pace.connections = make_room_for(jobs);
    if (rules.pace.connections < jobs) {
        session.warn(
            fmt::format("--jobs {}: the limit on open files allows {}; raise it with "
                        "ulimit -n",
                        jobs,
                        rules.pace.connections));
    }
    rules.pace.processes = options.process_jobs > 0 ? options.process_jobs : default_processes();
    rules.pace.per_host = options.per_host;
    rules.pace.per_domain = options.per_domain;

    crawler::StdioOptions stdio = stdio_options(options.start);
    stdio.companion = session.environment().program;
    stdio.limits = crawl_program_limits(options.start.timeout);
    stdio.cache_directory = own_folder(environment, "XDG_CACHE_HOME", ".cache").string();
    crawler::HttpOptions http;
    http.era = options.start.era;
    http.limits = crawl_limits(options.start.timeout);
    http.allow_private = options.start.allow_private;
    http.private_redirects = options.start.allow_private;
    http.other_places = true;

    crawler::TemporaryDirectory::remove_leftovers();
    if (!stdio.cache_directory.empty()) {
        crawler::TemporaryDirectory::remove_leftovers(stdio.cache_directory + "/npm");
    }
    crawler::Loop loop;
    crawler::HostMemory memory;
    crawler::HttpClientOptions client_options;
    client_options.user_agent = user_agent(options.contact);
    constexpr std::size_t kPerLane = 64;
    client_options.lanes = std::clamp<std::size_t>(rules.pace.connections / kPerLane, 4, 32);
    client_options.idle_connections = rules.pace.connections / 2;
    client_options.room = std::size_t{96} << 20;
    client_options.watch.answered = [&](const crawler::HttpUrl& url,
                                        const crawler::HttpHead& head) {
        memory.answered(url, head, crawler::Loop::Clock::now());
    };
    client_options.watch.failed = [&](const crawler::HttpUrl& url,
                                      const crawler::HttpFailure& failure) {
        memory.failed(url, failure);
    };
    crawler::HttpClient client(loop, std::move(client_options));

    const auto state = own_folder(environment, "XDG_STATE_HOME", ".local/state");
    Consent consent(
        environment, state.empty() ? std::filesystem::path() : state / "consent.json", options.yes);
    std::optional<store::Catalogue> catalogue;
    if (!options.no_store) catalogue = session.open_catalogue(store::OpenMode::read_write);
    if (options.start.sandbox == crawler::Sandbox::none && options.yes) {
        session.warn("--sandbox none: programs that the index names run with all your rights");
    }
    engine::CrawlPlan plan = read_crawl_plan(options.words,
                                             catalogue ? &*catalogue : nullptr,
                                             {consent, why_no_sandbox(options, loop, stdio)},
                                             loop,
                                             client,
                                             session);
    session.note(plan_line(plan));
    malloc_trim(0);  // an index is many times larger while it is read than what is kept of it

    engine::CrawlStrikes strikes(catalogue ? session.catalogue_path().string() + ".at-work" : "",
                                 write_whole);
    CrawlOutput output{session, format, {environment, session.options().quiet}, {}};
    engine::CrawlIntake intake(plan,
                               crawl_world(options, catalogue ? &*catalogue : nullptr, session),
                               strikes,
                               [&](Listing listing, std::vector<Verdict> verdicts) {
                                   output.take(std::move(listing), std::move(verdicts));
                               });
    std::vector<Target> targets = intake.begin([&](const std::string& id) {
        session.warn(fmt::format(
            "{}: mcprisk ended twice while it classified what this server lists, so it is left "
            "out; mcprisk scan asks it again",
            id));
    });
    if (environment.watch_interrupts) environment.watch_interrupts();
    std::minstd_rand generator(std::random_device{}());
    std::uniform_real_distribution<double> unit(0, 1);
    bool said = false;
    crawler::CrawlHooks hooks;
    hooks.make = lister_factory(loop, client, stdio, http);
    hooks.listed = [&](std::size_t index, Listing listing) {
        intake.listed(index, std::move(listing));
    };
    hooks.stop = [&] {
        const bool stop = environment.interrupted && environment.interrupted();
        if (stop && !std::exchange(said, true)) {
            output.progress.clear();
            session.warn("finishing the servers that are being asked; once more to stop at once");
        }
        return stop;
    };
    hooks.tick = [&] {
        intake.collect();
        output.progress.draw(intake.counts());
    };
    hooks.random = [&] { return unit(generator); };
    crawler::crawl_servers(loop, std::move(targets), rules, memory, hooks);
    intake.finish();
    output.progress.clear();
    const engine::CrawlCounts& counts = intake.counts();
    print_crawl(output, counts, plan, session);
    if (counts.done() < counts.planned()) {
        session.warn(
            fmt::format("interrupted: {} servers were not asked; the same command goes on "
                        "there",
                        grouped(counts.planned() - counts.done())));
        return ExitCode::failed;
    }
    const std::size_t listed = counts.of(Outcome::listed);
    // What was listed by an earlier run counts: this one only went on.
    if (counts.done() > 0 && listed == 0 && plan.known == 0) return ExitCode::failed;
    return options.strict && listed < counts.done() ? ExitCode::incomplete : ExitCode::done;
}

}  // namespace

void add_crawl(CLI::App& app, Action& action) {
    auto options = std::make_shared<CrawlOptions>();
    CLI::App* command = app.add_subcommand(
        "crawl", "List every server of one or more indexes; goes on where it was stopped");
    add_crawl_options(*command, *options);
    command->footer(help_footer(
        {"mcprisk crawl registry.json --only remote --contact https://example.org/crawler",
         "mcprisk crawl servers.txt --yes --refresh 7d"},
        "0 done; 2 wrong usage; 3 an index cannot be used, nothing was listed, or it was "
        "interrupted; 4 some server could not be listed, with --strict"));
    command->callback([options, &action] {
        action = [options](Session& session) { return run_crawl(*options, session); };
    });
}

}  // namespace mcprisk::cli

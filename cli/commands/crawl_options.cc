#include "cli/commands/crawl_options.h"

#include <fmt/format.h>
#include <algorithm>
#include <tuple>

#include "cli/commands/command.h"
#include "cli/exit_code.h"
#include "cli/output/verdict_output.h"
#include "cli/policy_files.h"
#include "engine/crawl_plan.h"

namespace mcprisk::cli {
namespace {

void add_pace_options(CLI::App& command, CrawlOptions& options) {
    command.add_option("--jobs", options.jobs, "Connections at the same time (default: 256)")
        ->check(CLI::Range(1, 20000));
    command
        .add_option("--process-jobs",
                    options.process_jobs,
                    "Programs at the same time (default: the number of cores)")
        ->check(CLI::Range(1, 1000));
    command.add_option("--per-host", options.per_host, "Servers of one host at the same time")
        ->check(CLI::Range(1, 10000))
        ->capture_default_str();
    command
        .add_option("--per-domain",
                    options.per_domain,
                    "Servers below one registered domain at the same time")
        ->check(CLI::Range(1, 10000))
        ->capture_default_str();
    command
        .add_option(
            "--contact", options.contact, "A URL or mail address that goes into the User-Agent")
        ->type_name("URL");
    command
        .add_option("--opt-out",
                    options.words.opt_out,
                    "Leave alone what this file names: a domain, an id or a URL a line")
        ->type_name("FILE");
}

void add_choice_options(CLI::App& command, CrawlOptions& options) {
    command.add_option("--only", options.only, "remote: only addresses; package: only programs")
        ->check(CLI::IsMember({"all", "remote", "package"}))
        ->type_name("WHICH");
    command.add_option("--limit", options.words.choice.limit, "Ask this many servers at most")
        ->type_name("N");
    command
        .add_option("--shard", options.shard, "The K-th of N parts, told by the servers' ids: 2/5")
        ->type_name("K/N");
    command
        .add_option(
            "--refresh", options.refresh, "Ask again what was asked longer ago than this: 12h, 7d")
        ->type_name("AGE");
    command
        .add_option(
            "--server", options.words.choice.only_servers, "Only these servers, by id or name")
        ->type_name("NAME")
        ->allow_extra_args(false);
    command
        .add_option("--header",
                    options.words.headers,
                    "Send this header to indexes that are addresses; 'K: $ENV' and 'K: @FILE' keep "
                    "the value off the command line")
        ->type_name("'K: V'")
        ->allow_extra_args(false);
}

}  // namespace

void add_crawl_options(CLI::App& command, CrawlOptions& options) {
    command
        .add_option("INDEX",
                    options.words.indexes,
                    "A file, folder or URL: official registry, Docker, ToolHive, Smithery, mcpm, "
                    "PulseMCP, Glama, ToolSDK, a file with mcpServers, or a plain list")
        ->required();
    add_choice_options(command, options);
    add_pace_options(command, options);
    command.add_flag("--yes", options.yes, "Consent to start every program that the indexes name");
    add_start_options(command,
                      options.start,
                      "Reach private, loopback and link-local addresses that an index names");
    command.add_flag("--no-store", options.no_store, "Leave the catalogue alone");
    command
        .add_option(
            "--policy", options.policy_folder, "Write recommended policies into this folder")
        ->type_name("DIR");
    command.add_option("--preset", options.preset, "Of the policies")->capture_default_str();
    command.add_flag("--strict", options.strict, "Exit with 4 if a server could not be listed");
    command.add_option("--format", options.format, kFormats)->capture_default_str();
}

void check_crawl_options(CrawlOptions& options) {
    if (!parse_preset(options.preset)) {
        throw CommandFailure(ExitCode::usage,
                             fmt::format("unknown preset \"{}\": recommended, strict or permissive",
                                         options.preset));
    }
    if (!options.refresh.empty()) {
        const auto age = engine::parse_age(options.refresh);
        if (!age) throw CommandFailure(ExitCode::usage, "--refresh: " + age.error().message);
        options.words.choice.refresh = *age;
    }
    if (!options.shard.empty()) {
        const auto shard = engine::parse_shard(options.shard);
        if (!shard) throw CommandFailure(ExitCode::usage, "--shard: " + shard.error().message);
        std::tie(options.words.choice.shard, options.words.choice.shards) = *shard;
    }
    if (options.only == "remote") options.words.choice.only = crawler::OnlyWays::remote;
    if (options.only == "package") options.words.choice.only = crawler::OnlyWays::package;
    const bool unprintable = std::any_of(options.contact.begin(),
                                         options.contact.end(),
                                         [](char c) { return c <= ' ' || c >= 0x7f; });
    if (unprintable) {
        throw CommandFailure(ExitCode::usage, "--contact: expected a URL or a mail address");
    }
}

}  // namespace mcprisk::cli

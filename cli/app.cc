#include "cli/app.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <map>
#include <optional>
#include <vector>

#include "cli/commands/command.h"
#include "cli/commands/forget_command.h"
#include "cli/session.h"
#include "model/base/text.h"
#include "store/database_error.h"

namespace mcprisk::cli {
namespace {

struct SplitArguments {
    std::vector<std::string> before;
    std::vector<std::string> after;  // behind the first "--" of a scan
};

// CLI11 would take what stands behind "--" for more targets; for `scan` it is a command.
SplitArguments split_arguments(std::span<const std::string> arguments) {
    const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
    const bool scans = std::find(arguments.begin(), dashes, "scan") != dashes;
    if (!scans || dashes == arguments.end()) return {{arguments.begin(), arguments.end()}, {}};
    return {{arguments.begin(), dashes}, {dashes + 1, arguments.end()}};
}

void add_global_options(CLI::App& app, GlobalOptions& options) {
    const std::map<std::string, ColorMode> modes{
        {"auto", ColorMode::automatic}, {"always", ColorMode::always}, {"never", ColorMode::never}};
    app.add_option("--db", options.db, "The catalogue's database file")->type_name("FILE");
    app.add_option(
           "--rules", options.rules, "Use the rules of this folder instead of the built-in ones")
        ->type_name("DIR");
    app.add_option("--settings",
                   options.settings,
                   "Trust, overrides and values of the person running (default "
                   "~/.mcprisk.toml); one found in the project may only tighten")
        ->type_name("FILE");
    app.add_option("--color", options.color, "Colours: auto, always or never")
        ->transform(CLI::CheckedTransformer(modes, CLI::ignore_case).description(""))
        ->type_name("WHEN");
    app.add_flag("-q,--quiet", options.quiet, "Say nothing on stderr but errors and warnings");
    app.add_flag("-v,--verbose", options.verbose, "Say more on stderr");
    app.set_version_flag("--version", std::string("mcprisk ") + MCPRISK_VERSION);
}

int usage_error(const CLI::ParseError& error, const CLI::App& app, Environment& environment) {
    const CLI::App* chosen = &app;
    std::string name;
    while (!chosen->get_subcommands().empty()) {
        chosen = chosen->get_subcommands().front();
        name += " " + chosen->get_name();
    }
    environment.err << "mcprisk: " << printable(error.what()) << "\nSee: mcprisk" << name
                    << " --help\n";
    return static_cast<int>(ExitCode::usage);
}

// The first word, if it is neither an option nor a command.
std::optional<std::string> unknown_command(const std::vector<std::string>& words,
                                           const CLI::App& app) {
    if (words.empty() || words.front().empty() || words.front().front() == '-') return std::nullopt;
    const auto commands = app.get_subcommands({});
    const auto known = [&](const CLI::App* command) {
        return command->get_name() == words.front();
    };
    if (std::any_of(commands.begin(), commands.end(), known)) return std::nullopt;
    return words.front();
}

std::string did_you_mean(const std::string& word, const CLI::App& app) {
    for (const CLI::App* command : app.get_subcommands({})) {
        if (edit_distance(word, command->get_name()) <= 2) {
            return fmt::format("; did you mean {}?", command->get_name());
        }
    }
    return "";
}

int dispatch(std::span<const std::string> arguments, Environment& environment) {
    const SplitArguments split = split_arguments(arguments);
    CLI::App app{
        "Lists the tools of MCP servers, says what each can do and how risky that is, and "
        "writes policies that gateways enforce."};
    app.name("mcprisk");
    app.require_subcommand(1);
    app.fallthrough();
    app.get_formatter()->column_width(34);
    GlobalOptions options;
    Action action;
    add_global_options(app, options);
    add_scan(app, action, split.after);
    add_crawl(app, action);
    add_classify(app, action);
    add_query(app, action);
    add_show(app, action);
    add_servers(app, action);
    add_stats(app, action);
    add_history(app, action);
    add_diff(app, action);
    add_pin(app, action);
    add_reclassify(app, action);
    add_backup(app, action);
    add_check(app, action);
    add_forget(app, action);
    add_export(app, action);
    add_merge(app, action);
    add_mcp(app, action);
    add_manual(app, action);
    add_policy(app, action);
    add_rules(app, action);
    add_eval(app, action);
    add_login(app, action);
    add_guard(app, action);
    add_approve(app, action);
    add_inventory(app, action);
    app.footer(help_footer({"mcprisk scan -- npx -y @modelcontextprotocol/server-everything",
                            "mcprisk scan ~/.cursor/mcp.json --policy policies"},
                           "0 done, 1 found something, 2 wrong usage, 3 could not do its work, "
                           "4 a named server could not be listed"));
    if (const auto unknown = unknown_command(split.before, app)) {
        environment.err << fmt::format("mcprisk: unknown command \"{}\"{}\nSee: mcprisk --help\n",
                                       printable(*unknown),
                                       did_you_mean(*unknown, app));
        return static_cast<int>(ExitCode::usage);
    }
    std::vector<std::string> reversed(split.before.rbegin(), split.before.rend());
    try {
        app.parse(reversed);
    } catch (const CLI::CallForHelp&) {
        const CLI::App* chosen = &app;
        std::string above;
        while (!chosen->get_subcommands().empty()) {
            above += (above.empty() ? "" : " ") + chosen->get_name();
            if (chosen == &app) above = "mcprisk";
            chosen = chosen->get_subcommands().front();
        }
        environment.out << chosen->help(above);
        return static_cast<int>(ExitCode::done);
    } catch (const CLI::CallForVersion& version) {
        environment.out << version.what() << '\n';
        return static_cast<int>(ExitCode::done);
    } catch (const CLI::ParseError& error) {
        return usage_error(error, app, environment);
    }
    Session session(environment, options);
    return static_cast<int>(action(session));
}

}  // namespace

std::string help_footer(const std::vector<std::string>& examples, const std::string& exit_codes) {
    std::string text = "Examples:\n";
    for (const std::string& example : examples) text += "  " + example + "\n";
    return text + "\nExit codes: " + exit_codes;
}

int run(std::span<const std::string> arguments, Environment& environment) {
    const auto say = [&](const char* what) {
        environment.err << "mcprisk: " << printable(what) << '\n';
    };
    try {
        const int code = dispatch(arguments, environment);
        environment.out.flush();
        const bool failed = !environment.out;
        if (failed) {
            // The write that failed may be long past: one more tells why.
            environment.out.clear();
            errno = 0;
            environment.out.put('\n').flush();
        }
        // A reader that has seen enough (`| head`) is not worth a word; a full disk is.
        if (failed && errno != EPIPE) {
            say("writing the output failed: what was written is not complete");
            return static_cast<int>(ExitCode::failed);
        }
        return code;
    } catch (const CommandFailure& failure) {
        say(failure.what());
        return static_cast<int>(failure.code());
    } catch (const store::DatabaseError& error) {
        say(error.what());
    } catch (const std::exception& error) {
        say(error.what());
    }
    return static_cast<int>(ExitCode::failed);
}

}  // namespace mcprisk::cli

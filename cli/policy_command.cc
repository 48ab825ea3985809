// `policy SERVER…`: recommended policies, and `policy validate`.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/lookup.h"
#include "cli/policy_files.h"
#include "cli/session.h"
#include "model/safe_name.h"
#include "model/text.h"
#include "policy/evaluate.h"
#include "policy/validate.h"

namespace mcprisk::cli {
namespace {

struct Options {
    std::vector<std::string> servers;
    bool all = false;
    std::string format = "policy.json";
    std::string preset = "recommended";
    bool compat = false;
    bool trust = false;
    std::string tool;
    std::string folder;
};

policy::Options policy_options(const Options& options) {
    const auto preset = parse_preset(options.preset);
    if (!preset) {
        throw CommandFailure(ExitCode::usage,
                             fmt::format("unknown preset \"{}\": recommended, strict or permissive",
                                         options.preset));
    }
    if (options.format != "policy.json") {
        throw CommandFailure(
            ExitCode::usage,
            fmt::format("unknown format \"{}\": policy.json is what --for knows", options.format));
    }
    return {*preset, options.compat, options.trust};
}

std::vector<store::ServerRow> chosen_servers(const Options& options,
                                             const store::Catalogue& catalogue) {
    std::vector<store::ServerRow> chosen;
    if (options.all) {
        for (store::ServerRow& server : catalogue.servers()) {
            if (server.tools > 0) chosen.push_back(std::move(server));
        }
        return chosen;
    }
    for (const std::string& part : options.servers)
        chosen.push_back(server_or_fail(catalogue, part));
    std::sort(
        chosen.begin(), chosen.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    return chosen;
}

std::vector<store::ToolRow> tools_or_fail(const store::Catalogue& catalogue,
                                          const store::ServerRow& server,
                                          const std::string& only) {
    std::vector<store::ToolRow> tools = catalogue.tools_of(server.id);
    if (tools.empty()) {
        throw CommandFailure(ExitCode::failed,
                             fmt::format("{} has never been listed, so there is nothing to write a "
                                         "policy from: scan it first",
                                         server.id));
    }
    if (only.empty()) return tools;
    return {tool_or_fail(tools, server.id, only)};
}

ExitCode run_policy(const Options& options, Session& session) {
    const policy::Options policy_choice = policy_options(options);
    if (options.servers.empty() && !options.all) {
        throw CommandFailure(ExitCode::usage,
                             "name a server, or give --all; see mcprisk policy --help");
    }
    const store::Catalogue catalogue = session.open_catalogue(store::OpenMode::read_only);
    const auto servers = chosen_servers(options, catalogue);
    if (options.folder.empty() && servers.size() != 1) {
        throw CommandFailure(ExitCode::usage,
                             "several servers need a folder for their policies: give -o DIR");
    }
    SafeNames names;
    for (const store::ServerRow& server : servers) {
        const auto tools = tools_or_fail(catalogue, server, options.tool);
        if (options.folder.empty()) {
            session.environment().out
                << policy::recommend(server.id, judged(tools), policy_choice).policy_json;
        } else {
            const auto file = write_policy_files(
                session.environment().directory / options.folder / names.take(server.id),
                server.id,
                judged(tools),
                policy_choice);
            session.note(fmt::format("wrote {}", shown_path(file, session.environment())));
        }
    }
    return ExitCode::done;
}

ExitCode run_validate(const std::string& file, Session& session) {
    Diagnostics diagnostics;
    const bool valid =
        policy::validate_policy(read_whole(session.environment(), file), diagnostics);
    for (const Diagnostic& d : diagnostics.items()) {
        session.warn(fmt::format("{}{}: {}{}{}{}",
                                 file,
                                 d.line > 0 ? fmt::format(":{}", d.line) : "",
                                 d.severity == Severity::warning ? "warning: " : "",
                                 d.path,
                                 d.path.empty() ? "" : ": ",
                                 d.message));
    }
    if (!valid) return ExitCode::found;
    session.note(fmt::format("{} is a valid policy.json of version \"1\"", file));
    return ExitCode::done;
}

struct TestOptions {
    std::string file;
    std::string tool;
    std::string arguments = "{}";
};

ExitCode run_test(const TestOptions& options, Session& session) {
    const auto ruling = policy::evaluate(
        read_whole(session.environment(), options.file), options.tool, options.arguments);
    if (!ruling) {
        throw CommandFailure(
            ExitCode::failed,
            fmt::format(
                "testing {} against {}: {}", options.tool, options.file, ruling.error().message));
    }
    std::ostream& out = session.environment().out;
    out << fmt::format("{}\n  by {}: {}\n",
                       ruling->allowed ? "allowed" : "denied",
                       printable(ruling->place),
                       printable(ruling->message));
    for (const std::string& limit : ruling->counted)
        out << "  counts against " << printable(limit) << '\n';
    return ruling->allowed ? ExitCode::done : ExitCode::found;
}

}  // namespace

void add_policy(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("policy", "Write the recommended policy of a server");
    command->add_option("SERVER", options->servers, "Server ids, or any unique part of one");
    command->add_flag("--all", options->all, "Every server of the catalogue that was listed");
    command->add_option("--for", options->format, "The format to write")->capture_default_str();
    command->add_option("--preset", options->preset, "recommended, strict or permissive")
        ->capture_default_str();
    command->add_flag(
        "--compat", options->compat, "Exactly the public reference's shapes, by category alone");
    command->add_flag(
        "--trusted", options->trust, "Believe what the server's author claims of its tools");
    command->add_option("--tool", options->tool, "The document of this one tool");
    command
        ->add_option("-o,--output",
                     options->folder,
                     "Write DIR/<server>/policy.json and policy.reasons.json")
        ->type_name("DIR");
    command->footer(help_footer(
        {"mcprisk policy piwik --tool analytics_goals_create", "mcprisk policy --all -o policies"},
        "0 done, 2 wrong usage, 3 no such server or it was never listed"));
    command->callback([options, &action, command] {
        if (!command->get_subcommands().empty()) return;
        action = [options](Session& session) { return run_policy(*options, session); };
    });

    auto file = std::make_shared<std::string>();
    CLI::App* validate = command->add_subcommand("validate", "Check a policy.json document");
    validate->add_option("FILE", *file, "The document, or - for standard input")->required();
    validate->footer(help_footer(
        {"mcprisk policy validate policy.json", "mcprisk policy piwik | mcprisk policy validate -"},
        "0 valid, 1 not valid, 2 wrong usage, 3 cannot be read"));
    validate->callback([file, &action] {
        action = [file](Session& session) { return run_validate(*file, session); };
    });

    auto trial = std::make_shared<TestOptions>();
    CLI::App* test = command->add_subcommand("test", "Say what a policy.json decides for one call");
    test->add_option("FILE", trial->file, "The document, or - for standard input")->required();
    test->add_option("--tool", trial->tool, "The tool that is called")->required();
    test->add_option("--args", trial->arguments, "The arguments of the call, a JSON object")
        ->type_name("JSON")
        ->capture_default_str();
    test->footer(help_footer({"mcprisk policy test policy.json --tool delete_file",
                              "mcprisk policy test policy.json --tool manage_list --args "
                              "'{\"action\": \"clear\"}'"},
                             "0 allowed, 1 denied, 2 wrong usage, 3 no valid policy or arguments"));
    test->callback([trial, &action] {
        action = [trial](Session& session) { return run_test(*trial, session); };
    });
}

}  // namespace mcprisk::cli

// `policy check` and `policy simulate`: what a policy as written lets happen, and what it would
// have done.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>

#include "cli/commands/command.h"
#include "cli/commands/lookup.h"
#include "cli/commands/policy_command.h"
#include "cli/policy_files.h"
#include "cli/session.h"
#include "engine/lookup.h"
#include "model/base/json.h"
#include "model/base/text.h"
#include "policy/document/sequences.h"
#include "policy/document/simulate.h"

namespace mcprisk::cli {
namespace {

using nlohmann::json;

struct TrialOptions {
    std::vector<std::string> files;
    std::vector<std::string> servers;
};

ExitCode run_policy_check(const TrialOptions& options, Session& session) {
    if (!options.servers.empty() && options.servers.size() != options.files.size()) {
        throw CommandFailure(ExitCode::usage, "give --server once for each FILE, in their order");
    }
    const auto catalogue = session.open_catalogue(store::OpenMode::read_only);
    std::vector<std::string> documents;
    std::vector<std::vector<store::ToolRow>> rows;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < options.files.size(); ++i) {
        documents.push_back(read_whole(session.environment(), options.files[i]));
        const auto server = server_or_fail(
            catalogue,
            policy_server(options.files[i],
                          options.servers.empty() ? std::string() : options.servers[i],
                          session));
        names.push_back(server.id);
        rows.push_back(catalogue.tools_of(server.id));
    }
    std::vector<policy::Written> written;
    for (std::size_t i = 0; i < documents.size(); ++i) {
        written.push_back({names[i], documents[i], engine::judged(rows[i])});
    }
    const auto searched = policy::find_sequence(written);
    const auto detours = policy::find_detours(written);
    if (!searched || !detours) {
        throw CommandFailure(ExitCode::failed,
                             fmt::format("checking: {}",
                                         !searched ? searched.error().message
                                                   : detours.error().message));
    }
    std::ostream& out = session.environment().out;
    if (searched->found) {
        out << "A path through untrusted content, private data and a way out runs unattended:\n";
        for (const std::string& call : searched->found->calls) out << "  " << call << '\n';
    }
    for (const policy::Detour& one : *detours) {
        out << fmt::format("{} are denied to {} and reached by {}\n",
                           one.what,
                           one.denied,
                           one.allowed);
    }
    if (searched->found || !detours->empty()) return ExitCode::found;
    out << fmt::format(
        "No path through all three runs unattended, and nothing that is denied is reached another "
        "way: {} calls were tried\n",
        searched->calls);
    return ExitCode::done;
}

struct SimulateOptions {
    std::string file;
    std::string log;
    std::string server;
    bool as_json = false;
};

// Tools that the reasons beside the policy call "ask".
std::set<std::string> asking_tools(const std::string& file, Session& session) {
    std::set<std::string> tools;
    auto reasons = session.environment().directory / file;
    reasons.replace_extension("").replace_extension(".reasons.json");
    const auto text = read_if_there(reasons);
    const auto value = text ? parse_json(*text) : parse_json("{}");
    const json* list = value ? find_member(*value, "tools") : nullptr;
    if (list == nullptr || !list->is_array()) return tools;
    for (const json& one : *list) {
        if (string_member(one, "verb") == "ask") tools.insert(string_member(one, "tool"));
    }
    return tools;
}

ExitCode run_simulate(const SimulateOptions& options, Session& session) {
    const auto log =
        policy::read_log(read_whole(session.environment(), options.log), options.server);
    if (!log) {
        throw CommandFailure(ExitCode::failed,
                             fmt::format("{}: {}", options.log, log.error().message));
    }
    const auto result = policy::simulate(read_whole(session.environment(), options.file),
                                         *log,
                                         asking_tools(options.file, session));
    if (!result) {
        throw CommandFailure(ExitCode::failed,
                             fmt::format("{}: {}", options.file, result.error().message));
    }
    std::ostream& out = session.environment().out;
    const auto as_json = [](const policy::Fate& fate) {
        return json{{"allowed", fate.allowed},
                    {"asked", fate.asked},
                    {"denied", fate.denied},
                    {"limited", fate.limited}};
    };
    if (options.as_json) {
        json tools = json::object();
        for (const auto& [name, fate] : result->by_tool) tools[printable(name)] = as_json(fate);
        json all = as_json(result->all);
        all["hours"] = result->hours;
        all["prompts_an_hour"] = result->prompts_an_hour();
        all["other_lines"] = log->other;
        all["tools"] = std::move(tools);
        out << pretty_json(all);
        return ExitCode::done;
    }
    const auto line = [&](std::string_view name, const policy::Fate& fate) {
        out << fmt::format("{:>8}{:>8}{:>8}{:>8}  {}\n",
                           fate.allowed,
                           fate.asked,
                           fate.denied,
                           fate.limited,
                           name);
    };
    out << fmt::format("{:>8}{:>8}{:>8}{:>8}\n", "allowed", "asked", "denied", "limited");
    for (const auto& [name, fate] : result->by_tool) line(printable(name), fate);
    line("all", result->all);
    session.note(fmt::format("{} calls in {:.1f} hours: {:.1f} prompts an hour; {} lines are no "
                             "calls of this server",
                             log->calls.size(),
                             result->hours,
                             result->prompts_an_hour(),
                             log->other));
    return ExitCode::done;
}

}  // namespace

void add_policy_trials(CLI::App& policy, Action& action) {
    auto check = std::make_shared<TrialOptions>();
    CLI::App* command = policy.add_subcommand(
        "check", "Search what policies as written let an agent carry out unattended");
    command->add_option("FILE", check->files, "The policy.json files in force together")
        ->required();
    command->add_option("--server",
                        check->servers,
                        "Whose policy each FILE is, if no reasons stand beside it");
    command->footer(help_footer({"mcprisk policy check policies/*/policy.json"},
                                "0 nothing found, 1 a path or a detour was found, 2 wrong usage, 3 "
                                "could not be checked"));
    command->callback([check, &action] {
        action = [check](Session& session) { return run_policy_check(*check, session); };
    });

    auto trial = std::make_shared<SimulateOptions>();
    CLI::App* simulate = policy.add_subcommand(
        "simulate", "Replay recorded calls: what would be asked, denied and limited");
    simulate->add_option("FILE", trial->file, "The policy.json")->required();
    simulate
        ->add_option("LOG",
                     trial->log,
                     "JSON Lines: calls with at, tool and args, tools/call requests, or a "
                     "transcript with tool_use blocks; - for standard input")
        ->required();
    simulate->add_option(
        "--server", trial->server, "What the transcript calls the server: others are left out");
    simulate->add_flag("--json", trial->as_json, "One JSON object instead of a table");
    simulate->footer(help_footer({"mcprisk policy simulate policies/npm-piwik/policy.json "
                                  "calls.jsonl"},
                                 "0 done, 2 wrong usage, 3 no valid policy or log"));
    simulate->callback([trial, &action] {
        action = [trial](Session& session) { return run_simulate(*trial, session); };
    });
}

}  // namespace mcprisk::cli

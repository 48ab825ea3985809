// `policy explain` and `policy diff`: why a recommendation is as it is, and what it would change.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/commands/command.h"
#include "cli/commands/lookup.h"
#include "cli/commands/policy_command.h"
#include "cli/commands/policy_sources.h"
#include "cli/policy_files.h"
#include "cli/policy_settings.h"
#include "cli/session.h"
#include "model/base/json.h"
#include "model/base/text.h"
#include "policy/decide/wording.h"
#include "policy/document/changes.h"

namespace mcprisk::cli {
namespace {

struct ReviewWords {
    std::string subject;  // a server, or a file
    std::string tool;
    std::string server;
    std::string preset = "recommended";
    bool trust = false;
    bool as_json = false;
    bool exit_code = false;
    bool unknown = false;
};

policy::Options options_of(const ReviewWords& words,
                           const policy::Settings& settings,
                           Session& session) {
    const auto preset = parse_preset(words.preset);
    if (!preset) {
        throw CommandFailure(
            ExitCode::usage,
            fmt::format("unknown preset \"{}\": recommended, strict or permissive", words.preset));
    }
    return {.preset = *preset,
            .trusted = words.trust,
            .settings = &settings,
            .today = today(session),
            .ceiling = true};
}

std::string joined(const std::vector<std::string>& parts) {
    return printable(fmt::format("{}", fmt::join(parts, ", ")));
}

void explain_one(std::ostream& out, const policy::Decided& one) {
    const policy::Decision& d = one.decision;
    const auto line = [&](std::string_view name, const std::string& text) {
        if (!text.empty()) out << fmt::format("  {:<12} {}\n", name, printable(text));
    };
    out << fmt::format(
        "{}: {}{}\n",
        printable(one.judged.tool->name),
        to_string(d.verb),
        d.rest != d.verb ? fmt::format(", or {} within conditions", to_string(d.rest)) : "");
    line("why", policy::why(one));
    line("row", fmt::format("{} ({}, {})", d.id, to_string(d.category), to_string(d.level)));
    line("can", joined(one.judged.verdict->capabilities));
    line("stricter by", joined(d.stricter));
    line("limit", d.rest == policy::Verb::limit ? policy::in_words(d.rate) : "");
    line("conditions", d.has_conditions() ? policy::conditions_in_words(d.rule) : "");
    for (const std::string& gap : d.conditions.gaps) line("not stopped", gap);
    line("opened by", joined(d.opened_by));
    line("needs",
         d.needs.empty() ? "" : joined(d.needs) + " under [policy.values] in .mcprisk.toml");
    line("policy.json", std::string(to_string(d.effect)));
    line("says", d.on_deny);
}

ExitCode run_explain(const ReviewWords& words, Session& session) {
    const policy::Settings settings = load_settings(session);
    const policy::Options options = options_of(words, settings, session);
    const auto catalogue = session.open_catalogue(store::OpenMode::read_only);
    const PolicyServer server = server_from_catalogue(
        catalogue, server_or_fail(catalogue, words.subject), words.tool, options);
    std::ostream& out = session.environment().out;
    if (words.as_json) {
        out << policy::document_of(server.id, server.tools, options).reasons_json;
        return ExitCode::done;
    }
    bool first = true;
    for (const policy::Decided& one : server.tools) {
        if (!first) out << '\n';
        first = false;
        explain_one(out, one);
    }
    return ExitCode::done;
}

// Tools of the catalogue that the policy in force neither names nor hides.
ExitCode show_unknown(const ReviewWords& words,
                      const std::string& in_force,
                      const PolicyServer& server,
                      Session& session) {
    std::vector<std::string> tools;
    for (const policy::Decided& one : server.tools) tools.push_back(one.judged.tool->name);
    const auto unknown = policy::unknown_tools(in_force, tools);
    if (!unknown) {
        throw CommandFailure(ExitCode::failed,
                             fmt::format("{}: {}", words.subject, unknown.error().message));
    }
    std::ostream& out = session.environment().out;
    if (words.as_json) {
        nlohmann::json list = nlohmann::json::array();
        for (const std::string& name : *unknown) list.push_back(printable(name));
        out << pretty_json({{"server", server.id}, {"unknown", std::move(list)}});
    } else {
        for (const std::string& name : *unknown) out << printable(name) << '\n';
    }
    session.note(fmt::format("{} of {} knows {} of {}",
                             words.subject,
                             server.id,
                             tools.size() - unknown->size(),
                             count_of(tools.size(), "tool")));
    return unknown->empty() ? ExitCode::done : ExitCode::found;
}

ExitCode run_policy_diff(const ReviewWords& words, Session& session) {
    const std::string in_force = read_whole(session.environment(), words.subject);
    const policy::Settings settings = load_settings(session);
    const policy::Options options = options_of(words, settings, session);
    const auto catalogue = session.open_catalogue(store::OpenMode::read_only);
    const PolicyServer server = server_from_catalogue(
        catalogue, server_or_fail(catalogue, policy_server(words.subject, words.server, session)), "", options);
    if (words.unknown) return show_unknown(words, in_force, server, session);
    const auto today_s = policy::document_of(server.id, server.tools, options);
    const auto changes = policy::compare_policies(in_force, today_s.policy_json);
    if (!changes) {
        throw CommandFailure(ExitCode::failed,
                             fmt::format("{}: {}", words.subject, changes.error().message));
    }
    std::ostream& out = session.environment().out;
    if (words.as_json) {
        nlohmann::json list = nlohmann::json::array();
        for (const policy::Change& one : *changes) {
            list.push_back({{"tool", one.tool},
                            {"before", one.before},
                            {"after", one.after},
                            {"turn", to_string(one.turn)}});
        }
        out << pretty_json({{"server", server.id}, {"changes", std::move(list)}});
    } else {
        std::multimap<std::string_view, std::string_view> reasons;
        for (const policy::Rule& rule : today_s.rules) reasons.emplace(rule.tool, rule.why);
        for (const policy::Change& one : *changes) {
            out << fmt::format("{} ({})\n  in force     {}\n  recommended  {}\n",
                               printable(one.tool),
                               to_string(one.turn),
                               printable(one.before),
                               printable(one.after));
            const auto [first, last] = reasons.equal_range(one.tool);
            for (auto why = first; why != last; ++why) {
                out << "  why          " << printable(why->second) << '\n';
            }
        }
    }
    if (changes->empty()) {
        session.note(
            fmt::format("{} is what is recommended for {} today", words.subject, server.id));
    }
    return words.exit_code && !changes->empty() ? ExitCode::found : ExitCode::done;
}

}  // namespace

std::string policy_server(const std::string& file, const std::string& said, Session& session) {
    if (!said.empty()) return said;
    auto reasons = session.environment().directory / file;
    reasons.replace_extension("").replace_extension(".reasons.json");
    if (const auto text = read_if_there(reasons)) {
        if (const auto value = parse_json(*text)) {
            if (auto id = string_member(*value, "server"); !id.empty()) return id;
        }
    }
    throw CommandFailure(ExitCode::usage,
                         fmt::format("whose policy is {}? There is no policy.reasons.json beside "
                                     "it: give --server",
                                     file));
}

void add_policy_reviews(CLI::App& policy, Action& action) {
    auto words = std::make_shared<ReviewWords>();
    CLI::App* explain = policy.add_subcommand("explain", "Say why each rule is as it is");
    explain->add_option("SERVER", words->subject, "A server id, or any unique part of one")
        ->required();
    explain->add_option("TOOL", words->tool, "One tool of it");
    explain->add_flag("--json", words->as_json, "The reasons as they stand beside a policy");
    explain->footer(help_footer(
        {"mcprisk policy explain piwik", "mcprisk policy explain piwik analytics_goals_create"},
        "0 done, 2 wrong usage, 3 no such server or it was never listed"));
    explain->callback([words, &action] {
        action = [words](Session& session) { return run_explain(*words, session); };
    });

    auto other = std::make_shared<ReviewWords>();
    CLI::App* diff =
        policy.add_subcommand("diff", "Compare a policy in force with today's recommendation");
    diff->add_option("FILE", other->subject, "The policy.json in force")->required();
    diff->add_option(
        "--server", other->server, "Whose policy it is, if no reasons stand beside it");
    diff->add_flag("--json", other->as_json, "One JSON object instead of text");
    diff->add_flag("--exit-code", other->exit_code, "Exit with 1 if anything changes");
    diff->add_flag("--unknown",
                   other->unknown,
                   "Only name tools that the policy does not know; exit with 1 if there are any");
    diff->footer(help_footer({"mcprisk policy diff policies/npm-piwik/policy.json",
                              "mcprisk policy diff policy.json --server piwik --exit-code"},
                             "0 done, 1 changes with --exit-code or tools with --unknown, 2 wrong usage, 3 could not be "
                             "compared"));
    diff->callback([other, &action] {
        action = [other](Session& session) { return run_policy_diff(*other, session); };
    });
    for (const auto& [command, shared] : {std::pair{explain, words}, std::pair{diff, other}}) {
        command->add_option("--preset", shared->preset, "recommended, strict or permissive")
            ->capture_default_str();
        command->add_flag(
            "--trusted", shared->trust, "Believe what the server's author claims of its tools");
    }
}

}  // namespace mcprisk::cli

// `policy validate` and `policy test`: a document as it is.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/commands/command.h"
#include "cli/commands/lookup.h"
#include "cli/commands/policy_command.h"
#include "cli/session.h"
#include "model/base/json.h"
#include "model/base/text.h"
#include "policy/document/enforce.h"
#include "policy/document/validate.h"
#include "policy/targets/target.h"

namespace mcprisk::cli {
namespace {

struct ValidateOptions {
    std::string file;
    std::string server;
    std::string format = "policy.json";
};

ExitCode lint(const policy::Target& target, const std::string& file, Session& session) {
    const auto faults = target.lint(read_whole(session.environment(), file));
    if (!faults) {
        throw CommandFailure(ExitCode::failed,
                             fmt::format("reading {}: {}", file, faults.error().message));
    }
    for (const std::string& fault : *faults) session.warn(fmt::format("{}: {}", file, fault));
    if (!faults->empty()) return ExitCode::found;
    session.note(fmt::format("{}: its rules for MCP tools do what they say", file));
    return ExitCode::done;
}

ExitCode run_validate(const ValidateOptions& options, Session& session) {
    const policy::Target* target = policy::find_target(options.format);
    if (target != nullptr && target->lint != nullptr) return lint(*target, options.file, session);
    if (target == nullptr || target->render != nullptr) {
        std::string known = "policy.json";
        for (const policy::Target* one : policy::targets()) {
            if (one->lint != nullptr) known += " or " + std::string(one->word);
        }
        throw CommandFailure(ExitCode::usage,
                             fmt::format("unknown format \"{}\": {}", options.format, known));
    }
    Diagnostics diagnostics;
    const std::string text = read_whole(session.environment(), options.file);
    bool valid = false;
    if (options.server.empty()) {
        valid = policy::validate_policy(text, diagnostics);
    } else {
        const auto catalogue = session.open_catalogue(store::OpenMode::read_only);
        const auto server = server_or_fail(catalogue, options.server);
        std::vector<Tool> tools;
        for (store::ToolRow& row : catalogue.tools_of(server.id))
            tools.push_back(std::move(row.tool));
        valid = policy::validate_policy_for(text, tools, diagnostics);
    }
    for (const Diagnostic& d : diagnostics.items()) {
        session.warn(fmt::format("{}{}: {}{}{}{}",
                                 options.file,
                                 d.line > 0 ? fmt::format(":{}", d.line) : "",
                                 d.severity == Severity::warning ? "warning: " : "",
                                 d.path,
                                 d.path.empty() ? "" : ": ",
                                 d.message));
    }
    if (!valid) return ExitCode::found;
    session.note(fmt::format("{} is a valid policy.json of version \"1\"", options.file));
    return ExitCode::done;
}

struct TestOptions {
    std::string file;
    std::string tool;
    std::string arguments = "{}";
    std::string calls;
};

ExitCode test_one(const TestOptions& options, const std::string& document, Session& session) {
    const auto ruling = policy::evaluate(document, options.tool, options.arguments);
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

// One line a call, {"at": seconds, "tool": …, "args": {…}, "grant": …}, in order of time.
ExitCode test_calls(const TestOptions& options, const std::string& document, Session& session) {
    const auto failed = [&](std::size_t line, const std::string& why) {
        return CommandFailure(ExitCode::failed, fmt::format("{}:{}: {}", options.calls, line, why));
    };
    auto enforcer = policy::Enforcer::make(document);
    if (!enforcer) {
        throw CommandFailure(ExitCode::failed,
                             fmt::format("{}: {}", options.file, enforcer.error().message));
    }
    const std::string calls = read_whole(session.environment(), options.calls);
    std::size_t number = 0;
    std::size_t denied = 0;
    std::int64_t before = std::numeric_limits<std::int64_t>::min();
    for (const std::string_view line : split(calls, '\n')) {
        ++number;
        if (trim(line).empty()) continue;
        const auto call = parse_json(line);
        if (!call) throw failed(number, call.error().message);
        const auto* at = find_member(*call, "at");
        const auto tool = string_member(*call, "tool");
        if (at == nullptr || !at->is_number_integer() || tool.empty()) {
            throw failed(number, "expected {\"at\": whole seconds, \"tool\": name, \"args\": {}}");
        }
        if (at->get<std::int64_t>() < before) throw failed(number, "the time runs backwards");
        before = at->get<std::int64_t>();
        const auto* arguments = find_member(*call, "args");
        const auto ruling = enforcer->call(tool,
                                           arguments != nullptr ? canonical_json(*arguments) : "{}",
                                           before,
                                           string_member(*call, "grant"));
        if (!ruling) throw failed(number, ruling.error().message);
        if (!ruling->allowed) ++denied;
        session.environment().out << fmt::format("{} {} {} by {}: {}\n",
                                                 before,
                                                 printable(tool),
                                                 ruling->allowed ? "allowed" : "denied",
                                                 printable(ruling->place),
                                                 printable(ruling->message));
    }
    return denied == 0 ? ExitCode::done : ExitCode::found;
}

ExitCode run_test(const TestOptions& options, Session& session) {
    if (options.tool.empty() == options.calls.empty()) {
        throw CommandFailure(ExitCode::usage, "give either --tool or --calls");
    }
    const std::string document = read_whole(session.environment(), options.file);
    return options.calls.empty() ? test_one(options, document, session)
                                 : test_calls(options, document, session);
}

}  // namespace

void add_policy_checks(CLI::App& policy, Action& action) {
    auto options = std::make_shared<ValidateOptions>();
    CLI::App* validate = policy.add_subcommand("validate", "Check a policy document");
    validate->add_option("FILE", options->file, "The document, or - for standard input")
        ->required();
    validate->add_option("--server",
                         options->server,
                         "Check it against this server's tools and their arguments too");
    validate->add_option("--for", options->format, "policy.json, or claude-code for its settings")
        ->capture_default_str();
    validate->footer(
        help_footer({"mcprisk policy validate policy.json",
                     "mcprisk policy piwik | mcprisk policy validate -",
                     "mcprisk policy validate .claude/settings.json --for claude-code"},
                    "0 valid, 1 not valid, 2 wrong usage, 3 cannot be read"));
    validate->callback([options, &action] {
        action = [options](Session& session) { return run_validate(*options, session); };
    });

    auto trial = std::make_shared<TestOptions>();
    CLI::App* test = policy.add_subcommand("test", "Say what a policy.json decides for calls");
    test->add_option("FILE", trial->file, "The document, or - for standard input")->required();
    test->add_option("--tool", trial->tool, "The tool that is called");
    test->add_option("--args", trial->arguments, "The arguments of the call, a JSON object")
        ->type_name("JSON")
        ->capture_default_str();
    test->add_option(
        "--calls",
        trial->calls,
        "Calls in order of time, one JSON object a line with at, tool, args and grant: "
        "limits count over them");
    test->footer(help_footer({"mcprisk policy test policy.json --tool delete_file",
                              "mcprisk policy test policy.json --tool manage_list --args "
                              "'{\"action\": \"clear\"}'",
                              "mcprisk policy test policy.json --calls calls.jsonl"},
                             "0 allowed, 1 a call is denied, 2 wrong usage, 3 no valid policy or "
                             "arguments"));
    test->callback([trial, &action] {
        action = [trial](Session& session) { return run_test(*trial, session); };
    });
}

}  // namespace mcprisk::cli

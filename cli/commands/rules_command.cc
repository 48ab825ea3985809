// `rules list`, `rules show`, `rules test`.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/commands/command.h"
#include "cli/output/table.h"
#include "cli/session.h"
#include "model/base/json.h"

namespace mcprisk::cli {
namespace {

ExitCode list_rules(Session& session) {
    std::vector<std::vector<Cell>> rows;
    for (const classifier::RuleInfo& rule : session.classifier().rules()) {
        rows.push_back(
            {{rule.id, nullptr}, {rule.kind, nullptr}, {rule.says, nullptr}, {rule.why, nullptr}});
    }
    session.environment().out << render_table(
        {{"RULE", false, 0}, {"READS", false, 0}, {"SAYS", false, 0}, {"WHY", false, 30}},
        rows,
        session.environment().columns);
    return ExitCode::done;
}

ExitCode show_rule(const std::string& id, Session& session) {
    for (const classifier::RuleInfo& rule : session.classifier().rules()) {
        if (rule.id != id) continue;
        const auto value = parse_json(rule.json);
        session.environment().out << (value ? pretty_json(*value) : rule.json + "\n");
        return ExitCode::done;
    }
    throw CommandFailure(ExitCode::usage,
                         fmt::format("there is no rule \"{}\": see mcprisk rules list", id));
}

// Building the classifier this way runs every example of every rule; a failing one is a diagnostic.
ExitCode test_rules(Session& session) {
    try {
        const auto& classifier = session.classifier(classifier::RuleExamples::run);
        session.environment().out << fmt::format("{}, all examples hold (rules version {})\n",
                                                 count_of(classifier.rules().size(), "rule"),
                                                 classifier.rules_version());
        return ExitCode::done;
    } catch (const CommandFailure& failure) {
        session.warn(failure.what());
        return ExitCode::found;
    }
}

}  // namespace

void add_rules(CLI::App& app, Action& action) {
    CLI::App* command =
        app.add_subcommand("rules", "The rules behind the verdicts, and their own examples");
    command->require_subcommand(1);
    const std::string codes = "0 done, 1 an example failed, 2 wrong usage";
    command->footer(
        help_footer({"mcprisk rules list", "mcprisk rules test --rules my-rules"}, codes));

    CLI::App* list = command->add_subcommand("list", "Every rule, one a line");
    list->footer(help_footer({"mcprisk rules list", "mcprisk rules list | grep Financial"}, codes));
    list->callback([&action] { action = list_rules; });

    auto id = std::make_shared<std::string>();
    CLI::App* show = command->add_subcommand("show", "One rule with its words and examples");
    show->add_option("ID", *id, "The rule's id")->required();
    show->footer(help_footer(
        {"mcprisk rules show verb-delete", "mcprisk rules show verb-delete | jq .why"}, codes));
    show->callback(
        [id, &action] { action = [id](Session& session) { return show_rule(*id, session); }; });

    CLI::App* test = command->add_subcommand("test", "Run the examples inside every rule");
    test->footer(help_footer({"mcprisk rules test", "mcprisk --rules my-rules rules test"}, codes));
    test->callback([&action] { action = test_rules; });
}

}  // namespace mcprisk::cli

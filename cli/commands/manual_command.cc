// `manual`: the manual page and the completion scripts, made from the definition of the commands.
#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <memory>
#include <ostream>

#include "cli/commands/command.h"
#include "cli/commands/command_text.h"
#include "cli/session.h"
#include "model/base/text.h"

namespace mcprisk::cli {

void add_manual(CLI::App& app, Action& action) {
    using Writer = std::function<std::string(const CommandText&)>;
    static const std::map<std::string, Writer> kWriters{
        {"man", [](const CommandText& root) { return manual_page(root, MCPRISK_VERSION); }},
        {"bash", bash_completion},
        {"zsh", zsh_completion},
        {"fish", fish_completion}};
    auto what = std::make_shared<std::string>("man");
    CLI::App* command =
        app.add_subcommand("manual", "Print the manual page, or completions for a shell");
    command->add_option("WHAT", *what, "man, bash, zsh or fish")
        ->check(CLI::IsMember({"man", "bash", "zsh", "fish"}, CLI::ignore_case))
        ->capture_default_str();
    command->footer(help_footer({"mcprisk manual | man -l -", "source <(mcprisk manual bash)"},
                                "0 done, 2 wrong usage"));
    command->callback([what, &app, &action] {
        action = [what, &app](Session& session) {
            session.environment().out << kWriters.at(lower_ascii(*what))(describe(app));
            return ExitCode::done;
        };
    });
}

}  // namespace mcprisk::cli

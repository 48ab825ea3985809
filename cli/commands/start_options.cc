#include "cli/commands/start_options.h"

#include <cstdlib>
#include <map>

namespace mcprisk::cli {

void add_start_options(CLI::App& command, StartOptions& options, const std::string& about_private) {
    const std::map<std::string, crawler::Sandbox> sandboxes{{"auto", crawler::Sandbox::automatic},
                                                            {"bwrap", crawler::Sandbox::bubblewrap},
                                                            {"none", crawler::Sandbox::none}};
    const std::map<std::string, crawler::Era> eras{{"auto", crawler::Era::automatic},
                                                   {"legacy", crawler::Era::legacy},
                                                   {"modern", crawler::Era::modern}};
    command.add_option("--timeout", options.timeout, "Seconds for one server, at most")
        ->check([](const std::string& text) {
            const double seconds = std::strtod(text.c_str(), nullptr);
            return seconds > 0 && seconds <= 86400 ? std::string()
                                                   : "give seconds between 0 and 86400";
        })
        ->capture_default_str();
    command.add_option("--sandbox", options.sandbox, "auto, bwrap or none")
        ->transform(CLI::CheckedTransformer(sandboxes, CLI::ignore_case).description(""))
        ->type_name("HOW");
    command.add_flag("--allow-net", options.allow_net, "Let sandboxed servers use the network");
    command.add_flag("--allow-private", options.allow_private, about_private);
    command.add_flag(
        "--allow-scripts", options.allow_scripts, "Let fetched packages run their install scripts");
    command.add_flag("--placeholder-credentials",
                     options.placeholder_credentials,
                     "Where a server does not start plainly, try other ways with made-up values, each in "
                     "a sandbox without network");
    command.add_option("--era", options.era, "Protocol: auto, legacy or modern")
        ->transform(CLI::CheckedTransformer(eras, CLI::ignore_case).description(""))
        ->type_name("ERA");
}

crawler::StdioOptions stdio_options(const StartOptions& options) {
    crawler::StdioOptions stdio;
    stdio.era = options.era;
    stdio.sandbox = options.sandbox;
    stdio.allow_network = options.allow_net;
    stdio.allow_scripts = options.allow_scripts;
    stdio.placeholder_credentials = options.placeholder_credentials;
    return stdio;
}

}  // namespace mcprisk::cli

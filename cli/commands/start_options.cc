#include "cli/commands/start_options.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <map>
#include <memory>
#include <utility>
#include <variant>

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

crawler::Limits scan_limits(double timeout) {
    crawler::Limits limits;
    limits.total = std::chrono::milliseconds(std::llround(timeout * 1000));
    limits.start = std::min(limits.start, limits.total);
    limits.request = std::min(limits.request, limits.total);
    return limits;
}

crawler::Limits crawl_limits(double timeout) {
    constexpr std::chrono::milliseconds kStart{10000};
    constexpr std::chrono::milliseconds kRequest{20000};
    crawler::Limits limits;
    // Many answer at once: eight times the longest list that is known of an honest server.
    limits.message_bytes = std::size_t{8} << 20;
    limits.total_bytes = std::size_t{32} << 20;
    limits.total = std::chrono::milliseconds(std::llround(timeout * 1000));
    limits.start = std::min(kStart, limits.total);
    limits.request = std::min(kRequest, limits.total);
    return limits;
}

crawler::Limits crawl_program_limits(double timeout) {
    crawler::Limits limits = crawl_limits(timeout);
    limits.start = std::min(std::chrono::milliseconds{30000}, limits.total);
    return limits;
}

crawler::ListerFactory lister_factory(crawler::Loop& loop,
                                      crawler::HttpClient& client,
                                      crawler::StdioOptions stdio,
                                      crawler::HttpOptions http) {
    // Listers keep a reference to the options: copies of the factory share one.
    const auto pipes = std::make_shared<const crawler::StdioOptions>(std::move(stdio));
    return [&loop, &client, pipes, http = std::move(http)](crawler::Target target,
                                                           crawler::Lister::Done done) {
        if (std::holds_alternative<crawler::HttpTarget>(target.how)) {
            return crawler::make_http_lister(
                loop, client, std::move(target), http, std::move(done));
        }
        return crawler::make_stdio_lister(loop, std::move(target), *pipes, std::move(done));
    };
}

}  // namespace mcprisk::cli

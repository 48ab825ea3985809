#include "cli/commands/forget_command.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <ostream>

#include "cli/commands/lookup.h"
#include "cli/output/time_word.h"
#include "cli/session.h"
#include "model/base/text.h"
#include "store/forget.h"

namespace mcprisk::cli {
namespace {

struct Options {
    std::vector<std::string> servers;
    std::string older_than;
};

ExitCode run_forget(const Options& options, Session& session) {
    if (options.servers.empty() == options.older_than.empty()) {
        throw CommandFailure(ExitCode::usage, "name the servers to forget, or give --older-than");
    }
    Result<store::Forgotten> forgotten = fail(ErrorCode::not_found, "");
    if (options.servers.empty()) {
        const std::int64_t time = time_or_fail(options.older_than, session.environment().now());
        forgotten = store::forget_before(session.catalogue_path(), time);
    } else {
        std::vector<std::string> ids;
        {
            const auto catalogue = session.open_catalogue(store::OpenMode::read_existing);
            for (const std::string& word : options.servers) {
                for (std::string& id : servers_or_fail(catalogue, word, session)) {
                    ids.push_back(std::move(id));
                }
            }
        }
        std::sort(ids.begin(), ids.end());
        ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
        for (const std::string& id : ids) session.note("forgetting " + id);
        forgotten = store::forget_servers(session.catalogue_path(), ids);
    }
    if (!forgotten) throw CommandFailure(ExitCode::failed, forgotten.error().message);
    session.environment().out << fmt::format(
        "forgot {}, {}, {}; {} that nothing else holds\n",
        count_of(forgotten->servers, "server"),
        count_of(forgotten->observations, "observation"),
        count_of(forgotten->listings, "listing"),
        count_of(forgotten->tool_versions, "definition"));
    return ExitCode::done;
}

}  // namespace

void add_forget(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "forget", "Take servers out of the catalogue for good, or what was said long ago");
    command->add_option("SERVER",
                        options->servers,
                        "An id or a part of one; a package means all entries that start it");
    command
        ->add_option("--older-than",
                     options->older_than,
                     "Listings before this age or date, but for the last of each server")
        ->type_name("AGE");
    command->footer(
        help_footer({"mcprisk forget npm:mongodb-mcp-server", "mcprisk forget --older-than 180d"},
                    "0 done, 2 wrong usage, 3 no catalogue, or no such server"));
    command->callback([options, &action] {
        action = [options](Session& session) { return run_forget(*options, session); };
    });
}

}  // namespace mcprisk::cli

#include "cli/commands/policy_sources.h"

#include <fmt/format.h>
#include <algorithm>
#include <filesystem>
#include <variant>

#include "cli/commands/lookup.h"
#include "crawler/config/client_config.h"
#include "crawler/config/identity.h"
#include "model/base/entry_id.h"
#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

namespace fs = std::filesystem;

std::vector<crawler::Target> read_config(const std::string& file, Session& session) {
    const Environment& environment = session.environment();
    crawler::ConfigContext context;
    context.file = file;
    context.variables.environment = environment.variable;
    context.variables.home = environment.variable("HOME").value_or("");
    context.variables.workspace = environment.directory.string();
    context.variables.bundle = fs::absolute(environment.directory / file).parent_path().string();
    Diagnostics faults;
    auto targets = crawler::read_client_config(read_whole(environment, file), context, &faults);
    if (!targets) {
        throw CommandFailure(ExitCode::failed,
                             fmt::format("reading {}: {}", file, targets.error().message));
    }
    for (const Diagnostic& one : faults.items()) {
        session.warn(fmt::format("{}: {}: {}", file, one.path, one.message));
    }
    return std::move(*targets);
}

const store::ServerRow* find_exactly(const std::vector<store::ServerRow>& servers,
                                     const std::string& id) {
    const auto found = std::find_if(servers.begin(), servers.end(), [&](const auto& row) {
        return row.id == id && row.tools > 0;
    });
    return found == servers.end() ? nullptr : &*found;
}

}  // namespace

std::string short_name(const std::string& id) {
    std::string name = id;
    while (!name.empty() && name.back() == '/') name.pop_back();
    if (const auto at = name.find_last_of("/:"); at != std::string::npos)
        name = name.substr(at + 1);
    return name.empty() ? id : name;
}

namespace {

// Without its tools decided.
PolicyServer rows_from_catalogue(const store::Catalogue& catalogue, const store::ServerRow& row) {
    const std::string group(group_of(row.id));
    PolicyServer server{.name = short_name(group), .id = row.id};
    if (group.starts_with("http")) server.url = group;
    auto rows = catalogue.tools_of(row.id);
    if (rows.empty()) {
        throw CommandFailure(ExitCode::failed,
                             fmt::format("{} has never been listed, so there is nothing to write a "
                                         "policy from: scan it first",
                                         row.id));
    }
    server.rows = std::make_unique<std::vector<store::ToolRow>>(std::move(rows));
    return server;
}

}  // namespace

PolicyServer server_from_catalogue(const store::Catalogue& catalogue,
                                   const store::ServerRow& row,
                                   const std::string& only,
                                   const policy::Options& options) {
    PolicyServer server = rows_from_catalogue(catalogue, row);
    const auto judged = engine::judged(*server.rows);
    server.tools = policy::decide_server(server.name, judged, options, &server.cut);
    if (only.empty()) return server;
    const std::string name = tool_or_fail(*server.rows, row.id, only).tool.name;
    std::erase_if(server.tools, [&](const auto& one) { return one.judged.tool->name != name; });
    return server;
}

std::vector<PolicyServer> servers_of_config(const std::string& file,
                                            const store::Catalogue& catalogue,
                                            const policy::Options& options,
                                            Session& session) {
    const auto known = catalogue.servers();
    const store::Entries entries = open_entries(session, store::OpenMode::read_only);
    std::vector<PolicyServer> servers;
    std::string missing;
    std::size_t enabled = 0;
    for (const crawler::Target& target : read_config(file, session)) {
        if (target.disabled) continue;
        ++enabled;
        const std::string name = target.config_name.empty() ? target.id : target.config_name;
        const store::ServerRow* row =
            find_exactly(known, entries.stored_id(target.id, crawler::describe_origin(target)));
        if (row == nullptr) {
            missing += (missing.empty() ? "" : ", ") + name;
            continue;
        }
        PolicyServer server = rows_from_catalogue(catalogue, *row);
        server.tools = policy::decide_all(engine::judged(*server.rows), options);
        server.name = name;
        if (const auto* http = std::get_if<crawler::HttpTarget>(&target.how)) {
            server.url = crawler::without_path_keys(crawler::url_id(http->url));
        }
        servers.push_back(std::move(server));
    }
    if (servers.empty()) {
        throw CommandFailure(
            ExitCode::failed,
            fmt::format("{}: none of its {} is in the catalogue: run mcprisk scan {} first",
                        file,
                        count_of(enabled, "enabled server"),
                        file));
    }
    if (!missing.empty()) {
        session.warn(
            fmt::format("{}: not in the catalogue, so no rules are written for: {}. Run "
                        "mcprisk scan {} first",
                        file,
                        missing,
                        file));
    }
    std::sort(servers.begin(), servers.end(), [](const auto& a, const auto& b) {
        return a.name < b.name;
    });
    return servers;
}

}  // namespace mcprisk::cli

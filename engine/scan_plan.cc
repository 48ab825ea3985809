#include "engine/scan_plan.h"

#include <fmt/format.h>
#include <utility>

#include "crawler/config/identity.h"
#include "crawler/crawl_engine.h"
#include "model/base/entry_id.h"

namespace mcprisk::engine {
namespace {

using crawler::failed_listing;
using crawler::HttpTarget;
using crawler::Target;

// Nothing is started: what the catalogue knows of the server stands for it.
Listing from_catalogue(const Target& target, const ScanChoice& choice) {
    const store::Catalogue* const catalogue = choice.catalogue;
    const auto unknown = [&](const std::string& why) {
        return failed_listing(target, Outcome::not_started, why);
    };
    if (catalogue == nullptr)
        return unknown("--no-run was given and there is no catalogue to look it up in");
    // Its id, or another name under which an index has told of it.
    const std::string id = choice.entries->stored_id(target.id, crawler::describe_origin(target));
    auto server = catalogue->find_server(id);
    if (!server || server->id != id) {
        const auto package = crawler::parse_package_id(target.id);
        const auto named = package
                               ? catalogue->server_by_alias(to_string(package->kind), package->name)
                               : catalogue->server_by_alias("endpoint", target.id);
        if (named) server = catalogue->find_server(*named);
        if (!named || !server) server = fail(ErrorCode::not_found, "");
    }
    if (!server || !server->last_listed) {
        const auto others = choice.entries->of_group(group_of(target.id));
        return unknown(fmt::format(
            "--no-run was given and the catalogue does not know it{}: scan it without --no-run",
            others.empty() ? ""
                           : fmt::format(", only {}, which is started in another way",
                                         fmt::join(others, ", "))));
    }
    Listing listing = failed_listing(target, Outcome::listed, "");
    for (store::ToolRow& row : catalogue->tools_of(server->id)) {
        listing.document.tools.push_back(std::move(row.tool));
    }
    listing.document.title = server->title;
    listing.document.description = server->description;
    listing.document.instructions = server->instructions;
    listing.flags = {
        fmt::format("from_catalogue_{}_days_old", (choice.now - *server->last_listed) / 86400)};
    return listing;
}

// Whatever can be decided before anything is started or sent.
ScanItem settle(Target target, const ScanChoice& choice) {
    if (target.disabled) {
        return failed_listing(target, Outcome::disabled, "its configuration switches it off");
    }
    const auto* http = std::get_if<HttpTarget>(&target.how);
    const bool sends = http != nullptr && !target.takes.empty();
    if (target.of_project && !choice.no_run && (sends || !target.unresolved.empty())) {
        return failed_listing(
            target,
            Outcome::needs_configuration,
            fmt::format("{} was found in this folder and asks for what is this machine's: {}; it "
                        "gets none of it unless you say so: --project-variables, or name the file",
                        target.source,
                        fmt::join(sends ? target.takes : target.unresolved, ", ")));
    }
    if (!target.unresolved.empty() && !choice.no_run) {
        return failed_listing(
            target,
            Outcome::needs_configuration,
            fmt::format(
                "its configuration uses variables that have no value here: {}; set them and "
                "scan again",
                fmt::join(target.unresolved, ", ")));
    }
    if (!choice.no_run && !choice.consents(target)) {
        return failed_listing(
            target,
            Outcome::not_started,
            fmt::format("not started, since nobody consented: {}; give --yes, or scan on "
                        "a terminal and answer yes",
                        crawler::describe_origin(target)));
    }
    return target;
}

}  // namespace

SettledItems settle_items(std::vector<ScanItem> items, const ScanChoice& choice) {
    SettledItems settled;
    for (ScanItem& item : items) {
        auto* target = std::get_if<Target>(&item);
        if (target == nullptr) {
            settled.items.push_back(std::move(item));
            continue;
        }
        if (!target->config_name.empty()) settled.names[target->id] = target->config_name;
        ScanItem next = settle(std::move(*target), choice);
        if (const auto* still = std::get_if<Target>(&next); still != nullptr && choice.no_run) {
            next = from_catalogue(*still, choice);
        }
        settled.items.push_back(std::move(next));
    }
    return settled;
}

}  // namespace mcprisk::engine

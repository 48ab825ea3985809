#include "engine/drift_run.h"

#include <fmt/format.h>
#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>

#include "policy/decide/combine.h"
#include "policy/document/recommend.h"

namespace mcprisk::engine {
namespace {

constexpr std::size_t kAttemptsRead = 500;
constexpr std::size_t kFewestListings = 3;  // that differ each time, for a place to be restless
constexpr std::size_t kMostListings = 5;

}  // namespace

void DriftReport::sort() {
    const auto key = [](const ServerReport& server) {
        int worst = -1;
        for (const ToolDrift& tool : server.drift.tools) {
            if (tool.change == ToolChange::removed || !tool.after) continue;
            worst = std::max(worst, static_cast<int>(tool.after->risk) + (tool.raised() ? 10 : 0));
        }
        return std::tuple(!server.drift.rug_pull(), -worst, std::string_view(server.drift.server));
    };
    std::sort(servers.begin(), servers.end(), [&](const ServerReport& a, const ServerReport& b) {
        return key(a) < key(b);
    });
    std::sort(unknown.begin(), unknown.end());
    std::sort(unstable.begin(), unstable.end());
}

std::map<std::string, std::string> DriftRun::rules_of(const ServerDocument* document,
                                                      std::span<const Verdict> verdicts) const {
    std::map<std::string, std::string> rules;
    if (document == nullptr || verdicts.size() != document->tools.size()) return rules;
    policy::Options options;
    options.settings = &settings_;
    options.today = today_;
    std::vector<policy::JudgedTool> tools;
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        tools.push_back({&document->tools[i], &verdicts[i]});
    }
    for (const policy::Rule& rule : policy::recommend_server(document->server, tools, options).rules) {
        rules[rule.tool] = to_string(rule.effect);
    }
    return rules;
}

void DriftRun::add(ServerReport server,
                   const ServerDocument* before,
                   std::span<const Verdict> verdicts_before,
                   const ServerDocument* after,
                   std::span<const Verdict> verdicts_after) {
    const auto was = rules_of(before, verdicts_before);
    const auto is = rules_of(after, verdicts_after);
    for (const ToolDrift& tool : server.drift.tools) {
        const auto word = [&](const auto& rules) {
            const auto found = rules.find(tool.tool);
            return found == rules.end() ? std::string() : found->second;
        };
        const RuleChange change{word(was), word(is)};
        if (change.before != change.after) server.rules[tool.tool] = change;
    }
    server.verdicts.assign(verdicts_after.begin(), verdicts_after.end());
    report_.servers.push_back(std::move(server));
}

void DriftRun::compare(const DriftVersion& before,
                       const DriftVersion& after,
                       const Places& restless) {
    const std::vector<Verdict> old = classifier_.classify(before.document);
    const std::vector<Verdict> now = classifier_.classify(after.document);
    ServerReport server;
    server.drift = diff_servers({&before.document, old}, {&after.document, now}, restless);
    server.before_at = before.at;
    server.after_at = after.at;
    for (const std::string& tool : server.drift.unstable) {
        report_.unstable.push_back(fmt::format("{} on {}", tool, server.drift.server));
    }
    if (!server.drift.any()) {
        unchanged();
        return;
    }
    add(std::move(server), &before.document, old, &after.document, now);
}

void DriftRun::only_before(const DriftVersion& before) {
    const std::vector<Verdict> old = classifier_.classify(before.document);
    const ServerDocument nothing{.server = before.document.server};
    ServerReport server;
    server.kind = ServerReport::Kind::removed;
    server.drift.server = before.document.server;
    server.drift.tools = diff_servers({&before.document, old}, {&nothing, {}}).tools;
    server.before_at = before.at;
    add(std::move(server), &before.document, old, nullptr, {});
}

void DriftRun::only_after(const DriftVersion& after) {
    const std::vector<Verdict> now = classifier_.classify(after.document);
    const ServerDocument nothing{.server = after.document.server};
    ServerReport server;
    server.kind = ServerReport::Kind::added;
    server.drift.server = after.document.server;
    server.drift.tools = diff_servers({&nothing, {}}, {&after.document, now}).tools;
    server.after_at = after.at;
    add(std::move(server), nullptr, {}, &after.document, now);
}

DriftReport DriftRun::finish() {
    report_.sort();
    return std::move(report_);
}

std::string about_in_words(const ServerDrift& drift) {
    std::string places;
    for (const FieldChange& field : drift.about) {
        places += (places.empty() ? "" : ", ") + field.path;
    }
    return places.empty() ? "" : fmt::format("the {} of {} changed", places, drift.server);
}

DriftVersions read_drift_catalogue(const store::Catalogue& catalogue,
                                   std::optional<store::Timestamp> at) {
    DriftVersions versions;
    for (const store::ServerRow& server : catalogue.servers()) {
        if (auto snapshot = catalogue.snapshot(server.id, at)) {
            versions[server.id] = {std::move(snapshot->document), snapshot->at};
        }
    }
    return versions;
}

std::vector<PastListing> past_listings(const store::Catalogue& catalogue,
                                       const std::string& server,
                                       std::size_t limit) {
    std::vector<PastListing> past;
    std::set<store::ListingId> seen;
    for (const store::ObservationRow& row : catalogue.history(server, kAttemptsRead)) {
        if (row.listing == 0 || !seen.insert(row.listing).second) continue;
        past.push_back({row.listing, row.at});
        if (past.size() == limit) break;
    }
    return past;
}

Places restless_places(const store::Catalogue& catalogue, const std::string& server) {
    Places places;
    std::size_t listings = 0;
    std::optional<ServerDocument> later;
    store::ListingId next = 0;
    for (const store::ObservationRow& row : catalogue.history(server, kAttemptsRead)) {
        if (row.listing == 0) continue;
        if (row.listing == next) break;
        ServerDocument document = catalogue.document_of(row.listing);
        if (later) {
            Places differing = differing_places(document, *later);
            if (listings > 1) {
                std::erase_if(differing,
                              [&](const auto& place) { return !places.contains(place); });
            }
            places = std::move(differing);
        }
        later = std::move(document);
        next = row.listing;
        if (++listings == kMostListings || (listings > 1 && places.empty())) break;
    }
    return listings < kFewestListings ? Places() : places;
}

}  // namespace mcprisk::engine

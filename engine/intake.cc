#include "engine/intake.h"

#include <algorithm>

#include "engine/overrides.h"
#include "model/base/safe_name.h"
#include "policy/decide/combine.h"

namespace mcprisk::engine {

Intake::Intake(IntakeWorld world, std::vector<std::string> ids) : world_(std::move(world)) {
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    SafeNames names;
    for (const std::string& id : ids) folders_[id] = names.take(id);
}

std::vector<Verdict> Intake::judge(const Listing& listing) const {
    if (listing.outcome != Outcome::listed) return {};
    return world_.classifier.classify(listing.document);
}

void Intake::record(const Listing& listing,
                    std::span<const Verdict> verdicts,
                    const std::vector<Alias>& aliases) {
    if (world_.catalogue == nullptr) return;
    world_.catalogue->record(listing, verdicts, world_.now(), aliases);
}

void Intake::call(const std::string& server, const std::string& name) {
    if (world_.entries != nullptr && world_.catalogue != nullptr && !name.empty()) {
        world_.entries->call(server, name);
    }
}

void Intake::settle(std::vector<Verdict>& verdicts) const {
    apply_overrides(verdicts, world_.settings, world_.today);
}

void Intake::write_policy(const Listing& listing, const std::vector<Verdict>& verdicts) {
    if (!world_.put_policy || verdicts.empty()) return;
    std::vector<policy::JudgedTool> tools;
    tools.reserve(verdicts.size());
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        tools.push_back({&listing.document.tools[i], &verdicts[i]});
    }
    policy::Options options = world_.policy;
    options.settings = &world_.settings;
    options.today = world_.today;
    options.ceiling = true;
    const std::string& server = listing.document.server;
    world_.put_policy(folders_[server], policy::recommend_server(server, tools, options));
}

}  // namespace mcprisk::engine

#include "engine/scan.h"

#include <algorithm>
#include <iterator>

#include "classifier/findings/collision.h"
#include "engine/overrides.h"
#include "engine/scan_past.h"

namespace mcprisk::engine {
namespace {

using crawler::Target;

const std::string& id_of(const ScanItem& item) {
    if (const auto* target = std::get_if<Target>(&item)) return target->id;
    return std::get<Listing>(item).document.server;
}

std::vector<std::string> servers_of(const ScanPlan& plan) {
    std::vector<std::string> ids;
    for (const ScanItem& item : plan.items) ids.push_back(id_of(item));
    return ids;
}

class Collector {
  public:
    Collector(const ScanPlan& plan, IntakeWorld world)
        : plan_(plan),
          past_(
              world.classifier, plan.lock ? &*plan.lock : nullptr, world.catalogue, world.entries),
          intake_(std::move(world), servers_of(plan)),
          done_(plan.items.size(), false) {
        outcome_.result.listings.resize(plan.items.size());
        outcome_.result.names = plan.names;
        auto& places = outcome_.result.places;
        for (const ScanItem& item : plan.items) {
            if (const auto* target = std::get_if<Target>(&item)) {
                places[target->id] = {target->source, target->line};
            } else if (const auto& listing = std::get<Listing>(item); listing.transport == "file") {
                places[listing.document.server] = {listing.origin, 1};
            }
        }
    }

    void take(std::size_t index, Listing listing) {
        std::vector<Verdict> verdicts = intake_.judge(listing);
        KnownBefore before;
        std::vector<std::optional<Finding>> changed;
        if (listing.outcome == Outcome::listed) before = past_.before(listing, verdicts, changed);
        // A file that cannot be read, or a word that names nothing, is no server to remember.
        if (listing.outcome != Outcome::unreadable) {
            intake_.record(listing, verdicts);
            const auto* target = std::get_if<Target>(&plan_.items[index]);
            if (target != nullptr) intake_.call(listing.document.server, target->config_name);
        }
        if (listing.outcome == Outcome::listed) {
            intake_.settle(verdicts);
            intake_.write_policy(listing, verdicts);
            // Only now: what is stored is said of the definition alone, whatever it was before.
            for (std::size_t i = 0; i < verdicts.size(); ++i) {
                if (changed[i]) verdicts[i].findings.push_back(std::move(*changed[i]));
            }
            const auto open = without_accepted(verdicts, intake_.settings(), intake_.today());
            for (std::string& line : plan_.fail_on.met(open, before)) {
                outcome_.fail_on_met.push_back(std::move(line));
            }
        }
        auto& all = outcome_.result.verdicts;
        all.insert(all.end(),
                   std::make_move_iterator(verdicts.begin()),
                   std::make_move_iterator(verdicts.end()));
        outcome_.result.listings[index] = std::move(listing);
        done_[index] = true;
    }

    ScanOutcome finish() {
        auto& listings = outcome_.result.listings;
        for (std::size_t i = 0; i < listings.size(); ++i) {
            if (done_[i]) continue;
            outcome_.interrupted = true;
            listings[i].document.server = id_of(plan_.items[i]);
            listings[i].outcome = Outcome::timed_out;
            listings[i].failure = "the scan was interrupted before this server had answered";
        }
        add_collisions();
        sort_by_risk(outcome_.result.verdicts);
        std::sort(outcome_.fail_on_met.begin(), outcome_.fail_on_met.end());
        return std::move(outcome_);
    }

  private:
    // Two servers are needed to see these, so they are said here and not stored with either.
    void add_collisions() {
        auto& verdicts = outcome_.result.verdicts;
        std::vector<classifier::NamedTool> tools;
        tools.reserve(verdicts.size());
        for (const Verdict& v : verdicts) {
            tools.push_back({v.server, v.tool, v.definition_hash, v.risk});
        }
        for (classifier::Collision& one : classifier::find_collisions(tools)) {
            Verdict& verdict = verdicts[one.tool];
            const bool accepted = policy::suppression_for(intake_.settings(),
                                                          verdict.server,
                                                          verdict.tool,
                                                          one.finding.id,
                                                          intake_.today()) != nullptr;
            auto line = accepted ? std::nullopt : plan_.fail_on.met_by(verdict, one.finding);
            if (line) {
                outcome_.fail_on_met.push_back(std::move(*line));
            }
            std::erase_if(verdict.findings,
                          [&](const Finding& known) { return known.id == one.finding.id; });
            verdict.findings.push_back(std::move(one.finding));
        }
    }

    const ScanPlan& plan_;
    ScanPast past_;
    Intake intake_;
    std::vector<bool> done_;
    ScanOutcome outcome_;
};

}  // namespace

ScanOutcome run_scan(const ScanPlan& plan,
                     IntakeWorld world,
                     crawler::Loop& loop,
                     const crawler::ListerFactory& make,
                     const ScanHooks& hooks) {
    Collector collector(plan, std::move(world));
    std::vector<Target> targets;
    std::vector<std::size_t> where;
    for (std::size_t i = 0; i < plan.items.size(); ++i) {
        if (const auto* listing = std::get_if<Listing>(&plan.items[i])) {
            collector.take(i, *listing);
        } else {
            targets.push_back(std::get<Target>(plan.items[i]));
            where.push_back(i);
        }
    }
    if (hooks.asking) hooks.asking(targets.size());
    crawler::list_servers(
        loop,
        std::move(targets),
        plan.jobs,
        make,
        [&](std::size_t index, Listing listing) {
            if (hooks.answered) hooks.answered(listing);
            collector.take(where[index], std::move(listing));
        },
        [&] {
            if (hooks.tick) hooks.tick();
            return hooks.interrupted && hooks.interrupted();
        });
    return collector.finish();
}

}  // namespace mcprisk::engine

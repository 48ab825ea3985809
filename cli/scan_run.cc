#include "cli/scan_run.h"

#include <fmt/format.h>
#include <algorithm>

#include "classifier/findings/collision.h"
#include "cli/policy_files.h"
#include "cli/policy_settings.h"
#include "cli/scan_past.h"
#include "engine/intake.h"
#include "engine/overrides.h"
#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

using crawler::Target;

const std::string& id_of(const ScanItem& item) {
    if (const auto* target = std::get_if<Target>(&item)) return target->id;
    return std::get<Listing>(item).document.server;
}

class Pipeline {
  public:
    Pipeline(const ScanPlan& plan, Session& session) : plan_(plan), session_(session) {
        if (plan.store) catalogue_ = session.open_catalogue(store::OpenMode::read_write);
        outcome_.result.listings.resize(plan.items.size());
        done_.resize(plan.items.size(), false);
        std::vector<std::string> ids;
        for (const ScanItem& item : plan.items) {
            ids.push_back(id_of(item));
            if (const auto* target = std::get_if<Target>(&item)) {
                outcome_.result.places[target->id] = {target->source, target->line};
            } else if (const auto& listing = std::get<Listing>(item); listing.transport == "file") {
                outcome_.result.places[listing.document.server] = {listing.origin, 1};
            }
        }
        intake_.emplace(world(), std::move(ids));
    }

    void take(std::size_t index, Listing listing) {
        std::vector<Verdict> verdicts;
        KnownBefore before;
        std::vector<std::optional<Finding>> changed;
        if (listing.outcome == Outcome::listed) {
            verdicts = intake_->judge(listing);
            const ScanPast past(
                session_, plan_.lock ? &*plan_.lock : nullptr, catalogue_ ? &*catalogue_ : nullptr);
            before = past.before(listing, verdicts, changed);
        }
        // A file that cannot be read, or a word that names nothing, is no server to remember.
        if (listing.outcome != Outcome::unreadable) intake_->record(listing, verdicts);
        if (listing.outcome == Outcome::listed) {
            intake_->settle(verdicts);
            intake_->write_policy(listing, verdicts);
            // Only now: what is stored is said of the definition alone, whatever it was before.
            for (std::size_t i = 0; i < verdicts.size(); ++i) {
                if (changed[i]) verdicts[i].findings.push_back(std::move(*changed[i]));
            }
            const auto open =
                engine::without_accepted(verdicts, intake_->settings(), intake_->today());
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
        outcome_.result.settings = loaded_.found;
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
            const bool accepted = policy::suppression_for(intake_->settings(),
                                                          verdict.server,
                                                          verdict.tool,
                                                          one.finding.id,
                                                          intake_->today()) != nullptr;
            auto line = accepted ? std::nullopt : plan_.fail_on.met_by(verdict, one.finding);
            if (line) {
                outcome_.fail_on_met.push_back(std::move(*line));
            }
            std::erase_if(verdict.findings,
                          [&](const Finding& known) { return known.id == one.finding.id; });
            verdict.findings.push_back(std::move(one.finding));
        }
    }

    engine::IntakeWorld world() {
        engine::IntakeWorld world{.classifier = session_.classifier(),
                                  .catalogue = catalogue_ ? &*catalogue_ : nullptr,
                                  .settings = loaded_.settings,
                                  .today = today(session_),
                                  .now = session_.environment().now,
                                  .policy = plan_.policy,
                                  .put_policy = {}};
        if (plan_.policy_folder) {
            world.put_policy = [this](const std::string& folder,
                                      const policy::Recommendation& made) {
                write_recommendation(*plan_.policy_folder / folder, made);
                session_.note(fmt::format("wrote {}",
                                          shown_path(*plan_.policy_folder / folder / "policy.json",
                                                     session_.environment())));
            };
        }
        return world;
    }

    const ScanPlan& plan_;
    Session& session_;
    const LoadedSettings loaded_ = load_all_settings(session_);
    std::optional<store::Catalogue> catalogue_;
    std::optional<engine::Intake> intake_;  // of the catalogue above
    std::vector<bool> done_;
    ScanOutcome outcome_;
};

}  // namespace

ScanOutcome run_scan_plan(ScanPlan plan,
                          crawler::Loop& loop,
                          const crawler::ListerFactory& make,
                          Session& session) {
    Pipeline pipeline(plan, session);
    std::vector<Target> targets;
    std::vector<std::size_t> where;
    for (std::size_t i = 0; i < plan.items.size(); ++i) {
        if (auto* listing = std::get_if<Listing>(&plan.items[i])) {
            pipeline.take(i, *listing);
        } else {
            targets.push_back(std::get<Target>(plan.items[i]));
            where.push_back(i);
        }
    }
    if (session.environment().watch_interrupts) session.environment().watch_interrupts();
    crawler::list_servers(
        loop,
        std::move(targets),
        plan.jobs,
        make,
        [&](std::size_t index, Listing listing) {
            if (session.options().verbose) {
                session.note(fmt::format("{}: {} in {} ms",
                                         listing.document.server,
                                         to_string(listing.outcome),
                                         listing.elapsed_ms));
            }
            pipeline.take(where[index], std::move(listing));
        },
        session.environment().interrupted);
    return pipeline.finish();
}

}  // namespace mcprisk::cli

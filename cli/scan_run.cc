#include "cli/scan_run.h"

#include <fmt/format.h>
#include <algorithm>
#include <map>

#include "classifier/findings/collision.h"
#include "cli/commands/lookup.h"
#include "cli/policy_files.h"
#include "cli/policy_settings.h"
#include "cli/scan_past.h"
#include "model/base/safe_name.h"
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
        if (plan.store) {
            catalogue_ = session.open_catalogue(store::OpenMode::read_write);
            entries_ = open_entries(session, store::OpenMode::read_write);
        }
        outcome_.result.listings.resize(plan.items.size());
        done_.resize(plan.items.size(), false);
        std::vector<std::string> ids;
        for (const ScanItem& item : plan.items) {
            ids.push_back(id_of(item));
            if (const auto* target = std::get_if<Target>(&item)) {
                outcome_.result.places[target->id] = {target->source, target->line};
                if (!target->config_name.empty()) {
                    outcome_.result.names[target->id] = target->config_name;
                }
            } else if (const auto& listing = std::get<Listing>(item); listing.transport == "file") {
                outcome_.result.places[listing.document.server] = {listing.origin, 1};
            }
        }
        std::sort(ids.begin(), ids.end());
        ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
        SafeNames names;
        for (const std::string& id : ids) folders_[id] = names.take(id);
    }

    void take(std::size_t index, Listing listing) {
        std::vector<Verdict> verdicts;
        KnownBefore before;
        std::vector<std::optional<Finding>> changed;
        if (listing.outcome == Outcome::listed) {
            verdicts = session_.classifier().classify(listing.document);
            const ScanPast past(session_,
                                plan_.lock ? &*plan_.lock : nullptr,
                                catalogue_ ? &*catalogue_ : nullptr,
                                entries_ ? &*entries_ : nullptr);
            before = past.before(listing, verdicts, changed);
        }
        // A file that cannot be read, or a word that names nothing, is no server to remember.
        if (catalogue_ && listing.outcome != Outcome::unreadable) {
            catalogue_->record(listing, verdicts, session_.environment().now());
            const std::string& name = config_name(index);
            if (!name.empty()) entries_->call(listing.document.server, name);
        }
        if (listing.outcome == Outcome::listed) {
            apply_overrides(verdicts, settings_, today(session_));
            write_policy(listing, verdicts);
            // Only now: what is stored is said of the definition alone, whatever it was before.
            for (std::size_t i = 0; i < verdicts.size(); ++i) {
                if (changed[i]) verdicts[i].findings.push_back(std::move(*changed[i]));
            }
            const auto open = without_accepted(verdicts, settings_, today(session_));
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
    [[nodiscard]] const std::string& config_name(std::size_t index) const {
        static const std::string none;
        const auto* target = std::get_if<Target>(&plan_.items[index]);
        return target == nullptr ? none : target->config_name;
    }

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
            const bool accepted =
                policy::suppression_for(
                    settings_, verdict.server, verdict.tool, one.finding.id, today(session_)) !=
                nullptr;
            auto line = accepted ? std::nullopt : plan_.fail_on.met_by(verdict, one.finding);
            if (line) {
                outcome_.fail_on_met.push_back(std::move(*line));
            }
            std::erase_if(verdict.findings,
                          [&](const Finding& known) { return known.id == one.finding.id; });
            verdict.findings.push_back(std::move(one.finding));
        }
    }

    void write_policy(const Listing& listing, const std::vector<Verdict>& verdicts) {
        if (!plan_.policy_folder || verdicts.empty()) return;
        std::vector<policy::JudgedTool> tools;
        for (std::size_t i = 0; i < verdicts.size(); ++i) {
            tools.push_back({&listing.document.tools[i], &verdicts[i]});
        }
        policy::Options options = plan_.policy;
        options.settings = &settings_;
        options.today = today(session_);
        const auto file =
            write_policy_files(*plan_.policy_folder / folders_[listing.document.server],
                               listing.document.server,
                               tools,
                               options);
        session_.note(fmt::format("wrote {}", shown_path(file, session_.environment())));
    }

    const ScanPlan& plan_;
    Session& session_;
    const LoadedSettings loaded_ = load_all_settings(session_);
    const policy::Settings& settings_ = loaded_.settings;
    std::optional<store::Catalogue> catalogue_;
    std::optional<store::Entries> entries_;
    std::map<std::string, std::string> folders_;
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

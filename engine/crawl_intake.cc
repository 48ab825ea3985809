#include "engine/crawl_intake.h"

#include <fmt/format.h>
#include <algorithm>

#include "crawler/config/target_word.h"
#include "crawler/crawl_engine.h"
#include "model/base/text.h"

namespace mcprisk::engine {
namespace {

std::vector<std::string> ids_of(const CrawlPlan& plan) {
    std::vector<std::string> ids;
    for (const CrawlServer& server : plan.servers) {
        ids.push_back(server.target    ? server.target->id
                      : server.certain ? server.certain->document.server
                                       : std::string());
    }
    return ids;
}

}  // namespace

void CrawlCounts::add(const Listing& listing, std::size_t risky_tools) {
    ++done_;
    ++by_outcome_[listing.outcome];
    tools_ += listing.document.tools.size();
    risky_ += risky_tools;
    reach_.add(listing.document.server, listing.outcome, listing.failure, listing.started_with);
}

std::pair<std::string, std::size_t> CrawlCounts::main_reason(Outcome outcome) const {
    for (const ReachReason& reason : reach_.reasons(reach_.servers())) {
        if (reason.outcome == outcome && !reason.reason.empty()) {
            return {reason.reason, reason.servers};
        }
    }
    return {};
}

std::size_t CrawlCounts::of(Outcome outcome) const {
    const auto found = by_outcome_.find(outcome);
    return found == by_outcome_.end() ? 0 : found->second;
}

CrawlIntake::CrawlIntake(CrawlPlan& plan, IntakeWorld world, CrawlStrikes& strikes, Done done)
    : plan_(plan),
      strikes_(strikes),
      done_(std::move(done)),
      intake_(std::move(world), ids_of(plan)),
      counts_(plan.servers.size()),
      judge_(
          intake_.classifier(),
          [&strikes](const Listing& listing, std::size_t bytes) {
              strikes.begin(listing.document.server, bytes);
          },
          [this](std::size_t index,
                 Listing listing,
                 std::vector<Verdict> verdicts,
                 const std::string& problem) {
              take(index, std::move(listing), std::move(verdicts), problem);
          }) {}

std::vector<crawler::Target> CrawlIntake::begin(
    const std::function<void(const std::string& id)>& left_out) {
    std::vector<crawler::Target> targets;
    for (std::size_t i = 0; i < plan_.servers.size(); ++i) {
        CrawlServer& server = plan_.servers[i];
        if (server.certain) {
            certain(i, std::move(*server.certain));
        } else if (strikes_.of(server.target->id) >= CrawlStrikes::kMost) {
            left_out(server.target->id);
            certain(i,
                    crawler::failed_listing(
                        *server.target,
                        Outcome::unreadable,
                        "mcprisk ended twice while it classified what this server lists; it is "
                        "left out"));
        } else {
            targets.push_back(std::move(*server.target));
            server.target.reset();
            where_.push_back(i);
        }
    }
    return targets;
}

void CrawlIntake::listed(std::size_t index, Listing listing) {
    if (listing.outcome != Outcome::listed) return take(where_[index], std::move(listing), {}, {});
    judge_.give(where_[index], std::move(listing));
}

// Without an answer: known before it was asked.
void CrawlIntake::certain(std::size_t index, Listing listing) {
    std::vector<Verdict> verdicts = intake_.judge(listing);
    take(index, std::move(listing), std::move(verdicts), {});
}

void CrawlIntake::take(std::size_t index,
                       Listing listing,
                       std::vector<Verdict> verdicts,
                       const std::string& problem) {
    if (!problem.empty()) {
        listing.document.tools.clear();
        listing.outcome = Outcome::unreadable;
        listing.failure =
            fmt::format("{}: its list could not be classified ({}); mcprisk scan shows more",
                        listing.origin,
                        problem);
    }
    CrawlServer& server = plan_.servers[index];
    // What the index tells stands until the server itself has answered.
    if (server.told && listing.outcome != Outcome::listed) {
        server.told->document.server = listing.document.server;
        store(*server.told, intake_.judge(*server.told), server.aliases);
        server.told.reset();
    }
    store(listing, verdicts, server.aliases);
    strikes_.end(listing.document.server);
    const auto risky = static_cast<std::size_t>(
        std::count_if(verdicts.begin(), verdicts.end(), [](const Verdict& verdict) {
            return verdict.risk >= RiskLevel::high;
        }));
    counts_.add(listing, risky);
    server = {};
    done_(std::move(listing), std::move(verdicts));
}

void CrawlIntake::store(const Listing& listing,
                        const std::vector<Verdict>& verdicts,
                        const std::vector<Alias>& aliases) {
    intake_.record(listing, verdicts, aliases);
    intake_.write_policy(listing, verdicts);
}

}  // namespace mcprisk::engine

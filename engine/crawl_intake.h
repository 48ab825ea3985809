// Takes the listings of a crawl to where they belong as they come, so that an end at any moment
// loses only what was in flight. What is asked when is crawler/crawl_engine's.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/crawl_judge.h"
#include "engine/crawl_plan.h"
#include "engine/intake.h"
#include "engine/reach.h"

namespace mcprisk::engine {

// Counts that come from the listings of one crawl. Pure.
class CrawlCounts {
  public:
    explicit CrawlCounts(std::size_t planned) : planned_(planned) {}

    void add(const Listing& listing, std::size_t risky_tools);

    [[nodiscard]] std::size_t planned() const { return planned_; }
    [[nodiscard]] std::size_t done() const { return done_; }
    [[nodiscard]] std::size_t of(Outcome outcome) const;
    [[nodiscard]] std::size_t tools() const { return tools_; }
    [[nodiscard]] std::size_t risky_tools() const { return risky_; }
    [[nodiscard]] const std::map<Outcome, std::size_t>& by_outcome() const { return by_outcome_; }
    // Why servers of that outcome mostly failed, and how many of them for that reason; names and
    // numbers aside. Empty if nothing was said.
    [[nodiscard]] std::pair<std::string, std::size_t> main_reason(Outcome outcome) const;
    [[nodiscard]] const ReachCounts& reach() const { return reach_; }

  private:
    std::size_t planned_;
    std::size_t done_ = 0;
    std::size_t tools_ = 0;
    std::size_t risky_ = 0;
    std::map<Outcome, std::size_t> by_outcome_;
    ReachCounts reach_;
};

class CrawlIntake {
  public:
    // A server is done: judged and stored. It belongs to whoever is called.
    using Done = std::function<void(Listing, std::vector<Verdict>)>;

    // All but `world` outlive the intake. Used from one thread; classifying has one of its own.
    CrawlIntake(CrawlPlan& plan, IntakeWorld world, CrawlStrikes& strikes, Done done);

    // The servers to ask now. What is certain beforehand is done at once, as is a server that ended
    // the program too often, which `left_out` hears of. `index` of listed() is a place in this
    // list.
    std::vector<crawler::Target> begin(const std::function<void(const std::string& id)>& left_out);

    void listed(std::size_t index, Listing listing);
    void collect() { judge_.collect(); }  // what was judged meanwhile
    void finish() { judge_.finish(); }    // waits for all that was listed

    [[nodiscard]] const CrawlCounts& counts() const { return counts_; }

  private:
    void take(std::size_t index,
              Listing listing,
              std::vector<Verdict> verdicts,
              const std::string& problem);
    void certain(std::size_t index, Listing listing);
    void store(const Listing& listing,
               const std::vector<Verdict>& verdicts,
               const std::vector<Alias>& aliases);

    CrawlPlan& plan_;
    CrawlStrikes& strikes_;
    Done done_;
    Intake intake_;
    CrawlCounts counts_;
    std::vector<std::size_t> where_;  // of the targets in the plan
    CrawlJudge judge_;                // last: its thread ends before anything else does
};

}  // namespace mcprisk::engine

// What is seen of a crawl while it runs, and its summary.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cli/environment.h"
#include "cli/output/reach_report.h"
#include "model/listing.h"

namespace mcprisk::cli {

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
    [[nodiscard]] const ReachCounts& reach() const { return reach_; }

  private:
    std::size_t planned_;
    std::size_t done_ = 0;
    std::size_t tools_ = 0;
    std::size_t risky_ = 0;
    std::map<Outcome, std::size_t> by_outcome_;
    ReachCounts reach_;
};

// "1,204 of 43,000 · 801 listed · 300 unreachable · 310/s · 2:15 left". Pure.
std::string progress_text(const CrawlCounts& counts, std::chrono::milliseconds elapsed);

// The table at the end: outcomes with their numbers and shares. Pure.
std::string crawl_table(const CrawlCounts& counts, std::size_t columns);

// "43,000"
std::string grouped(std::size_t number);

// On a terminal one line that is drawn over, else one line for each server. Not under --quiet.
class CrawlProgress {
  public:
    CrawlProgress(Environment& environment, bool quiet);
    ~CrawlProgress();
    CrawlProgress(const CrawlProgress&) = delete;
    CrawlProgress& operator=(const CrawlProgress&) = delete;

    void listed(const Listing& listing);
    void draw(const CrawlCounts& counts);  // at most five times a second
    void clear();                          // before anything else is written to stderr

  private:
    using Clock = std::chrono::steady_clock;
    Environment& environment_;
    bool lines_;
    bool bar_;
    bool drawn_ = false;
    Clock::time_point begun_ = Clock::now();
    Clock::time_point last_{};
};

}  // namespace mcprisk::cli

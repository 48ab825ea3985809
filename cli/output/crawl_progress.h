// What is seen of a crawl while it runs, and its summary.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "cli/environment.h"
#include "engine/crawl_intake.h"

namespace mcprisk::cli {

// "1,204 of 43,000 · 801 listed · 300 unreachable · 310/s · 2:15 left". Pure.
std::string progress_text(const engine::CrawlCounts& counts, std::chrono::milliseconds elapsed);

// The table at the end: outcomes with their numbers, shares and most frequent reasons. Pure.
std::string crawl_table(const engine::CrawlCounts& counts, std::size_t columns);

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
    void draw(const engine::CrawlCounts& counts);  // at most five times a second
    void clear();                                  // before anything else is written to stderr

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

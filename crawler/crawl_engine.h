// A crawl: thousands of servers on one loop, each asked with regard for its host and ending in
// exactly one listing.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "crawler/crawl.h"
#include "crawler/crawl_pace.h"
#include "crawler/mcp/lister.h"
#include "crawler/net/host_memory.h"

namespace mcprisk::crawler {

struct CrawlRules {
    PaceLimits pace;
    int retries = 1;                                // after a failure that may pass
    std::chrono::milliseconds longest_wait{60000};  // a longer Retry-After is not waited for
};

struct CrawlHooks {
    ListerFactory make;
    // Each server's last listing, once, with the target's index.
    std::function<void(std::size_t, Listing)> listed;
    // Asked between events: true means that nothing more is started and what runs is finished.
    std::function<bool()> stop;
    std::function<void()> tick;      // now and then, for progress; may be empty
    std::function<double()> random;  // 0 to 1, for the jitter of waits; empty: none
};

// Returns when every target has its listing, or after a stop when what ran has ended. `memory` is
// to be told of answers and failures by the HTTP client (HttpWatch) and must outlive the call.
void crawl_servers(Loop& loop,
                   std::vector<Target> targets,
                   const CrawlRules& rules,
                   HostMemory& memory,
                   const CrawlHooks& hooks);

// A listing that says why a server was not asked, or asked in vain.
Listing failed_listing(const Target& target, Outcome outcome, std::string why);

}  // namespace mcprisk::crawler

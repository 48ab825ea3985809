// Several servers at once on one loop.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "crawler/mcp/lister.h"

namespace mcprisk::crawler {

// Makes the lister for one target; tests put fakes here.
using ListerFactory = std::function<std::unique_ptr<Lister>(Target, Lister::Done)>;

// Lists every target, at most `jobs` at a time, and hands over each listing as it comes, with the
// target's index. Returns when all are done, or soon after `stop` (asked between events, may be
// empty) says so: servers in flight are then abandoned and not reported.
void list_servers(Loop& loop,
                  std::vector<Target> targets,
                  std::size_t jobs,
                  const ListerFactory& make,
                  const std::function<void(std::size_t, Listing)>& on_listing,
                  const std::function<bool()>& stop = {});

}  // namespace mcprisk::crawler

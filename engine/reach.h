// How many servers could be listed, in which way, and why the others could not. Pure.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/listing.h"

namespace mcprisk::engine {

// A failure without what is of one server alone: names, numbers, addresses, what it said itself.
// Two servers that failed for the same reason have the same text. Empty for an empty one.
std::string reach_reason(std::string_view failure);

// How a server was listed, in a word or two: "plainly", "with made-up values", "over HTTP inside
// the sandbox", "with another start".
std::string reach_way(std::string_view started_with);

struct ReachReason {
    Outcome outcome = Outcome::listed;
    std::string reason;
    std::size_t servers = 0;
    std::vector<std::string> examples;  // ids, sorted, at most three
};

class ReachCounts {
  public:
    void add(std::string_view server,
             Outcome outcome,
             std::string_view failure,
             std::string_view started_with);

    [[nodiscard]] std::size_t servers() const { return servers_; }
    [[nodiscard]] std::size_t listed() const { return listed_; }
    [[nodiscard]] const std::map<std::string, std::size_t>& ways() const { return ways_; }
    // The most frequent first.
    [[nodiscard]] std::vector<ReachReason> reasons(std::size_t most) const;

  private:
    struct Seen {
        std::size_t servers = 0;
        std::vector<std::string> examples;
    };
    std::size_t servers_ = 0;
    std::size_t listed_ = 0;
    std::map<std::string, std::size_t> ways_;
    std::map<std::pair<Outcome, std::string>, Seen> reasons_;
};

}  // namespace mcprisk::engine

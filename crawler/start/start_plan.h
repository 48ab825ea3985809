// Which ways of starting a server to try, one after another. Pure: what came of the last one goes
// in, the next one comes out.
//
// The plain start comes first, by itself. Then what it asked for when it failed, then what its
// package documents, then what servers commonly want. Every way is tried once; their number is
// bounded.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/start/demands.h"
#include "crawler/start/start_way.h"

namespace mcprisk::crawler {

// How a start ended that did not list.
struct StartEnd {
    std::string text;        // what it wrote, both streams; any bytes
    bool timed_out = false;  // it is still there, and silent
    bool clean = false;      // it ended with 0
};

class StartPlan {
  public:
    static constexpr std::size_t kTries = 8;  // besides the plain start

    // `documented`: ways that the package itself describes, the likeliest first. `wanted`:
    // variables that an index calls required.
    StartPlan(std::vector<StartWay> documented, const std::vector<std::string>& wanted);

    // The way to try after the last one ended so; the first call is about the plain start.
    std::optional<StartWay> next(const StartEnd& end);

    [[nodiscard]] const std::vector<StartWay>& tried() const { return tried_; }

  private:
    [[nodiscard]] bool is_new(const StartWay& way) const;
    [[nodiscard]] StartWay improved(const Demands& demands, const StartEnd& end) const;
    void guess(const Demands& demands, const StartEnd& end);

    std::vector<StartWay> queue_;
    std::vector<StartWay> tried_;
    StartWay last_;
    bool guessed_ = false;
};

}  // namespace mcprisk::crawler

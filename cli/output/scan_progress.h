// What is seen of a scan while servers are fetched, started and listed.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cli/environment.h"
#include "crawler/mcp/lister.h"

namespace mcprisk::cli {

// A server that is being listed.
struct InFlight {
    std::string name;
    crawler::Step step;
    std::chrono::milliseconds since{0};  // when the phase began, on the clock of the progress
};

// "fetching  playwright  12 s  34.1 MB", at most `columns` wide. Pure.
std::string flight_line(const InFlight& one, std::chrono::milliseconds now, std::size_t columns);

// On a terminal one line a server and one for all, drawn over; else a line every ten seconds. Not
// under --quiet. Nothing is seen of what takes less than a second.
class ScanProgress {
  public:
    using Clock = std::function<std::chrono::milliseconds()>;  // of any beginning; never goes back

    ScanProgress(Environment& environment, bool quiet, Clock clock);
    ~ScanProgress();
    ScanProgress(const ScanProgress&) = delete;
    ScanProgress& operator=(const ScanProgress&) = delete;

    void begin(std::size_t servers);
    void call(const std::string& id, const std::string& name);  // what people know it by
    void step(const std::string& id, const crawler::Step& step);
    void ended(const std::string& id);
    void tick();   // as often as one likes
    void clear();  // before anything else is written to stderr

  private:
    [[nodiscard]] std::string summary() const;
    void draw();
    void log();

    Environment& environment_;
    bool terminal_;
    bool lines_;
    Clock clock_;
    std::size_t servers_ = 0;
    std::size_t done_ = 0;
    bool fetched_ = false;  // something is or was fetched for long
    std::size_t drawn_ = 0;
    std::chrono::milliseconds begun_{0};
    std::chrono::milliseconds last_{0};
    std::map<std::string, std::string> names_;
    std::vector<std::pair<std::string, InFlight>> flights_;  // by id, in the order they began
};

}  // namespace mcprisk::cli

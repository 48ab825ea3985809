// The main job: list, classify, store, collect.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "crawler/crawl.h"
#include "crawler/target.h"
#include "engine/fail_on.h"
#include "engine/intake.h"
#include "engine/lock_file.h"
#include "engine/scan_result.h"

namespace mcprisk::engine {

// One server of a scan: still to be asked, or known without asking (a recorded list, or a failure
// that is certain beforehand).
using ScanItem = std::variant<crawler::Target, Listing>;

struct ScanPlan {
    std::vector<ScanItem> items;               // in the order of the command line
    std::map<std::string, std::string, std::less<>> names;  // by id: how a configuration calls the server
    std::size_t jobs = 4;
    FailOn fail_on;
    std::optional<LockFile> lock;  // what "new", "raised" and "drift" are held against
};

struct ScanOutcome {
    ScanResult result;
    std::vector<std::string> fail_on_met;
    bool interrupted = false;
};

// All may be empty.
struct ScanHooks {
    std::function<void(std::size_t)> asking;  // before the first server is asked: how many are
    std::function<void(const Listing&)> answered;  // before it is taken in
    std::function<void()> tick;                    // between events, at least once a second
    std::function<bool()> interrupted;
};

// Each listing is classified, stored in a transaction of its own and its policy written as it
// comes, so that an interruption loses only servers in flight. `make` builds the listers. Throws
// what the world's own functions throw, and store::DatabaseError.
ScanOutcome run_scan(const ScanPlan& plan,
                     IntakeWorld world,
                     crawler::Loop& loop,
                     const crawler::ListerFactory& make,
                     const ScanHooks& hooks);

}  // namespace mcprisk::engine

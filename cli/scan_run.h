// The main job: list, classify, store, collect. Shared by `scan` and, later, by batch commands.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/commands/fail_on.h"
#include "cli/output/scan_report.h"
#include "cli/session.h"
#include "crawler/crawl.h"
#include "crawler/target.h"
#include "engine/lock_file.h"
#include "policy/document/recommend.h"

namespace mcprisk::cli {

// One server of a scan: still to be asked, or known without asking (a recorded list, or a failure
// that is certain beforehand).
using ScanItem = std::variant<crawler::Target, Listing>;

struct ScanPlan {
    std::vector<ScanItem> items;  // in the order of the command line
    std::size_t jobs = 4;
    bool store = true;
    std::optional<std::filesystem::path> policy_folder;
    policy::Options policy;
    FailOn fail_on;
    std::optional<engine::LockFile> lock;  // what "new", "raised" and "drift" are held against
};

struct ScanOutcome {
    ScanResult result;
    std::vector<std::string> fail_on_met;
    bool interrupted = false;
};

// Each listing is classified, stored in a transaction of its own and its policy written as it
// comes, so that an interruption loses only servers in flight. `make` builds the listers.
ScanOutcome run_scan_plan(ScanPlan plan,
                          crawler::Loop& loop,
                          const crawler::ListerFactory& make,
                          Session& session);

}  // namespace mcprisk::cli

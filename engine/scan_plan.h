// What is decided of the servers of a scan before anything is started or sent.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/scan.h"
#include "store/catalogue.h"
#include "store/entries.h"

namespace mcprisk::engine {

struct ScanChoice {
    bool no_run = false;  // nothing is asked: what the catalogue knows stands for every server
    // For no_run: both or none.
    const store::Catalogue* catalogue = nullptr;
    const store::Entries* entries = nullptr;
    std::int64_t now = 0;  // seconds since 1970
    // Asked once for each server that would be started or spoken to, in order.
    std::function<bool(const crawler::Target&)> consents;
};

struct SettledItems {
    std::vector<ScanItem> items;               // in the order they came
    std::map<std::string, std::string> names;  // as in ScanPlan
};

// A target that is not to be asked becomes a listing that says why, or under no_run the listing
// that the catalogue has. Throws store::DatabaseError.
SettledItems settle_items(std::vector<ScanItem> items, const ScanChoice& choice);

}  // namespace mcprisk::engine

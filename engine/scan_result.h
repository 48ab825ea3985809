// What came of several servers: listings, verdicts, and where a file names them.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "model/listing.h"
#include "model/verdict.h"

namespace mcprisk::engine {

// Where a configuration names a server.
struct Place {
    std::string file;      // absolute, or relative to the current directory
    std::size_t line = 0;  // from 1; 0: not known
};
using PlacesOfServers = std::map<std::string, Place>;  // by server id

struct ScanResult {
    std::vector<Listing> listings;  // in the order of the targets
    std::vector<Verdict> verdicts;  // riskiest first
    PlacesOfServers places;         // where a file names a server
    std::map<std::string, std::string, std::less<>> names;  // by id: how a configuration calls the server
    std::string settings;  // a settings file that was found in the project; empty if none was
};

// Riskiest first: attention, level, category, then server and tool. A total order.
void sort_by_risk(std::vector<Verdict>& verdicts);

}  // namespace mcprisk::engine

// One start of a program and one try to list it, with what a next try wants to know.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "crawler/mcp/lister.h"

namespace mcprisk::crawler {

struct StdioAttempt {
    Listing listing;
    std::string package_directory;  // holds node_modules; empty if no package was unpacked
    std::string said;               // stderr and what was no message on stdout; any bytes, bounded
    bool clean = false;             // it ended by itself, with 0
    std::string bwrap;              // what held it; empty: no sandbox
};

// As make_stdio_lister, without further tries.
std::unique_ptr<Lister> make_stdio_attempt(Loop& loop,
                                           Target target,
                                           const StdioOptions& options,
                                           std::function<void(StdioAttempt)> done);

}  // namespace mcprisk::crawler

// How many servers of npm list when nothing but their names is given, with made-up values allowed?
//
//   reach_live NAMES CACHE MCPRISK [AT_ONCE]
//
// NAMES holds a line `npm:NAME` for each. CACHE is a folder that keeps the packages from run to run. MCPRISK is our program,
// which runs beside the servers in their sandboxes. One line for each server, in order of their end: name, outcome, tools,
// milliseconds, how it was started, failure. The same listers as `mcprisk crawl --yes --allow-net --placeholder-credentials`,
// without its catalogue and its judge.
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "crawler/mcp/lister.h"
#include "crawler/net/loop.h"
#include "crawler/process/sandbox_probe.h"
#include "model/base/text.h"

using namespace mcprisk;
using namespace mcprisk::crawler;
using std::chrono::milliseconds;

namespace {

std::vector<std::string> read_names(const char* file) {
    constexpr std::string_view kNpm = "npm:";
    std::ifstream in(file);
    std::vector<std::string> names;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with(kNpm)) names.push_back(line.substr(kNpm.size()));
    }
    return names;
}

void print(const std::string& name, const Listing& listing) {
    std::cout << name << " | " << to_string(listing.outcome) << " | "
              << listing.document.tools.size() << " | " << listing.elapsed_ms << " | "
              << printable(listing.started_with) << " | " << printable(listing.failure)
              << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) {
        std::cerr << "usage: reach_live NAMES CACHE MCPRISK [AT_ONCE]\n";
        return 2;
    }
    const std::vector<std::string> names = read_names(argv[1]);
    const std::size_t at_once = argc > 4 ? std::strtoul(argv[4], nullptr, 10) : 2;
    Loop loop;
    StdioOptions options;
    options.allow_network = true;
    options.placeholder_credentials = true;
    options.cache_directory = argv[2];
    options.companion = argv[3];
    options.limits.total = milliseconds{60000};
    const auto bwrap = probe_sandbox(loop, milliseconds{10000});
    if (!bwrap) {
        std::cerr << bwrap.error().message << '\n';
        return 3;
    }
    options.probed_bwrap = *bwrap;
    std::map<std::size_t, std::unique_ptr<Lister>> running;
    std::vector<std::size_t> ended;
    std::size_t next = 0;
    std::size_t listed = 0;
    while (next < names.size() || !running.empty()) {
        while (running.size() < at_once && next < names.size()) {
            const std::size_t at = next++;
            Target target;
            target.id = "npm:" + names[at];
            target.how = StdioTarget{.argv = {"npx", "-y", names[at]}};
            running[at] = make_stdio_lister(loop, target, options, [&, at](Listing listing) {
                listed += listing.outcome == Outcome::listed ? 1 : 0;
                print(names[at], listing);
                ended.push_back(at);
            });
            running[at]->start();
        }
        loop.run_once(milliseconds{200});
        for (const std::size_t at : ended) running.erase(at);
        ended.clear();
    }
    std::cout << listed << " of " << names.size() << " listed\n";
    return 0;
}

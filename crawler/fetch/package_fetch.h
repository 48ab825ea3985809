// Fetching a package of npm into the cache, once, without running any of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "crawler/net/loop.h"
#include "crawler/process/command.h"
#include "crawler/process/launch.h"
#include "crawler/process/temporary_directory.h"
#include "model/base/result.h"
#include "model/listing.h"

namespace mcprisk::crawler {

struct FetchOptions {
    std::string cache_directory;  // made if it is not there
    bool allow_scripts = false;   // of the package and what it depends on
    std::string bwrap;            // npm runs in a sandbox, with network; empty: without
    std::chrono::milliseconds longest{300000};  // for each of npm's runs
    std::function<void(std::uintmax_t)> unpacked;  // bytes so far, twice a second; may be empty
};

struct FetchedPackage {
    PackageProgram program;
    std::string directory;  // holds node_modules
};

struct FetchFailure {
    Outcome outcome = Outcome::unreachable;
    std::string why;  // what failed and what to do
};

// Keyed by name and exact version. Without an exact one npm is asked each time which it means
// today. The package is unpacked beside the cache and moved into it when whole, so that several
// crawlers can share one; what is taken out of it is compared with what was put in. Optional packages
// are fetched whatever the caller's .npmrc says, and builds for this machine that npm left out are
// asked for once more: they need no script. Scripts, if
// allowed, run after all is fetched, without the caller's .npmrc and with a cache of their own.
// Dependencies by address instead of name are refused. Destroying it stops npm. Not thread-safe.
class PackageFetch {
  public:
    using Done = std::function<void(tl::expected<FetchedPackage, FetchFailure>)>;

    PackageFetch(Loop& loop, PackageCommand package, FetchOptions options, Done done);

    // `done` is called once, from the loop, and may destroy this object.
    void start();

    ~PackageFetch();
    PackageFetch(const PackageFetch&) = delete;
    PackageFetch& operator=(const PackageFetch&) = delete;

  private:
    void ask_version();
    void install_unless_cached(const std::string& version);
    void add_builds(const std::string& spec);
    void run_scripts(const std::string& spec);
    void watch_size();
    void on_installed();
    void run_npm(std::vector<std::string> arguments, std::function<void(CommandResult)> done);
    void use(const std::string& directory);
    void give_up(Outcome outcome, std::string why);
    void give_up(const CommandResult& result, std::string_view doing);
    void tell(tl::expected<FetchedPackage, FetchFailure> result);

    Loop& loop_;
    PackageCommand package_;
    FetchOptions options_;
    Done done_;
    TimerId entry_ = 0;
    TimerId watch_ = 0;
    TemporaryDirectory home_;
    TemporaryDirectory unpacked_;
    std::string destination_;
    bool runs_scripts_ = false;  // code of strangers runs in npm from now on
    std::unique_ptr<Command> command_;
};

}  // namespace mcprisk::crawler

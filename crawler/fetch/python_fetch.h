// Fetching a package of PyPI with uv or pipx, once, apart from running it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crawler/fetch/package_fetch.h"
#include "crawler/process/command.h"

namespace mcprisk::crawler {

// "uvx --from a[cli]==1.2 tool x": spec "a[cli]==1.2", name "a", version "1.2", command "tool".
struct PythonCommand {
    // The program that installs: "uv", or "python3" in the place of pipx, which would start the new
    // environment's Python, and with it what wheels lay into it, while the network is on.
    std::string runner;
    std::string spec;     // as pip reads it
    std::string name;     // normal form (PEP 503)
    std::string version;  // exact, else empty
    std::string command;  // which of its programs; empty: the one named like the package
    std::vector<std::string> arguments;
};

// For `uvx`, `uv tool run` and `pipx run` with one package of the registry and nothing beside it
// (--with, --python, --index and the like are left to the runner itself). Pure.
std::optional<PythonCommand> read_python_command(const std::vector<std::string>& argv);

// Fetches with the network, from wheels only (uv with scripts allowed: from sources too, whose
// building runs their code). Nothing of a wheel runs until the package is started (wheel_reader.h). An exact version is kept in the cache, others are fetched each time and go
// with this object. Not thread-safe; destroying it stops the installation.
class PythonFetch {
  public:
    using Done = PackageFetch::Done;

    PythonFetch(Loop& loop, PythonCommand package, FetchOptions options, Done done);
    void start();  // `done` is called once, from the loop, and may destroy this object
    ~PythonFetch();
    PythonFetch(const PythonFetch&) = delete;
    PythonFetch& operator=(const PythonFetch&) = delete;

  private:
    void install();
    void on_installed(const CommandResult& result);
    void use(const std::string& directory);
    void give_up(Outcome outcome, std::string why);
    void tell(tl::expected<FetchedPackage, FetchFailure> result);

    Loop& loop_;
    PythonCommand package_;
    FetchOptions options_;
    Done done_;
    TimerId entry_ = 0;
    TemporaryDirectory home_;
    TemporaryDirectory unpacked_;
    std::string destination_;  // in the cache; empty: not kept
    std::unique_ptr<Command> command_;
};

}  // namespace mcprisk::crawler

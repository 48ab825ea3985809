// A container's run, beyond its risk: options of our own, why the engine did not start it, and that
// none is left behind.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/process/temporary_directory.h"
#include "model/listing.h"

namespace mcprisk::crawler {

// `argv` with `options` right behind its "run" (or "container run"); as it is where there is none.
std::vector<std::string> with_run_options(std::vector<std::string> argv,
                                          const std::vector<std::string>& options);

// Whether `argv` says which network the container gets.
bool names_network(const std::vector<std::string>& argv);

struct ContainerFailure {
    Outcome outcome = Outcome::unreachable;  // or no_runtime, needs_configuration
    std::string_view remedy;                 // what to do
};

// Why docker, podman or nerdctl could not get or start a container, by what the client wrote; empty
// where it is not the engine that speaks. Pure.
std::optional<ContainerFailure> read_container_failure(std::string_view last_words);

// The containers that one server ran in. A client that is ended leaves its container to the engine.
class RunContainers {
  public:
    // `argv` so that the engine writes the container's id where we find it. Once for each start;
    // as it is where that cannot be.
    std::vector<std::string> watched(std::vector<std::string> argv);

    // The command that removes what was started, with `client` as its program; empty if nothing
    // was. They are forgotten by this.
    std::vector<std::string> removal(const std::string& client);

  private:
    TemporaryDirectory directory_;
    std::vector<std::string> files_;
};

}  // namespace mcprisk::crawler

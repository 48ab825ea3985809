// Whether a container is the wall that it is taken for: what `docker run` is given, by a list of
// what is harmless. Pure, but for the paths that a caller resolves.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

namespace mcprisk::crawler {

enum class NamedBy : std::uint8_t { person, index };

struct ContainerPlace {
    NamedBy by = NamedBy::person;
    std::string home;  // of the caller
    // What a path of this machine leads to once links and dots are followed; empty for what is
    // neither a file nor a directory. Not given: the path without its dots.
    std::function<std::string(const std::string&)> resolve;
};

// For `docker`, `podman` and `nerdctl`: a clause that says what makes it no wall, or what is not
// known to be harmless. Nothing passes but `run` (`container run`) of an image, options of a list
// that give a container nothing of this machine, and mounts of directories that belong to a
// project: no system, no home as a whole, nothing hidden in one, no sockets and devices. For an
// index there are no mounts of this machine at all. Options are read as these programs read them:
// "-itv/:/h" is -i -t -v /:/h. Empty if the container holds.
std::optional<std::string> container_risk(std::span<const std::string> argv,
                                          const ContainerPlace& place = {});

}  // namespace mcprisk::crawler

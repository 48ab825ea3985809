// What a container is given that makes it no container. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>

namespace mcprisk::crawler {

// For `docker`, `podman` and `nerdctl run`: a clause that says what breaks the wall: --privileged,
// the engine's socket, the machine's own directories or secrets mounted, its namespaces or devices.
// Empty if nothing does, and for other programs.
std::optional<std::string> container_risk(std::span<const std::string> argv);

}  // namespace mcprisk::crawler

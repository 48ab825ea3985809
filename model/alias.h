// One of the names that a server goes by, and who says so.
#pragma once

#include <string>

namespace mcprisk {

// Kinds: npm, pypi, oci, nuget, mcpb (packages), endpoint (URL), repository (URL, with "#subfolder"
// where one is stated), registry (reverse-DNS name), and directories by their own name: docker,
// toolhive, smithery, mcpm, glama, pulsemcp.
struct Alias {
    std::string kind;
    std::string value;     // in the one spelling of its kind
    std::string evidence;  // who states it: "server.json io.github.x/y 1.2.0"

    // The same name, whoever states it.
    [[nodiscard]] bool names_the_same(const Alias& other) const {
        return kind == other.kind && value == other.value;
    }
};

}  // namespace mcprisk

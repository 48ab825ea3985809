// Dangerous combinations across the servers of one configuration: an agent that reads private data,
// reads what outsiders wrote, and has a way out can be talked into carrying the one out by the
// other, although each tool is harmless by itself.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/decide/legs.h"
#include "policy/targets/target.h"

namespace mcprisk::policy {

// "server: tool", of tools that run unattended in some way, by name.
struct UnattendedLegs {
    std::vector<std::string> private_data;
    std::vector<std::string> untrusted_content;
    std::vector<std::string> way_out;
    // No tool is left for one of the legs, so that no path runs through all three unattended.
    [[nodiscard]] bool broken() const;
};
UnattendedLegs unattended_legs(std::span<const NamedServer> servers);

struct Combination {
    bool found = false;
    Leg asked = Leg::way_out;        // the leg that now asks
    std::vector<std::string> tools;  // of it, "server: tool"; empty where a person opened all
    std::string told;                // for people, what asks; claims nothing that was not searched
};

// Makes all tools of one leg ask: the way out, or private data where fewer tools bring it; never
// what only brings text of outsiders, never what a person decided by name, and no way out that is
// held to hosts or recipients that a person named. Each reason names the other legs. Afterwards
// unattended_legs() is broken, unless a person opened each leg; find_sequence() proves it on what
// is written. Pure but for `servers`, which it changes.
Combination break_combination(std::vector<NamedServer>& servers, const Options& options);

// decide_all() for all tools of one server, with its own combination cut: its policy may be in
// force alone. `cut` gets what was done, if given. Nothing is cut in compat.
std::vector<Decided> decide_server(std::string_view server,
                                   std::span<const JudgedTool> tools,
                                   const Options& options,
                                   Combination* cut = nullptr);

// recommend() for all tools of one server, with its own combination cut.
Recommendation recommend_server(std::string_view server,
                                std::span<const JudgedTool> tools,
                                const Options& options);

}  // namespace mcprisk::policy

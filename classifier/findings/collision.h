// Names that two servers of one client configuration both offer, so that a call meant for one may
// reach the other.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/verdict.h"

namespace mcprisk::classifier {

struct NamedTool {
    std::string_view server;
    std::string_view tool;
    std::string_view definition_hash;
    RiskLevel risk = RiskLevel::low;
};

struct Collision {
    std::size_t tool = 0;   // index into the input
    std::size_t other = 0;  // of another server
    Finding finding;        // "name-collision", field "name"
};

// For each tool at most one, the worst, in the order of the input:
//  High    a name with letters of another script that looks like a name of another server;
//  Medium  the same name, or one that differs in case and separators alone, where one of the two
//          can do harm (risk Medium or above), since then it matters which is reached;
//  Low     the same name of two tools that can do little: `search` exists everywhere.
// A server that is there twice (equal definitions) collides with nothing.
std::vector<Collision> find_collisions(std::span<const NamedTool> tools);

}  // namespace mcprisk::classifier

// What is made of tools that are decided already, so that nobody who needs several things of a tool
// decides it several times.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "policy/decide/decide.h"

namespace mcprisk::policy {

// By name; of several tools with one name the strictest stands for all. In any order.
std::vector<Decided> strictest_by_name(std::vector<Decided> all);

// document_of(), its policy.json alone: for whoever needs no reasons.
std::string policy_json_of(std::span<const Decided> tools, const Options& options);

// plain_words() (recommend.h).
PlainWords words_of(const JudgedTool& tool, const Decision& decision);

// PlainWords::effect without the words that a denied caller reads.
std::string effect_in_short(const Decision& decision);

}  // namespace mcprisk::policy

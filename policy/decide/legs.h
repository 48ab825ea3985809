// What a tool can be in the hands of an agent that was talked into carrying data out: what brings
// private data, what brings text of outsiders, what leads out.
#pragma once

#include <string_view>
#include <vector>

#include "policy/document/recommend.h"

namespace mcprisk::policy {

enum class Leg { private_data, untrusted_content, way_out };
std::string_view to_string(Leg leg);  // "private data" …

// By capabilities, free arguments and what the name says it reads or carries. A gesture (hover,
// resize, close, back) is none of them, whatever its server does.
std::vector<Leg> legs_of(const JudgedTool& tool);
bool is_leg(const JudgedTool& tool, Leg leg);

}  // namespace mcprisk::policy

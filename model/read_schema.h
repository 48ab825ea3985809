// The parameters that the input schema of a tool names.
#pragma once

#include <cstddef>

#include "model/base/json_tree.h"
#include "model/read_document.h"
#include "model/tool.h"

namespace mcprisk {

// Adds them to tool.parameters, in order of their paths, each path once; follows references within
// the schema. Work and memory stay within a multiple of `bytes`, the size of the whole definition:
// what is left out stands in tool.defects.
void read_parameters(const JsonNode& schema,
                     const ToolLimits& limits,
                     std::size_t bytes,
                     Tool& tool);

}  // namespace mcprisk

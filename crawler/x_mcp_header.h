// The `x-mcp-header` annotation of input schemas.
// Source: MCP 2026-07-28, Streamable HTTP, custom headers from tool parameters.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace mcprisk::crawler {

// Whether a conforming HTTP client hides the tool with this inputSchema: an annotation that is no
// HTTP token, is given twice (ignoring case), is on anything but a string, integer or boolean, or
// is not reached from the root through `properties` alone.
bool has_bad_x_mcp_header(const nlohmann::json& input_schema);

}  // namespace mcprisk::crawler

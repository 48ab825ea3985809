// The `x-mcp-header` annotation of input schemas.
// Source: MCP 2026-07-28, Streamable HTTP, custom headers from tool parameters.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "crawler/http_message.h"

namespace mcprisk::crawler {

// Whether a conforming HTTP client hides the tool with this inputSchema: an annotation that is no
// HTTP token, is given twice (ignoring case), is on anything but a string, integer or boolean, or
// is not reached from the root through `properties` alone.
bool has_bad_x_mcp_header(const nlohmann::json& input_schema);

// The Mcp-Param-… headers of a call: the arguments that the schema marks, nested ones included;
// those that are null or missing get none. The schema must have passed the check above.
HttpHeaders mcp_parameter_headers(const nlohmann::json& input_schema,
                                  const nlohmann::json& arguments);

// A value of Mcp-Name and Mcp-Param-…: as it is if it is visible ASCII without blanks at its ends,
// else =?base64?…?=.
std::string mcp_header_value(std::string_view text);

}  // namespace mcprisk::crawler

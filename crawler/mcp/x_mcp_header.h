// The `x-mcp-header` annotation of input schemas, and the headers that repeat parts of a request.
// Source: MCP 2026-07-28, Streamable HTTP, custom headers from tool parameters.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "crawler/net/http_message.h"

namespace mcprisk::crawler {

// Whether a conforming HTTP client hides the tool with this inputSchema: an annotation that is no
// HTTP token, is given twice (ignoring case), is on anything but a string, integer or boolean, or
// is not reached from the root through `properties` alone.
bool has_bad_x_mcp_header(const nlohmann::json& input_schema);

// The Mcp-Param-… headers of a call: the arguments that the schema marks, nested ones included;
// those that are null or missing get none. The schema must have passed the check above.
HttpHeaders mcp_parameter_headers(const nlohmann::json& input_schema,
                                  const nlohmann::json& arguments);

// What Mcp-Name repeats of a request (MCP 2026-07-28, Streamable HTTP, standard headers); empty if
// its method has none.
std::string mcp_name(std::string_view method, const nlohmann::json& params);

// A value of Mcp-Name and Mcp-Param-…: as it is if it is visible ASCII without blanks at its ends,
// else =?base64?…?=.
std::string mcp_header_value(std::string_view text);

}  // namespace mcprisk::crawler

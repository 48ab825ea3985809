// JSON Schemas of what the tools of our own MCP server take and give.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace mcprisk::cli {

nlohmann::json text_schema(std::string_view description);
nlohmann::json choice_schema(std::string_view description, nlohmann::json choices);
nlohmann::json count_schema();
// An object with these members, all of them there but for `sometimes`.
nlohmann::json object_schema(nlohmann::json properties,
                             const std::vector<std::string>& sometimes = {});

// A whole definition; all our tools only read what is stored.
nlohmann::json tool_definition(std::string_view name,
                               std::string_view title,
                               std::string_view description,
                               nlohmann::json properties,
                               nlohmann::json required,
                               nlohmann::json output);

// What they give.
nlohmann::json checked_tool_schema();
nlohmann::json verdict_list_schema();
nlohmann::json checked_server_schema();
nlohmann::json recommended_schema();

}  // namespace mcprisk::cli

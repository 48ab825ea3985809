#include "cli/mcp_server/mcp_schemas.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace mcprisk::cli {

using nlohmann::json;

namespace {

json text_list() { return {{"type", "array"}, {"items", {{"type", "string"}}}}; }

json verdict_members() {
    const json text = {{"type", "string"}};
    return {{"server", text},
            {"tool", text},
            {"category", text},
            {"risk", text},
            {"risk_without_claims", text},
            {"confidence", {{"type", "number"}}},
            {"capabilities", text_list()},
            {"findings", text_list()},
            {"attacks", text_list()}};
}

json age_schema() { return {{"type", json::array({"integer", "null"})}}; }

}  // namespace

json text_schema(std::string_view description) {
    return {{"type", "string"}, {"maxLength", 1000}, {"description", description}};
}

json choice_schema(std::string_view description, json choices) {
    return {{"type", "string"}, {"enum", std::move(choices)}, {"description", description}};
}

json tool_definition(std::string_view name,
                     std::string_view title,
                     std::string_view description,
                     json properties,
                     json required,
                     json output) {
    return {{"name", name},
            {"outputSchema", std::move(output)},
            {"title", title},
            {"description", description},
            {"inputSchema",
             {{"type", "object"},
              {"properties", std::move(properties)},
              {"required", std::move(required)},
              {"additionalProperties", false}}},
            {"annotations",
             {{"title", title},
              {"readOnlyHint", true},
              {"destructiveHint", false},
              {"idempotentHint", true},
              {"openWorldHint", false}}}};
}

json object_schema(json properties, const std::vector<std::string>& sometimes) {
    json required = json::array();
    for (const auto& [key, value] : properties.items()) {
        if (std::find(sometimes.begin(), sometimes.end(), key) == sometimes.end()) {
            required.push_back(key);
        }
    }
    return {{"type", "object"},
            {"properties", std::move(properties)},
            {"required", std::move(required)},
            {"additionalProperties", false}};
}

json count_schema() { return {{"type", "integer"}, {"minimum", 0}}; }

json checked_tool_schema() {
    json members = verdict_members();
    members["from"] = {{"type", "string"}};
    members["days_since_listed"] = age_schema();
    return object_schema(std::move(members), {"days_since_listed"});
}

json verdict_list_schema() {
    return {{"type", "array"}, {"items", object_schema(verdict_members())}};
}

json checked_server_schema() {
    const json text = {{"type", "string"}};
    return object_schema(
        {{"server", text},
         {"listed", {{"type", "boolean"}}},
         {"last_outcome", text},
         {"days_since_listed", age_schema()},
         {"grade", text},
         {"tools_total", count_schema()},
         {"by_risk", {{"type", "object"}, {"additionalProperties", count_schema()}}},
         {"tools", verdict_list_schema()}});
}

json recommended_schema() {
    const json text = {{"type", "string"}};
    return object_schema({{"server", text},
                          {"policy", {{"type", "object"}}},
                          {"format", text},
                          {"file", text},
                          {"text", text},
                          {"notes", text_list()},
                          {"effects", {{"type", "object"}, {"additionalProperties", text}}}},
                         {"policy", "format", "file", "text", "notes"});
}

}  // namespace mcprisk::cli

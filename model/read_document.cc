#include "model/read_document.h"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/base/hash.h"
#include "model/base/text.h"
#include "model/definition_bounds.h"
#include "model/read_schema.h"

namespace mcprisk {
namespace {

using nlohmann::json;

std::optional<bool> hint(const JsonNode& annotations, std::string_view key, Tool& tool) {
    const JsonNode* value = annotations.find(key);
    if (value == nullptr || value->is_null()) return std::nullopt;
    if (value->is_boolean()) return value->as_boolean();
    tool.defects.push_back(fmt::format("annotations.{} is not true or false", key));
    return std::nullopt;
}

void check_string(const JsonNode& value, std::string_view key, Tool& tool) {
    const JsonNode* member = value.find(key);
    if (member != nullptr && !member->is_string()) {
        tool.defects.push_back(fmt::format("{} is not a string", key));
    }
}

// SEP-986: 1 to 128 of A-Z a-z 0-9 _ . -
bool is_conforming_name(std::string_view name) {
    return name.size() <= 128 &&
           name.find_first_not_of(
               "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-") ==
               std::string_view::npos;
}

// Keeps of `value` what can be kept of a definition that is not read.
Tool unread_tool(Tool tool, const JsonNode& value, std::string why) {
    const std::string_view description = value.string_member("description");
    std::string definition = too_large_definition(tool.name, description, tool.definition, why);
    tool.description = truncate_utf8(description, 1024);
    tool.definition = std::move(definition);
    tool.definition_hash = content_hash(tool.definition);
    tool.defects.emplace_back("too large to read");
    tool.too_large = std::move(why);
    return tool;
}

Result<Tool> tool_of(const JsonNode& value, const ToolLimits& limits) {
    if (!value.is_object()) return fail(ErrorCode::invalid_input, "a tool is not a JSON object");
    Tool tool;
    const std::string_view name = value.string_member("name");
    if (name.empty()) return fail(ErrorCode::invalid_input, "a tool has no name");
    if (name.size() > limits.name_bytes) {
        return fail(ErrorCode::too_large,
                    fmt::format("the name of a tool has {} bytes, more than {}",
                                name.size(),
                                limits.name_bytes));
    }
    tool.name = name;
    append_canonical(value, tool.definition);
    if (std::string why = why_too_large(value, tool.definition.size()); !why.empty()) {
        return unread_tool(std::move(tool), value, std::move(why));
    }
    if (!is_conforming_name(tool.name))
        tool.defects.push_back("name is outside A-Za-z0-9_.- or 128");
    check_string(value, "title", tool);
    check_string(value, "description", tool);
    tool.title = value.string_member("title");
    tool.description = value.string_member("description");
    if (const JsonNode* annotations = value.find("annotations")) {
        if (!annotations->is_object()) tool.defects.push_back("annotations is not an object");
        tool.annotations.title = annotations->string_member("title");
        tool.annotations.read_only = hint(*annotations, "readOnlyHint", tool);
        tool.annotations.destructive = hint(*annotations, "destructiveHint", tool);
        tool.annotations.idempotent = hint(*annotations, "idempotentHint", tool);
        tool.annotations.open_world = hint(*annotations, "openWorldHint", tool);
    }
    if (const JsonNode* schema = value.find("inputSchema"); schema && schema->is_object()) {
        if (schema->string_member("type") != "object") {
            tool.defects.push_back("inputSchema has no type: object");
        }
        read_parameters(*schema, limits, tool.definition.size(), tool);
    } else {
        tool.defects.push_back("inputSchema is missing or not an object");
    }
    tool.definition_hash = content_hash(tool.definition);
    tool.too_large = read_too_large(value);
    if (!tool.too_large.empty()) tool.defects.emplace_back("too large to read");
    return tool;
}

Result<ServerDocument> document_of(const JsonNode& value, std::vector<std::string>* problems) {
    const JsonNode* tools = value.find("tools");
    if (tools == nullptr || !tools->is_array()) {
        return fail(
            ErrorCode::invalid_input,
            "not a server document: expected an object with \"server\" and a \"tools\" list");
    }
    ServerDocument document;
    document.server = value.string_member("server");
    document.title = value.string_member("title");
    document.description = value.string_member("description");
    document.source = value.string_member("source");
    document.version = value.string_member("version");
    document.instructions = value.string_member("instructions");
    ToolList list;
    std::size_t index = 0;
    for (const JsonNode& item : tools->items()) {
        auto tool = tool_of(item, {});
        if (tool) {
            list.add(std::move(*tool));
        } else if (problems != nullptr) {
            problems->push_back(fmt::format("tools[{}]: {}", index, tool.error().message));
        }
        ++index;
    }
    document.tools = list.take();
    return document;
}

}  // namespace

Result<Tool> read_tool(const json& value, const ToolLimits& limits) {
    JsonTree tree;
    return tool_of(tree.convert(value), limits);
}

Result<ServerDocument> read_server_document(const json& value, std::vector<std::string>* problems) {
    JsonTree tree;
    return document_of(tree.convert(value), problems);
}

std::optional<ServerDocument> DocumentParser::read(std::string_view text,
                                                   const JsonLimits& limits,
                                                   std::vector<std::string>* problems) {
    if (text.size() > limits.bytes) return std::nullopt;
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    const JsonNode* value = tree_.parse(text, limits.depth);
    if (value == nullptr || value->find("serverInfo") != nullptr) return std::nullopt;
    const JsonNode* tools = value->find("tools");
    if (tools == nullptr || !tools->is_array()) return std::nullopt;
    auto document = document_of(*value, problems);
    if (!document) return std::nullopt;
    return std::move(*document);
}

Result<ServerDocument> parse_server_document(std::string_view text,
                                             std::vector<std::string>* problems,
                                             const JsonLimits& limits) {
    if (auto document = DocumentParser().read(text, limits, problems)) return std::move(*document);
    auto value = parse_json(text, limits);
    if (!value) return fail(value.error());
    return read_server_document(*value, problems);
}

json to_json(const ServerDocument& document) {
    json tools = json::array();
    for (const Tool& tool : document.tools) tools.push_back(json::parse(tool.definition));
    json out = {{"server", document.server}, {"tools", std::move(tools)}};
    const auto add = [&](const char* key, const std::string& text) {
        if (!text.empty()) out[key] = text;
    };
    add("title", document.title);
    add("description", document.description);
    add("source", document.source);
    add("version", document.version);
    add("instructions", document.instructions);
    return out;
}

}  // namespace mcprisk

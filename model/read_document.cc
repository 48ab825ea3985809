#include "model/read_document.h"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/hash.h"

namespace mcprisk {
namespace {

using nlohmann::json;

std::string as_text(const json& value) {
    return value.is_string() ? value.get<std::string>() : canonical_json(value);
}

class SchemaReader {
  public:
    SchemaReader(const json& root, const ToolLimits& limits, Tool& tool)
        : root_(root), limits_(limits), tool_(tool) {}

    void read() {
        walk(root_, "", 0);
        std::stable_sort(tool_.parameters.begin(),
                         tool_.parameters.end(),
                         [](const Parameter& a, const Parameter& b) { return a.path < b.path; });
        const auto same = [](const Parameter& a, const Parameter& b) { return a.path == b.path; };
        tool_.parameters.erase(std::unique(tool_.parameters.begin(), tool_.parameters.end(), same),
                               tool_.parameters.end());
    }

  private:
    static constexpr int kMaxDepth = 24;

    const json& resolve(const json& schema) const {
        const std::string ref = string_member(schema, "$ref");
        if (ref.size() < 2 || !ref.starts_with("#/")) return schema;
        try {
            const json::json_pointer pointer(ref.substr(1));
            return root_.contains(pointer) ? root_.at(pointer) : schema;
        } catch (const json::exception&) {
            return schema;
        }
    }

    void walk(const json& unresolved, const std::string& prefix, int depth) {
        const json& schema = resolve(unresolved);
        if (!schema.is_object() || depth > kMaxDepth || ++visited_ > limits_.parameters * 4) return;
        if (const json* properties = find_member(schema, "properties");
            properties != nullptr && properties->is_object()) {
            const json* required = find_member(schema, "required");
            for (const auto& [name, property] : properties->items()) {
                if (!add(name, property, required, prefix)) return;
                walk_nested(property, path_of(prefix, name), depth);
            }
        }
        for (const char* keyword : {"oneOf", "anyOf", "allOf"}) {
            const json* branches = find_member(schema, keyword);
            if (branches == nullptr || !branches->is_array()) continue;
            for (const json& branch : *branches) walk(branch, prefix, depth + 1);
        }
    }

    void walk_nested(const json& unresolved, const std::string& path, int depth) {
        const json& property = resolve(unresolved);
        walk(property, path, depth + 1);
        if (const json* items = find_member(property, "items")) {
            walk(*items, path + "[]", depth + 1);
        }
    }

    static std::string path_of(const std::string& prefix, const std::string& name) {
        return prefix.empty() ? name : prefix + "." + name;
    }

    static void add_type(const json& schema, std::vector<std::string>& types) {
        const json* type = find_member(schema, "type");
        if (type == nullptr) return;
        const auto add_one = [&](const json& one) {
            if (one.is_string() && one != "null" &&
                std::find(types.begin(), types.end(), one.get<std::string>()) == types.end()) {
                types.push_back(one.get<std::string>());
            }
        };
        if (type->is_array()) {
            for (const json& one : *type) add_one(one);
        } else {
            add_one(*type);
        }
    }

    static void add_choices(const json& schema, Parameter& parameter) {
        if (const json* values = find_member(schema, "enum"); values && values->is_array()) {
            for (const json& value : *values) parameter.choices.push_back(as_text(value));
        }
        if (const json* value = find_member(schema, "const")) {
            parameter.choices.push_back(as_text(*value));
        }
    }

    void describe(const json& schema, Parameter& parameter) {
        std::vector<std::string> types;
        add_type(schema, types);
        add_choices(schema, parameter);
        for (const char* keyword : {"oneOf", "anyOf"}) {
            const json* branches = find_member(schema, keyword);
            if (branches == nullptr || !branches->is_array()) continue;
            for (const json& branch : *branches) {
                add_type(resolve(branch), types);
                add_choices(resolve(branch), parameter);
            }
        }
        if (const json* items = find_member(schema, "items")) {
            add_choices(resolve(*items), parameter);
        }
        for (const std::string& type : types) {
            parameter.type += parameter.type.empty() ? type : "|" + type;
        }
        parameter.pattern = string_member(schema, "pattern");
        if (const json* value = find_member(schema, "default")) {
            parameter.default_value = canonical_json(*value);
        }
        constexpr std::array kBounds{
            "maximum", "exclusiveMaximum", "maxLength", "maxItems", "format"};
        parameter.bounded = !parameter.choices.empty() || !parameter.pattern.empty() ||
                            parameter.type == "boolean" ||
                            std::any_of(kBounds.begin(), kBounds.end(), [&](const char* key) {
                                return find_member(schema, key) != nullptr;
                            });
    }

    bool add(const std::string& name,
             const json& unresolved,
             const json* required,
             const std::string& prefix) {
        if (tool_.parameters.size() >= limits_.parameters) {
            if (!full_) tool_.defects.push_back("more parameters than are read");
            full_ = true;
            return false;
        }
        const json& property = resolve(unresolved);
        Parameter parameter;
        parameter.path = path_of(prefix, name);
        parameter.name = name;
        parameter.description = string_member(unresolved, "description");
        if (parameter.description.empty()) {
            parameter.description = string_member(property, "description");
        }
        parameter.required = required != nullptr && required->is_array() &&
                             std::find(required->begin(), required->end(), name) != required->end();
        describe(property, parameter);
        tool_.parameters.push_back(std::move(parameter));
        return true;
    }

    const json& root_;
    const ToolLimits& limits_;
    Tool& tool_;
    std::size_t visited_ = 0;
    bool full_ = false;
};

std::optional<bool> hint(const json& annotations, std::string_view key, Tool& tool) {
    const json* value = find_member(annotations, key);
    if (value == nullptr || value->is_null()) return std::nullopt;
    if (value->is_boolean()) return value->get<bool>();
    tool.defects.push_back(fmt::format("annotations.{} is not true or false", key));
    return std::nullopt;
}

void check_string(const json& value, std::string_view key, Tool& tool) {
    const json* member = find_member(value, key);
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

}  // namespace

Result<Tool> read_tool(const json& value, const ToolLimits& limits) {
    if (!value.is_object()) return fail(ErrorCode::invalid_input, "a tool is not a JSON object");
    Tool tool;
    tool.name = string_member(value, "name");
    if (tool.name.empty()) return fail(ErrorCode::invalid_input, "a tool has no name");
    if (!is_conforming_name(tool.name))
        tool.defects.push_back("name is outside A-Za-z0-9_.- or 128");
    check_string(value, "title", tool);
    check_string(value, "description", tool);
    tool.title = string_member(value, "title");
    tool.description = string_member(value, "description");
    if (const json* annotations = find_member(value, "annotations")) {
        if (!annotations->is_object()) tool.defects.push_back("annotations is not an object");
        tool.annotations.title = string_member(*annotations, "title");
        tool.annotations.read_only = hint(*annotations, "readOnlyHint", tool);
        tool.annotations.destructive = hint(*annotations, "destructiveHint", tool);
        tool.annotations.idempotent = hint(*annotations, "idempotentHint", tool);
        tool.annotations.open_world = hint(*annotations, "openWorldHint", tool);
    }
    if (const json* schema = find_member(value, "inputSchema"); schema && schema->is_object()) {
        if (string_member(*schema, "type") != "object") {
            tool.defects.push_back("inputSchema has no type: object");
        }
        SchemaReader(*schema, limits, tool).read();
    } else {
        tool.defects.push_back("inputSchema is missing or not an object");
    }
    tool.definition = canonical_json(value);
    tool.definition_hash = content_hash(tool.definition);
    return tool;
}

Result<ServerDocument> read_server_document(const json& value, std::vector<std::string>* problems) {
    const json* tools = find_member(value, "tools");
    if (tools == nullptr || !tools->is_array()) {
        return fail(
            ErrorCode::invalid_input,
            "not a server document: expected an object with \"server\" and a \"tools\" list");
    }
    ServerDocument document;
    document.server = string_member(value, "server");
    document.title = string_member(value, "title");
    document.description = string_member(value, "description");
    document.source = string_member(value, "source");
    document.version = string_member(value, "version");
    document.instructions = string_member(value, "instructions");
    document.tools.reserve(tools->size());
    std::size_t index = 0;
    for (const json& item : *tools) {
        auto tool = read_tool(item);
        if (tool) {
            document.tools.push_back(std::move(*tool));
        } else if (problems != nullptr) {
            problems->push_back(fmt::format("tools[{}]: {}", index, tool.error().message));
        }
        ++index;
    }
    return document;
}

Result<ServerDocument> parse_server_document(std::string_view text,
                                             std::vector<std::string>* problems,
                                             const JsonLimits& limits) {
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

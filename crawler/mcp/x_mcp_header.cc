#include "crawler/mcp/x_mcp_header.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "crawler/auth/crypto.h"
#include "crawler/net/http_message.h"
#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

using nlohmann::json;

constexpr const char* kAnnotation = "x-mcp-header";

// Values, not schemas: an annotation inside of them is data.
bool holds_data(const std::string& keyword) {
    return keyword == "default" || keyword == "const" || keyword == "enum" ||
           keyword == "examples" || keyword == kAnnotation;
}

// Maps from a name that somebody chose to a schema.
bool maps_names(const std::string& keyword) {
    return keyword == "patternProperties" || keyword == "$defs" || keyword == "definitions" ||
           keyword == "dependentSchemas";
}

class Scan {
  public:
    // False at the first bad annotation. `place` says how the schema was reached.
    enum class Place { root, property, elsewhere };

    bool schema(const json& value, Place place) {
        if (value.is_array()) return each(value);
        if (!value.is_object()) return true;
        if (const json* name = find_member(value, kAnnotation);
            name && !good(*name, value, place)) {
            return false;
        }
        for (const auto& [keyword, inner] : value.items()) {
            if (holds_data(keyword)) continue;
            if (keyword == "properties" && inner.is_object()) {
                const Place next = place == Place::elsewhere ? place : Place::property;
                for (const auto& [name, property] : inner.items()) {
                    if (!schema(property, next)) return false;
                }
            } else if (maps_names(keyword) && inner.is_object()) {
                if (!each(inner)) return false;
            } else if (!schema(inner, Place::elsewhere)) {
                return false;
            }
        }
        return true;
    }

  private:
    bool each(const json& schemas) {
        for (const json& inner : schemas) {
            if (!schema(inner, Place::elsewhere)) return false;
        }
        return true;
    }

    bool good(const json& name, const json& owner, Place place) {
        if (place != Place::property || !name.is_string()) return false;
        const auto& text = name.get_ref<const std::string&>();
        const std::string type = string_member(owner, "type");
        return is_http_token(text) &&
               (type == "string" || type == "integer" || type == "boolean") &&
               seen_.insert(lower_ascii(text)).second;
    }

    std::set<std::string> seen_;
};

}  // namespace

bool has_bad_x_mcp_header(const json& input_schema) {
    return !Scan().schema(input_schema, Scan::Place::root);
}

namespace {

void add_parameter_headers(const json& schema, const json& arguments, HttpHeaders& headers) {
    const json* properties = find_member(schema, "properties");
    if (properties == nullptr || !properties->is_object()) return;
    for (const auto& [name, property] : properties->items()) {
        const json* value = find_member(arguments, name);
        if (value == nullptr || value->is_null()) continue;
        if (const std::string header = string_member(property, "x-mcp-header"); !header.empty()) {
            const std::string text = value->is_string() ? value->get<std::string>() : value->dump();
            headers.emplace_back("Mcp-Param-" + header, mcp_header_value(text));
        } else if (value->is_object()) {
            add_parameter_headers(property, *value, headers);
        }
    }
}

}  // namespace

HttpHeaders mcp_parameter_headers(const json& input_schema, const json& arguments) {
    HttpHeaders headers;
    add_parameter_headers(input_schema, arguments, headers);
    return headers;
}

std::string mcp_name(std::string_view method, const json& params) {
    if (method == "tools/call" || method == "prompts/get") return string_member(params, "name");
    if (method == "resources/read") return string_member(params, "uri");
    return {};
}

std::string mcp_header_value(std::string_view text) {
    const bool plain =
        trim(text).size() == text.size() && !text.starts_with("=?") &&
        std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
    return plain ? std::string(text) : "=?base64?" + base64(text) + "?=";
}

}  // namespace mcprisk::crawler

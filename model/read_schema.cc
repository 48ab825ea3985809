#include "model/read_schema.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/text.h"

namespace mcprisk {
namespace {

std::string canonical_text(const JsonNode& value) {
    std::string out;
    append_canonical(value, out);
    return out;
}

std::string as_text(const JsonNode& value) {
    return value.is_string() ? std::string(value.text()) : canonical_text(value);
}

// The parts of a JSON pointer (RFC 6901), or nothing if it is malformed.
std::optional<std::vector<std::string>> pointer_parts(std::string_view pointer) {
    std::vector<std::string> parts;
    for (const std::string_view raw : split(pointer.substr(1), '/')) {
        std::string part;
        for (std::size_t i = 0; i < raw.size(); ++i) {
            if (raw[i] != '~') {
                part += raw[i];
            } else if (i + 1 < raw.size() && (raw[i + 1] == '0' || raw[i + 1] == '1')) {
                part += raw[++i] == '0' ? '~' : '/';
            } else {
                return std::nullopt;
            }
        }
        parts.push_back(std::move(part));
    }
    return parts;
}

const JsonNode* item_at(const JsonNode& array, std::string_view index) {
    const bool plain = index == "0" || (!index.empty() && index.size() < 10 && index[0] != '0' &&
                                        index.find_first_not_of("0123456789") == index.npos);
    if (!plain) return nullptr;
    std::size_t at = 0;
    for (const char digit : index) at = at * 10 + static_cast<std::size_t>(digit - '0');
    return at < array.items().size() ? &array.items()[at] : nullptr;
}

// The names in "required", sorted.
std::vector<std::string_view> names_in(const JsonNode* required) {
    std::vector<std::string_view> names;
    if (required == nullptr) return names;
    for (const JsonNode& one : required->items()) {
        if (one.is_string()) names.push_back(one.text());
    }
    std::sort(names.begin(), names.end());
    return names;
}

class SchemaReader {
  public:
    SchemaReader(const JsonNode& root, const ToolLimits& limits, std::size_t bytes, Tool& tool)
        : root_(root),
          limits_(limits),
          tool_(tool),
          left_(std::clamp(limits.read_factor * bytes, limits.least_read, limits.most_read)) {}

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
    static constexpr std::size_t kStep = 16;  // what looking at one value counts for, in bytes

    // Whether there is room for `bytes` more. What a stranger repeats by reference is paid for each
    // time, so that work and memory stay within a multiple of the definition.
    bool pay(std::size_t bytes) {
        if (full_ || bytes > left_) {
            if (!full_) tool_.defects.push_back("more parameters than are read");
            full_ = true;
            return false;
        }
        left_ -= bytes;
        return true;
    }

    const JsonNode& resolve(const JsonNode& schema) {
        const std::string_view ref = schema.string_member("$ref");
        constexpr std::size_t kLongestPointer = 1024;
        if (ref.size() < 2 || ref.size() > kLongestPointer || !ref.starts_with("#/") ||
            !pay(kStep + ref.size())) {
            return schema;
        }
        const auto parts = pointer_parts(ref.substr(1));
        if (!parts) return schema;
        const JsonNode* at = &root_;
        for (const std::string& part : *parts) {
            at = at->is_array() ? item_at(*at, part) : at->find(part);
            if (at == nullptr) return schema;
        }
        return *at;
    }

    void walk(const JsonNode& unresolved, const std::string& prefix, int depth) {
        const JsonNode& schema = resolve(unresolved);
        if (!schema.is_object() || depth > kMaxDepth || ++visited_ > limits_.parameters * 4) return;
        if (!pay(kStep)) return;
        if (const JsonNode* properties = schema.find("properties");
            properties != nullptr && properties->is_object()) {
            const JsonNode* list = schema.find("required");
            if (list != nullptr && !pay(list->items().size() * kStep)) return;
            const std::vector<std::string_view> required = names_in(list);
            for (const JsonMember& member : properties->members()) {
                if (!add(member.key, member.value, required, prefix)) return;
                walk_nested(member.value, prefix, member.key, depth);
            }
        }
        for (const char* keyword : {"oneOf", "anyOf", "allOf"}) {
            const JsonNode* branches = schema.find(keyword);
            if (branches == nullptr || !branches->is_array()) continue;
            for (const JsonNode& branch : branches->items()) {
                if (!pay(kStep)) return;
                walk(branch, prefix, depth + 1);
            }
        }
    }

    void walk_nested(const JsonNode& unresolved,
                     const std::string& prefix,
                     std::string_view name,
                     int depth) {
        const JsonNode& property = resolve(unresolved);
        if (!property.is_object()) return;
        const std::string path = path_of(prefix, name);
        walk(property, path, depth + 1);
        if (const JsonNode* items = property.find("items")) {
            walk(*items, path + "[]", depth + 1);
        }
    }

    static std::string path_of(const std::string& prefix, std::string_view name) {
        std::string path;
        path.reserve(prefix.size() + 1 + name.size());
        path += prefix;
        if (!prefix.empty()) path += '.';
        path += name;
        return path;
    }

    void add_type(const JsonNode& schema, std::vector<std::string_view>& types) {
        constexpr std::size_t kMostTypes = 16;  // JSON Schema knows seven
        const JsonNode* type = schema.find("type");
        if (type == nullptr) return;
        const auto add_one = [&](const JsonNode& one) {
            if (pay(kStep) && one.is_string() && one.text() != "null" &&
                std::find(types.begin(), types.end(), one.text()) == types.end()) {
                types.push_back(one.text());
            }
        };
        if (type->is_array()) {
            for (const JsonNode& one : type->items()) {
                if (types.size() >= kMostTypes) break;
                add_one(one);
            }
        } else {
            add_one(*type);
        }
    }

    void add_choices(const JsonNode& schema, Parameter& parameter) {
        const auto add_one = [&](const JsonNode& value) {
            std::string text = as_text(value);
            if (!pay(sizeof text + text.size())) return false;
            parameter.choices.push_back(std::move(text));
            return true;
        };
        if (const JsonNode* values = schema.find("enum"); values && values->is_array()) {
            for (const JsonNode& value : values->items()) {
                if (!add_one(value)) return;
            }
        }
        if (const JsonNode* value = schema.find("const")) add_one(*value);
    }

    void describe(const JsonNode& schema, Parameter& parameter) {
        std::vector<std::string_view> types;
        add_type(schema, types);
        add_choices(schema, parameter);
        for (const char* keyword : {"oneOf", "anyOf"}) {
            const JsonNode* branches = schema.find(keyword);
            if (branches == nullptr || !branches->is_array()) continue;
            for (const JsonNode& branch : branches->items()) {
                if (!pay(kStep)) break;
                const JsonNode& resolved = resolve(branch);
                add_type(resolved, types);
                add_choices(resolved, parameter);
            }
        }
        if (const JsonNode* items = schema.find("items")) {
            add_choices(resolve(*items), parameter);
        }
        for (const std::string_view type : types) {
            if (!parameter.type.empty()) parameter.type += '|';
            parameter.type += type;
        }
        const std::string_view pattern = schema.string_member("pattern");
        if (pay(pattern.size())) parameter.pattern = pattern;
        if (const JsonNode* value = schema.find("default")) {
            std::string text = canonical_text(*value);
            if (pay(text.size())) parameter.default_value = std::move(text);
        }
        constexpr std::array kBounds{
            "maximum", "exclusiveMaximum", "maxLength", "maxItems", "format"};
        parameter.bounded = !parameter.choices.empty() || !parameter.pattern.empty() ||
                            parameter.type == "boolean" ||
                            std::any_of(kBounds.begin(), kBounds.end(), [&](const char* key) {
                                return schema.find(key) != nullptr;
                            });
    }

    bool add(std::string_view name,
             const JsonNode& unresolved,
             const std::vector<std::string_view>& required,
             const std::string& prefix) {
        if (tool_.parameters.size() >= limits_.parameters) left_ = 0;
        if (!pay(sizeof(Parameter) + prefix.size() + 2 * name.size())) return false;
        const JsonNode& property = resolve(unresolved);
        Parameter parameter;
        parameter.path = path_of(prefix, name);
        parameter.name = name;
        std::string_view description = unresolved.string_member("description");
        if (description.empty()) description = property.string_member("description");
        if (pay(description.size())) parameter.description = description;
        parameter.required = std::binary_search(required.begin(), required.end(), name);
        describe(property, parameter);
        tool_.parameters.push_back(std::move(parameter));
        return true;
    }

    const JsonNode& root_;
    const ToolLimits& limits_;
    Tool& tool_;
    std::size_t visited_ = 0;
    std::size_t left_;  // bytes that may still be read
    bool full_ = false;
};

}  // namespace

void read_parameters(const JsonNode& schema,
                     const ToolLimits& limits,
                     std::size_t bytes,
                     Tool& tool) {
    SchemaReader(schema, limits, bytes, tool).read();
}

}  // namespace mcprisk

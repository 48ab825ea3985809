// The nouns of a tools/list answer.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace mcprisk {

// One input of a tool, flattened out of its inputSchema. Nested properties appear with dotted paths
// ("events[].type"); `name` is the last step.
struct Parameter {
    std::string path;
    std::string name;
    std::string type;  // "string", "integer", "array" …; several joined by "|"; empty if not given
    std::string description;
    std::vector<std::string> choices;  // enum and const values, as text
    std::string pattern;
    std::string default_value;  // as JSON text, empty if none
    bool required = false;
    bool bounded = false;  // enum, const, pattern, maximum, maxLength, maxItems or format limits it
};

// What the author claims. Absent is not the same as the default: nothing was said.
struct Annotations {
    std::string title;
    std::optional<bool> read_only;
    std::optional<bool> destructive;
    std::optional<bool> idempotent;
    std::optional<bool> open_world;

    [[nodiscard]] bool any() const {
        return read_only || destructive || idempotent || open_world || !title.empty();
    }
};

// A tool as its server defined it. All text is untrusted.
struct Tool {
    std::string name;
    std::string title;
    std::string description;
    Annotations annotations;
    std::vector<Parameter> parameters;  // in order of path
    std::string definition;             // the whole object in canonical JSON (json.h)
    std::string definition_hash;        // content_hash(definition)
    std::vector<std::string> defects;   // what is malformed, one short phrase each
    // Why nothing but name and the beginning of the description was read ("it has 300000 bytes, more
    // than 262144"); empty: all of it was (definition_bounds.h).
    std::string too_large;
};

// The tools of one server, wherever they came from.
struct ServerDocument {
    std::string server;  // the id
    std::string title;
    std::string description;
    std::string source;
    std::string version;
    std::string instructions;
    std::vector<Tool> tools;
};

}  // namespace mcprisk

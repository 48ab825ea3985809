// The texts of a definition that a model reads, with the path of each, and their cutting into
// passages for patterns.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/tool.h"

namespace mcprisk::classifier {

// What a text is for. `name`: the name of a parameter; `value`: a default, choice or example.
enum class TextKind : std::uint8_t { text, parameter, name, value };

struct DefinitionText {
    std::string path;  // "description", "inputSchema.properties.x.enum[1]"
    std::string text;
    TextKind kind = TextKind::text;
    std::string owner;  // name of the parameter it belongs to, empty for others
};

// Name, title, description, and every string of schemas and annotations; the schemas from
// `tool.definition`, or from the parameters of a tool without one. At most 4,000 texts.
std::vector<DefinitionText> definition_texts(const Tool& tool);

// "events[].type" as "properties.events.items.properties.type".
std::string schema_path(std::string_view parameter_path);

// A text made ready for patterns: one line of words with marks; the tool's own name as "this
// tool", its own parameters as "this parameter", what cannot be seen left out.
struct Plain {
    std::string text;
    std::vector<std::uint32_t> sentences;  // where each begins; the first is 0

    // The sentences from `first` to before `last`.
    [[nodiscard]] std::string_view passage(std::size_t first, std::size_t last) const;

    // The byte of the original that stands at `position` of `text`.
    [[nodiscard]] std::size_t original(std::size_t position) const;

    std::vector<std::pair<std::uint32_t, std::uint32_t>> anchors;  // of text, of the original
};

// `parameters` are the names of the tool's own, sorted.
Plain make_plain(std::string_view text,
                 std::string_view tool,
                 std::span<const std::string_view> parameters);
Plain make_plain(std::string_view text, const Tool& tool);

std::vector<std::string_view> sorted_names(const Tool& tool);  // of its parameters; views into it

}  // namespace mcprisk::classifier

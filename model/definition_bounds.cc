#include "model/definition_bounds.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <utility>

#include "model/base/hash.h"
#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk {
namespace {

using nlohmann::json;

constexpr std::string_view kMark = "x-mcprisk-too-large";
constexpr std::size_t kShownBytes = 1024;  // of the description of what is not read
constexpr std::size_t kRoomForPaths = std::size_t{64} << 10;

// Walks a definition until a bound is passed; the depth of the call stack is bounded too.
class Measure {
  public:
    Measure(const DefinitionBounds& bounds, std::size_t bytes)
        : bounds_(bounds), room_(kRoomForPaths + bounds.path_factor * bytes) {}

    std::string run(const JsonNode& definition) {
        walk(definition, 0, 0);
        return std::move(why_);
    }

  private:
    void walk(const JsonNode& value, std::size_t path, std::size_t depth) {
        if (!why_.empty()) return;
        if (depth > bounds_.depth) {
            why_ = fmt::format("it is nested deeper than {} levels", bounds_.depth);
            return;
        }
        if (value.is_string()) {
            text(value.text(), path);
        } else if (value.is_array()) {
            constexpr std::size_t kIndex = 7;  // "[12345]"
            for (const JsonNode& item : value.items()) walk(item, path + kIndex, depth + 1);
        } else if (value.is_object()) {
            for (const JsonMember& member : value.members()) {
                if (!why_.empty()) return;
                text(member.key, path);
                walk(member.value, path + 1 + member.key.size(), depth + 1);
            }
        }
    }

    void text(std::string_view text, std::size_t path) {
        if (!why_.empty()) return;
        spent_ += path + text.size();
        if (++texts_ > bounds_.texts) {
            why_ = fmt::format("it has more than {} texts and names", bounds_.texts);
        } else if (text.size() > bounds_.text_bytes) {
            why_ = fmt::format("one of its texts has {} bytes, more than {}",
                               text.size(),
                               bounds_.text_bytes);
        } else if (spent_ > room_) {
            why_ = "the paths to its texts are far longer than the texts";
        }
    }

    const DefinitionBounds& bounds_;
    std::size_t room_;
    std::size_t texts_ = 0;
    std::size_t spent_ = 0;
    std::string why_;
};

// About as much as it takes in memory.
std::size_t memory_of(const Tool& tool) {
    std::size_t bytes = sizeof(Tool) + tool.name.size() + tool.title.size() +
                        tool.description.size() + tool.definition.size();
    for (const Parameter& one : tool.parameters) {
        bytes += sizeof(Parameter) + one.path.size() + one.name.size() + one.type.size() +
                 one.description.size() + one.pattern.size() + one.default_value.size() +
                 one.choices.size() * sizeof(std::string);
        for (const std::string& choice : one.choices) bytes += choice.size();
    }
    return bytes;
}

constexpr std::size_t kPlain = std::size_t{4} << 10;  // bytes that every tool may take
constexpr std::size_t kFactor = 8;                    // and for each byte of its definition

void shrink(Tool& tool) {
    const std::size_t bytes = tool.definition.size();
    if (!tool.too_large.empty() || memory_of(tool) <= kPlain + kFactor * bytes) return;
    Tool small;
    small.too_large = "what it repeats by reference takes too much memory beside the other tools";
    small.definition =
        too_large_definition(tool.name, tool.description, tool.definition, small.too_large);
    small.definition_hash = content_hash(small.definition);
    small.description = truncate_utf8(tool.description, kShownBytes);
    small.name = std::move(tool.name);
    small.defects = std::move(tool.defects);
    small.defects.emplace_back("too large to read");
    tool = std::move(small);
}

}  // namespace

std::string why_too_large(const JsonNode& definition,
                          std::size_t bytes,
                          const DefinitionBounds& bounds) {
    if (bytes > bounds.bytes) {
        return fmt::format("it has {} bytes, more than {}", bytes, bounds.bytes);
    }
    return Measure(bounds, bytes).run(definition);
}

std::string too_large_definition(std::string_view name,
                                 std::string_view description,
                                 std::string_view definition,
                                 std::string_view why) {
    return canonical_json(
        {{"name", name},
         {"description", truncate_utf8(description, kShownBytes)},
         {"inputSchema", {{"type", "object"}}},
         {kMark,
          {{"bytes", definition.size()}, {"hash", content_hash(definition)}, {"why", why}}}});
}

std::string read_too_large(const JsonNode& definition) {
    const JsonNode* mark = definition.find(kMark);
    if (mark == nullptr) return {};
    const std::string_view why = mark->string_member("why");
    return why.empty() ? "it says so itself" : std::string(truncate_utf8(why, 200));
}

void ToolList::add(Tool tool) {
    bytes_ += memory_of(tool);
    if (!full_ && bytes_ > kRoom) {
        full_ = true;
        for (Tool& one : tools_) shrink(one);
    }
    if (full_) shrink(tool);
    tools_.push_back(std::move(tool));
}

std::vector<Tool> ToolList::take() {
    bytes_ = 0;
    full_ = false;
    return std::exchange(tools_, {});
}

}  // namespace mcprisk

// The door for definitions of strangers: what is larger than any honest one is not read at all, so
// that neither time nor memory depends on what a stranger repeats, and nothing is read in part.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/json_tree.h"
#include "model/tool.h"

namespace mcprisk {

// Of 16,075 definitions of real servers the largest has 51,662 bytes, 24 levels and 827 texts.
struct DefinitionBounds {
    std::size_t bytes = std::size_t{256} << 10;   // in canonical JSON
    std::size_t text_bytes = std::size_t{64} << 10;  // of one string: as much as patterns look at
    std::size_t texts = 4000;                     // strings and names of members
    std::size_t depth = 32;
    // All texts, each with the path that leads to it: 64 KiB and this many bytes for each byte.
    std::size_t path_factor = 16;
};

// Why a definition of `bytes` bytes is too large to be read; empty if it is not. Linear.
std::string why_too_large(const JsonNode& definition,
                          std::size_t bytes,
                          const DefinitionBounds& bounds = {});

// What is kept of such a tool instead of its definition: name, the beginning of its description, its
// size and its hash, in canonical JSON, so that a change of it is still seen. Read again, the tool is
// too large as before.
std::string too_large_definition(std::string_view name,
                                 std::string_view description,
                                 std::string_view definition,
                                 std::string_view why);

// The reason that too_large_definition wrote; empty for every other definition.
std::string read_too_large(const JsonNode& definition);

// The tools of one server, as they come. One whose reading takes far more memory than its definition
// (references that repeat, thousands of times, what stands there once) is kept while all of them
// together are small, which no order of tools changes.
class ToolList {
  public:
    static constexpr std::size_t kRoom = std::size_t{64} << 20;  // bytes of all tools together

    void add(Tool tool);
    [[nodiscard]] std::size_t size() const { return tools_.size(); }
    std::vector<Tool> take();  // leaves it empty

  private:
    std::vector<Tool> tools_;
    std::size_t bytes_ = 0;
    bool full_ = false;
};

}  // namespace mcprisk

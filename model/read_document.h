// From JSON of strangers to the nouns of tool.h. Here the border is: no JSON value travels further.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/json.h"
#include "model/base/json_tree.h"
#include "model/base/result.h"
#include "model/tool.h"

namespace mcprisk {

struct ToolLimits {
    std::size_t parameters = 2000;   // per tool; the rest is left out and named a defect
    std::size_t name_bytes = 4096;   // a tool with a longer name cannot be read
    // What may be read of a schema in which references repeat parts: this many bytes for each byte of
    // the definition, within these bounds. (Of real servers the most is 1.2 MB, out of 17 KB.)
    std::size_t read_factor = 96;
    std::size_t least_read = std::size_t{128} << 10;
    std::size_t most_read = std::size_t{4} << 20;
};

// A tool of a tools/list answer. Keeps a malformed one and lists its defects; fails only where
// there is no object or no name, since nothing could be said about such a tool. Never follows a
// $ref out of the schema; local "#/$defs/…" references are resolved once. A definition that is too
// large (definition_bounds.h) is not read: `too_large` says why, and `definition` is a short stand-in.
Result<Tool> read_tool(const nlohmann::json& value, const ToolLimits& limits = {});

// The members of a server document (docs/formats.md). A tool that cannot be read is left out and
// named in `problems`.
Result<ServerDocument> read_server_document(const nlohmann::json& value,
                                            std::vector<std::string>* problems = nullptr);
Result<ServerDocument> parse_server_document(std::string_view text,
                                             std::vector<std::string>* problems = nullptr,
                                             const JsonLimits& limits = {});

// Reads one document after another and keeps its memory in between: the way for long streams. Not
// for several threads at once.
class DocumentParser {
  public:
    // What parse_server_document gives, or nothing if `text` is not a plain server document: JSON
    // in need of repair, another form of a list, or one with a serverInfo beside its tools.
    std::optional<ServerDocument> read(std::string_view text,
                                       const JsonLimits& limits = {},
                                       std::vector<std::string>* problems = nullptr);

  private:
    JsonTree tree_;
};

// The document as it is written: {"server", "title", … , "tools": [definition…]}.
nlohmann::json to_json(const ServerDocument& document);

}  // namespace mcprisk

// One document of an index, in any of the forms that are known, as entries.
#pragma once

#include <string>
#include <string_view>

#include "crawler/config/variables.h"
#include "crawler/index/index_entry.h"
#include "model/base/diagnostics.h"
#include "model/base/json.h"
#include "model/base/result.h"

namespace mcprisk::crawler {

struct IndexOptions {
    std::string source;         // path or URL: for messages and Target::source
    bool all_versions = false;  // of the official registry: also those that are not the latest
    VariableScope variables;    // of mcpServers files
    std::string tools;          // text of the tools.json beside a Docker server.yaml
    JsonLimits limits{.bytes = std::size_t{256} << 20, .depth = 128};
};

// Pure. Recognises by content: the official registry (API page, dump, single server.json, either
// spelling) and what shares its form (PulseMCP), Docker's server.yaml and catalogues, ToolHive's
// registries, Smithery's list and detail, mcpm, Glama, ToolSDK package lists, mcpServers files and
// plain lists of URLs, packages and commands, one a line. An entry that cannot be read goes to
// `diagnostics` and the rest goes on. Anything else is an error that says what was expected.
Result<IndexPage> read_index(std::string_view text,
                             const IndexOptions& options,
                             Diagnostics& diagnostics);

}  // namespace mcprisk::crawler

// The server.json of the official registry, in every revision of its spelling.
// Source: the registry's server.schema.json, 2025-05 to 2025-12 (docs/crawl.md).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "crawler/index/index_entry.h"
#include "model/base/result.h"

namespace mcprisk::crawler {

// Never fails on what is missing: a server without packages and remotes is an entry without ways.
// Fails on what is no object or has no name. `source` becomes Target::source.
Result<IndexEntry> read_server_json(const nlohmann::json& value, std::string_view source);

}  // namespace mcprisk::crawler

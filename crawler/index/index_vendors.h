// Entries of the indexes that have a form of their own. Each reads one entry and never fails on
// what is missing; what is no entry at all is an error. Source: the documents that the indexes
// publish (docs/crawl.md has the table).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "crawler/index/index_entry.h"
#include "model/base/result.h"

namespace mcprisk::crawler {

// A server.yaml of Docker's registry, or an entry of the gateway's catalogue, whose name is its
// key. `tools`: what lies beside it as tools.json, null if there is none.
Result<IndexEntry> read_docker_server(const nlohmann::json& value,
                                      std::string_view name,
                                      const nlohmann::json& tools,
                                      std::string_view source);

// The older form of ToolHive: an image or a URL with names of tools.
Result<IndexEntry> read_toolhive_server(const nlohmann::json& value,
                                        std::string_view name,
                                        std::string_view source);

// What ToolHive adds to a server.json: definitions under _meta.
void read_toolhive_extension(const nlohmann::json& server_json,
                             IndexEntry& entry,
                             std::string_view source);

Result<IndexEntry> read_smithery_server(const nlohmann::json& value, std::string_view source);
Result<IndexEntry> read_mcpm_server(const nlohmann::json& value, std::string_view source);
Result<IndexEntry> read_glama_server(const nlohmann::json& value, std::string_view source);
Result<IndexEntry> read_toolsdk_package(const nlohmann::json& value, std::string_view source);

}  // namespace mcprisk::crawler

// What a listing client says in each revision of MCP, and how it reads the answers. Pure functions.
// Source: the MCP specification, revisions 2024-11-05 to 2026-07-28.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/mcp/jsonrpc.h"
#include "crawler/mcp/revision.h"
#include "model/base/result.h"
#include "model/listing.h"
#include "model/listing_flag.h"

namespace mcprisk::crawler {

// Which eras are tried: automatic follows the order that loses no tools (docs/protocol-stdio.md,
// docs/protocol-http.md).
enum class Era { automatic, legacy, modern };

std::string_view client_version();  // of mcprisk, for clientInfo and User-Agent

// The list of some servers depends on what the client declares.
nlohmann::json declared_capabilities();

nlohmann::json initialize_params(std::string_view version = newest_legacy());
// `_meta` of every modern request.
nlohmann::json modern_params(std::string_view version = newest_modern(),
                             const nlohmann::json& capabilities = nlohmann::json::object());
// tools/list; the cursor is echoed byte for byte, an empty string included. `modern`: the revision
// of a modern request, empty for a legacy one.
nlohmann::json list_params(const std::optional<std::string>& cursor,
                           std::string_view modern,
                           const nlohmann::json& capabilities = nlohmann::json::object());

// What `initialize` or `server/discover` told.
struct ServerFacts {
    std::string protocol_version;
    std::string name;
    std::string version;
    std::string title;
    std::string instructions;
    nlohmann::json capabilities = nlohmann::json::object();
    std::vector<std::string> supported_versions;  // server/discover only
};

Result<ServerFacts> read_initialize_result(const nlohmann::json& result);
// Fails if there is no supportedVersions list: then a legacy server answered.
Result<ServerFacts> read_discover_result(const nlohmann::json& result);

// The answer to tools/list of a server of prompts or resources alone: no such method, no tools
// promised, and no page was had before.
bool means_no_tools(const RpcError& error, const ServerFacts& facts, bool cursor_sent);

// The newest version of ours in `data.supported` of an error -32022; empty if there is none.
std::optional<std::string> mutual_version(const RpcError& error, RevisionTable table = revisions());

// Puts the facts into the listing; adds the flags `tools_undeclared` and
// `unknown_protocol_version`.
void apply(const ServerFacts& facts, Listing& listing, RevisionTable table = revisions());

// Serves modern serverInfo in a result's `_meta`, if there.
void apply_result_meta(const nlohmann::json& result, Listing& listing);

// Our answer to a request of the server: an empty object for ping, no roots, no sampling,
// elicitation declined, method not found for the rest.
nlohmann::json answer_to(const Message& request);

bool is_list_changed(const Message& message);

// Whether `id` is the one that we sent; some servers turn every id into a string.
enum class IdMatch { none, exact, as_text };
IdMatch match_id(const nlohmann::json& id, std::int64_t sent);

// Both sorted and without doubles, as is the result.
std::vector<std::string> union_of(const std::vector<std::string>& a,
                                  const std::vector<std::string>& b);

}  // namespace mcprisk::crawler

// Which era a server speaks, judged by its answer to `server/discover`. Pure; docs/protocol-http.md
// has the table.
#pragma once

#include <cstdint>

#include "crawler/mcp/jsonrpc.h"
#include "crawler/mcp/revision.h"

namespace mcprisk::crawler {

// How an answer stands apart from what it says. Over pipes every answer is fine.
enum class Standing : std::uint8_t {
    fine,
    refused,  // the transport says that the request was not accepted (HTTP 3xx and 4xx)
    broken    // the transport says that the server is (HTTP 5xx)
};

enum class EraVerdict : std::uint8_t {
    modern,       // go on with the newest of these that it has
    retry,        // modern, but this request was wrong: mend it and ask again
    legacy,       // ask with initialize
    unsupported,  // names its versions, and none of them is ours
    inconclusive  // says nothing about the era
};

// `reply`: a result or an error; null where the answer was neither.
EraVerdict judge_discover(const Message* reply,
                          Standing standing,
                          RevisionTable table = revisions());

// One of the errors that only servers without a handshake send.
bool is_modern_error(const RpcError& error);

// Whether `data.supported` of an error lists any versions.
bool names_versions(const RpcError& error);

}  // namespace mcprisk::crawler

#include "crawler/mcp/negotiation.h"

#include "crawler/mcp/protocol.h"
#include "model/base/json.h"

namespace mcprisk::crawler {

bool is_modern_error(const RpcError& error) {
    return error.code == kHeaderMismatch || error.code == kMissingClientCapability ||
           error.code == kUnsupportedProtocolVersion;
}

bool names_versions(const RpcError& error) {
    const nlohmann::json* supported = find_member(error.data, "supported");
    return supported != nullptr && supported->is_array() && !supported->empty();
}

EraVerdict judge_discover(const Message* reply, Standing standing, RevisionTable table) {
    if (standing == Standing::broken) return EraVerdict::inconclusive;
    if (reply == nullptr) return EraVerdict::legacy;
    if (reply->kind == Message::Kind::result && standing == Standing::fine) {
        const auto facts = read_discover_result(reply->result);
        const bool known =
            facts && !newest_among(facts->supported_versions, Opening::each_request, table).empty();
        return known ? EraVerdict::modern : EraVerdict::legacy;
    }
    if (reply->kind != Message::Kind::error || !is_modern_error(reply->error)) {
        return EraVerdict::legacy;
    }
    if (reply->error.code != kUnsupportedProtocolVersion) return EraVerdict::retry;
    if (const auto version = mutual_version(reply->error, table)) {
        return opens(*version, Opening::each_request, table) ? EraVerdict::retry
                                                             : EraVerdict::legacy;
    }
    return names_versions(reply->error) ? EraVerdict::unsupported : EraVerdict::legacy;
}

}  // namespace mcprisk::crawler

#include "crawler/mcp/protocol.h"

#include <fmt/format.h>
#include <algorithm>
#include <iterator>

#include "model/base/json.h"

namespace mcprisk::crawler {
namespace {

using nlohmann::json;

constexpr std::string_view kMetaPrefix = "io.modelcontextprotocol/";

json client_info() { return {{"name", "mcprisk"}, {"version", client_version()}}; }

std::string meta_key(std::string_view key) { return std::string(kMetaPrefix) + std::string(key); }

void read_server_info(const json& info, ServerFacts& facts) {
    facts.name = string_member(info, "name");
    facts.version = string_member(info, "version");
    facts.title = string_member(info, "title");
}

const json* result_meta_server_info(const json& result) {
    const json* meta = find_member(result, "_meta");
    return meta == nullptr ? nullptr : find_member(*meta, meta_key("serverInfo"));
}

}  // namespace

std::string_view client_version() { return MCPRISK_VERSION; }

json declared_capabilities() {
    return {{"roots", json::object()},
            {"sampling", json::object()},
            {"elicitation", {{"form", json::object()}, {"url", json::object()}}}};
}

json initialize_params(std::string_view version) {
    return {{"protocolVersion", version},
            {"capabilities", declared_capabilities()},
            {"clientInfo", client_info()}};
}

json modern_params(std::string_view version, const json& capabilities) {
    return {{"_meta",
             {{meta_key("protocolVersion"), version},
              {meta_key("clientInfo"), client_info()},
              {meta_key("clientCapabilities"), capabilities}}}};
}

json list_params(const std::optional<std::string>& cursor,
                 std::string_view modern,
                 const json& capabilities) {
    json params = modern.empty() ? json::object() : modern_params(modern, capabilities);
    if (cursor) params["cursor"] = *cursor;
    return params;
}

Result<ServerFacts> read_initialize_result(const json& result) {
    if (!result.is_object()) {
        return fail(ErrorCode::invalid_input, "the answer to initialize is not a JSON object");
    }
    ServerFacts facts;
    facts.protocol_version = string_member(result, "protocolVersion");
    facts.instructions = string_member(result, "instructions");
    if (const json* info = find_member(result, "serverInfo")) read_server_info(*info, facts);
    if (const json* capabilities = find_member(result, "capabilities");
        capabilities != nullptr && capabilities->is_object()) {
        facts.capabilities = *capabilities;
    }
    return facts;
}

Result<ServerFacts> read_discover_result(const json& result) {
    const json* supported = find_member(result, "supportedVersions");
    if (supported == nullptr || !supported->is_array()) {
        return fail(ErrorCode::invalid_input,
                    "the answer to server/discover has no supportedVersions list");
    }
    auto facts = read_initialize_result(result);
    if (!facts) return facts;
    for (const json& version : *supported) {
        if (version.is_string()) facts->supported_versions.push_back(version.get<std::string>());
    }
    if (const json* info = result_meta_server_info(result)) read_server_info(*info, *facts);
    return facts;
}

std::optional<std::string> mutual_version(const RpcError& error, RevisionTable table) {
    const json* supported = find_member(error.data, "supported");
    if (supported == nullptr || !supported->is_array()) return std::nullopt;
    for (const Revision& one : table) {
        const bool has = std::any_of(supported->begin(), supported->end(), [&](const json& item) {
            return item.is_string() && item.get_ref<const std::string&>() == one.name;
        });
        if (has) return std::string(one.name);
    }
    return std::nullopt;
}

bool means_no_tools(const RpcError& error, const ServerFacts& facts, bool cursor_sent) {
    return error.code == kMethodNotFound && !facts.capabilities.contains("tools") && !cursor_sent;
}

void apply(const ServerFacts& facts, Listing& listing, RevisionTable table) {
    if (!facts.protocol_version.empty()) {
        listing.protocol_version = facts.protocol_version;
        if (find_revision(facts.protocol_version, table) == nullptr) {
            add_flag(listing, ListingFlag::unknown_protocol_version);
        }
    }
    if (!facts.name.empty()) listing.server_info_name = facts.name;
    if (!facts.version.empty()) listing.server_info_version = facts.version;
    if (listing.document.title.empty()) listing.document.title = facts.title;
    listing.document.instructions = facts.instructions;
    listing.server_capabilities = canonical_json(facts.capabilities);
    if (!facts.capabilities.contains("tools")) add_flag(listing, ListingFlag::tools_undeclared);
}

void apply_result_meta(const json& result, Listing& listing) {
    const json* info = result_meta_server_info(result);
    if (info == nullptr) return;
    if (const std::string name = string_member(*info, "name"); !name.empty()) {
        listing.server_info_name = name;
    }
    if (const std::string version = string_member(*info, "version"); !version.empty()) {
        listing.server_info_version = version;
    }
}

json answer_to(const Message& request) {
    if (request.method == "ping") return make_result(request.id, json::object());
    if (request.method == "roots/list") {
        return make_result(request.id, {{"roots", json::array()}});
    }
    if (request.method == "elicitation/create") {
        return make_result(request.id, {{"action", "decline"}});
    }
    if (request.method == "sampling/createMessage") {
        return make_error(request.id, -1, "User rejected sampling request");
    }
    return make_error(request.id, kMethodNotFound, "Method not found");
}

bool is_list_changed(const Message& message) {
    return message.kind == Message::Kind::notification &&
           message.method == "notifications/tools/list_changed";
}

IdMatch match_id(const json& id, std::int64_t sent) {
    if (id.is_number()) return id == sent ? IdMatch::exact : IdMatch::none;
    const bool same = id.is_string() && id.get_ref<const std::string&>() == std::to_string(sent);
    return same ? IdMatch::as_text : IdMatch::none;
}

std::vector<std::string> union_of(const std::vector<std::string>& a,
                                  const std::vector<std::string>& b) {
    std::vector<std::string> all;
    std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(all));
    return all;
}

}  // namespace mcprisk::crawler

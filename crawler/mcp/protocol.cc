#include "crawler/mcp/protocol.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "model/base/json.h"

namespace mcprisk::crawler {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 5> kLegacyVersions{
    "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05", "2024-10-07"};

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

bool is_known_legacy_version(std::string_view version) {
    return std::find(kLegacyVersions.begin(), kLegacyVersions.end(), version) !=
           kLegacyVersions.end();
}

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

json modern_params(std::string_view version) {
    return {{"_meta",
             {{meta_key("protocolVersion"), version},
              {meta_key("clientInfo"), client_info()},
              {meta_key("clientCapabilities"), json::object()}}}};
}

json list_params(const std::optional<std::string>& cursor, bool modern) {
    json params = modern ? modern_params() : json::object();
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

std::optional<std::string> mutual_version(const RpcError& error) {
    const json* supported = find_member(error.data, "supported");
    if (supported == nullptr || !supported->is_array()) return std::nullopt;
    const auto has = [&](std::string_view version) {
        return std::any_of(supported->begin(), supported->end(), [&](const json& item) {
            return item.is_string() && item.get_ref<const std::string&>() == version;
        });
    };
    if (has(kModernVersion)) return std::string(kModernVersion);
    for (const std::string_view version : kLegacyVersions) {
        if (has(version)) return std::string(version);
    }
    return std::nullopt;
}

void apply(const ServerFacts& facts, Listing& listing) {
    if (!facts.protocol_version.empty()) {
        listing.protocol_version = facts.protocol_version;
        if (!is_known_legacy_version(facts.protocol_version) &&
            facts.protocol_version != kModernVersion) {
            add_flag(listing, "unknown_protocol_version");
        }
    }
    if (!facts.name.empty()) listing.server_info_name = facts.name;
    if (!facts.version.empty()) listing.server_info_version = facts.version;
    if (listing.document.title.empty()) listing.document.title = facts.title;
    listing.document.instructions = facts.instructions;
    listing.server_capabilities = canonical_json(facts.capabilities);
    if (!facts.capabilities.contains("tools")) add_flag(listing, "tools_undeclared");
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

void add_flag(Listing& listing, std::string_view flag) {
    const auto at = std::lower_bound(listing.flags.begin(), listing.flags.end(), flag);
    if (at == listing.flags.end() || *at != flag) listing.flags.insert(at, std::string(flag));
}

}  // namespace mcprisk::crawler

#include "crawler/index/index_shape.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/base/json.h"

namespace mcprisk::crawler {
namespace {

using nlohmann::json;

bool has(const json& value, std::string_view key) { return find_member(value, key) != nullptr; }

// Packages or remotes of a server.json, in any of its revisions; a bundle's manifest has neither.
bool is_server_json(const json& value) {
    return has(value, "name") &&
           (has(value, "packages") || has(value, "remotes") || has(value, "version_detail") ||
            string_member(value, "$schema").find("/server.schema.json") != std::string::npos);
}

bool is_docker_server(const json& value) {
    return has(value, "about") &&
           (has(value, "image") || has(value, "remote") || has(value, "type"));
}

bool is_toolhive_server(const json& value) {
    return has(value, "transport") && !has(value, "command") &&
           (has(value, "image") || has(value, "tier") || has(value, "tools"));
}

// An index is told by most of its entries, since any of them may be broken.
template <typename Test>
bool mostly(const json& list, Test test) {
    const auto fitting = static_cast<std::size_t>(std::count_if(list.begin(), list.end(), test));
    return fitting > 0 && fitting * 2 >= list.size();
}

std::string_view name_of_list(const json& list) {
    const auto wrapped = [](const json& item) {
        const json* server = find_member(item, "server");
        return server != nullptr && server->is_object();
    };
    if (mostly(list, wrapped) || mostly(list, is_server_json)) return "official registry";
    if (mostly(list, [](const json& s) { return has(s, "qualifiedName"); })) return "Smithery";
    if (mostly(list, [](const json& s) { return has(s, "namespace") && has(s, "slug"); })) {
        return "Glama";
    }
    if (mostly(list, is_docker_server)) return "Docker MCP registry";
    if (mostly(list, [](const json& s) { return has(s, "packageName"); })) return "ToolSDK";
    if (mostly(list, [](const json& s) { return has(s, "installations"); })) return "mcpm";
    return {};
}

}  // namespace

std::optional<IndexShape> recognise_index(const json& value) {
    if (value.is_array()) {
        const auto name = name_of_list(value);
        return name.empty() ? std::nullopt : std::optional(IndexShape{name, value.size()});
    }
    if (!value.is_object()) return std::nullopt;
    if (const json* data = find_member(value, "data"); data && has(*data, "servers")) {
        const json& servers = (*data)["servers"];
        if (servers.is_array()) return IndexShape{"ToolHive", servers.size()};
    }
    const json* servers = find_member(value, "servers");
    if (servers != nullptr && servers->is_array()) {
        const auto name = name_of_list(*servers);
        if (!name.empty()) return IndexShape{name, servers->size()};
        if (servers->empty() && has(value, "metadata")) return IndexShape{"official registry", 0};
    }
    if (servers != nullptr && servers->is_object()) {
        const json* remote = find_member(value, "remote_servers");
        if (remote != nullptr || has(value, "last_updated") ||
            mostly(*servers, is_toolhive_server)) {
            return IndexShape{"ToolHive",
                              servers->size() + (remote == nullptr ? 0 : remote->size())};
        }
    }
    if (const json* registry = find_member(value, "registry"); registry && registry->is_object()) {
        if (has(value, "displayName") || has(value, "name")) {
            return IndexShape{"Docker catalogue", registry->size()};
        }
    }
    if (has(value, "installations")) return IndexShape{"mcpm", 1};
    if (is_docker_server(value)) return IndexShape{"Docker MCP registry", 1};
    if (has(value, "name") && is_toolhive_server(value)) return IndexShape{"ToolHive", 1};
    if (is_server_json(value) && !has(value, "mcpServers"))
        return IndexShape{"official registry", 1};
    if (value.size() > 1 && mostly(value, [](const json& s) { return has(s, "installations"); })) {
        return IndexShape{"mcpm", value.size()};
    }
    return std::nullopt;
}

}  // namespace mcprisk::crawler

#include "crawler/config/client_config.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "crawler/config/config_entry.h"
#include "crawler/config/config_tree.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

using nlohmann::json;
using Path = std::vector<std::string>;

// A place in the file that holds servers by name or in a list.
struct Container {
    const json* servers = nullptr;
    Path path;
    const json* switched_off = nullptr;  // list of names
};

bool holds_entries(const json& value) {
    return value.is_structured() && std::any_of(value.begin(), value.end(), [](const json& item) {
               return is_config_entry(item);
           });
}

// Under these keys anything is a server, however broken; under the others only what looks like one.
constexpr std::array<std::string_view, 4> kSureKeys{
    "mcpServers", "context_servers", "mcp_servers", "amp.mcpServers"};
constexpr std::array<std::string_view, 3> kLikelyKeys{"servers", "extensions", "mcp.servers"};

void add_container(const json& object,
                   const std::string& key,
                   Path path,
                   std::vector<Container>& out) {
    const json* servers = find_member(object, key);
    path.push_back(key);
    out.push_back({servers, std::move(path), find_member(object, "disabledMcpServers")});
}

void find_in(const json& object, const Path& path, std::vector<Container>& out) {
    for (const std::string_view key : kSureKeys) {
        const json* servers = find_member(object, key);
        if (servers != nullptr && servers->is_structured()) {
            add_container(object, std::string(key), path, out);
        }
    }
    for (const std::string_view key : kLikelyKeys) {
        const json* servers = find_member(object, key);
        // `servers: {}` beside `inputs` is an editor's empty list.
        const bool empty_list =
            servers != nullptr && servers->is_object() && servers->empty() &&
            (key != "servers" || object.size() == 1 || object.contains("inputs"));
        if (servers != nullptr && servers->is_object() && (empty_list || holds_entries(*servers))) {
            add_container(object, std::string(key), path, out);
        }
    }
}

// `mcp: {NAME: entry}`, or `mcp: {servers: {…}}`, or both; `amp: {mcpServers: {…}}`.
void find_in_section(const json& root, const std::string& key, std::vector<Container>& out) {
    const json* section = find_member(root, key);
    if (section == nullptr || !section->is_object()) return;
    const std::size_t before = out.size();
    const json* servers = find_member(*section, "servers");
    if (servers == nullptr || !is_config_entry(*servers)) find_in(*section, {key}, out);
    const bool nothing_yet = out.size() == before;
    if (key == "mcp" && (holds_entries(*section) || (nothing_yet && section->empty()))) {
        out.push_back({section, {key}, nullptr});
    }
}

bool is_bundle(const json& root) {
    const json* server = find_member(root, "server");
    return server != nullptr && find_member(*server, "mcp_config") != nullptr;
}

bool is_bare_map(const json& root) {
    if (!root.is_object() || root.empty() || is_config_entry(root)) return false;
    return std::all_of(
        root.begin(), root.end(), [](const json& item) { return is_config_entry(item); });
}

std::vector<Container> find_containers(const json& root) {
    std::vector<Container> found;
    if (!root.is_object() || is_bundle(root)) return found;
    find_in(root, {}, found);
    find_in_section(root, "mcp", found);
    find_in_section(root, "amp", found);
    if (const json* projects = find_member(root, "projects"); projects && projects->is_object()) {
        for (const auto& [name, project] : projects->items()) {
            find_in(project, {"projects", name}, found);
        }
    }
    if (found.empty() && is_bare_map(root)) found.push_back({&root, {}, nullptr});
    return found;
}

Client client_of_content(const ConfigTree& tree, const std::vector<Container>& containers) {
    if (is_bundle(tree.value)) return Client::bundle;
    if (containers.empty()) return Client::unknown;
    const Path& path = containers.front().path;
    const std::string key = path.empty() ? "" : path.back();
    const json& servers = *containers.front().servers;
    if (path.size() > 1 && path.front() == "projects") return Client::claude_code;
    if (tree.value.contains("projects")) return Client::claude_code;
    if (key == "context_servers") return Client::zed;
    if (key == "mcp_servers") return servers.is_array() ? Client::vibe : Client::codex;
    if (key == "extensions") return Client::goose;
    if (key == "amp.mcpServers" || (path.size() > 1 && path.front() == "amp")) return Client::amp;
    if (path == Path{"mcp"}) return Client::opencode;
    if (path.size() > 1 && path.front() == "mcp" && key == "servers") {
        return tree.value.contains("$schema") ? Client::opencode : Client::unknown;
    }
    if (key == "servers" && tree.format == ConfigFormat::json) return Client::vscode;
    if (servers.is_array() && tree.format == ConfigFormat::yaml) return Client::continue_dev;
    const bool http_url = std::any_of(servers.begin(), servers.end(), [](const json& entry) {
        return find_member(entry, "httpUrl") != nullptr;
    });
    return http_url ? Client::gemini : Client::unknown;
}

class ConfigReader {
  public:
    ConfigReader(const ConfigTree& tree, const ConfigContext& context, Diagnostics* diagnostics)
        : tree_(tree), context_(context), diagnostics_(diagnostics) {}

    Result<std::vector<Target>> read() {
        const std::vector<Container> containers = find_containers(tree_.value);
        client_ = context_.client;
        if (client_ == Client::unknown) client_ = client_of_path(context_.file);
        if (client_ == Client::unknown) client_ = client_of_content(tree_, containers);
        if (is_bundle(tree_.value)) {
            read_bundle();
            return std::move(targets_);
        }
        if (containers.empty()) {
            return fail(ErrorCode::invalid_input,
                        "not a client configuration: there is no mcpServers, servers, "
                        "context_servers, mcp, mcp_servers or extensions with servers in it");
        }
        std::size_t entries = 0;
        for (const Container& container : containers) entries += container.servers->size();
        if (entries > context_.max_servers) {
            return fail(ErrorCode::too_large,
                        fmt::format("a client configuration of {} servers, over the limit of {}",
                                    entries,
                                    context_.max_servers));
        }
        for (const Container& container : containers) read_container(container);
        std::stable_sort(targets_.begin(), targets_.end(), [](const Target& a, const Target& b) {
            return a.line < b.line;
        });
        return std::move(targets_);
    }

  private:
    void read_container(const Container& container) {
        Path path = container.path;
        const bool surely =
            !path.empty() &&
            std::find(kSureKeys.begin(), kSureKeys.end(), path.back()) != kSureKeys.end();
        const bool listed = container.servers->is_array();
        std::size_t index = 0;
        for (const auto& [key, entry] : container.servers->items()) {
            path.push_back(key);
            std::string name = key;
            if (listed) {
                name = string_member(entry, "name");
                if (name.empty()) name = fmt::format("server-{}", index + 1);
            }
            ++index;
            if (surely || is_config_entry(entry)) {
                read_entry(name, entry, path, container.switched_off);
            }
            path.pop_back();
        }
    }

    void read_entry(const std::string& name,
                    const json& entry,
                    const Path& path,
                    const json* switched_off) {
        if (is_built_in(entry)) return;
        const std::size_t line = tree_.lines.find(path);
        auto target = read_config_entry(name, entry, client_, context_);
        if (!target) {
            warn(name, line, target.error());
            return;
        }
        target->line = line;
        target->source = context_.file;
        if (switched_off != nullptr && switched_off->is_array() &&
            std::find(switched_off->begin(), switched_off->end(), name) != switched_off->end()) {
            target->disabled = true;
        }
        targets_.push_back(std::move(*target));
    }

    // manifest.json of an MCP bundle: one server, with other words on some systems.
    void read_bundle() {
        const json& server = tree_.value["server"];
        json entry = server["mcp_config"];
        const json* overrides = find_member(entry, "platform_overrides");
        const char* system = context_.variables.windows ? "win32" : "linux";
        if (overrides != nullptr) {
            if (const json* own = find_member(*overrides, system); own && own->is_object()) {
                const json copy = *own;
                entry.update(copy);
            }
        }
        std::string name = string_member(tree_.value, "name");
        if (name.empty()) name = "bundle";
        read_entry(name, entry, {"server", "mcp_config"}, nullptr);
        if (targets_.empty()) return;
        Target& target = targets_.front();
        target.title = string_member(tree_.value, "display_name");
        target.description = string_member(tree_.value, "description");
        if (target.version.empty()) target.version = string_member(tree_.value, "version");
    }

    void warn(const std::string& name, std::size_t line, const Error& error) {
        if (diagnostics_ == nullptr) return;
        Diagnostic diagnostic;
        diagnostic.file = context_.file;
        diagnostic.line = line;
        diagnostic.path = name;
        diagnostic.message = error.message;
        diagnostics_->warn(std::move(diagnostic));
    }

    const ConfigTree& tree_;
    const ConfigContext& context_;
    Diagnostics* diagnostics_;
    Client client_ = Client::unknown;
    std::vector<Target> targets_;
};

}  // namespace

bool is_client_config(const ConfigTree& tree) {
    return is_bundle(tree.value) || !find_containers(tree.value).empty();
}

Result<std::vector<Target>> read_client_config(const ConfigTree& tree,
                                               const ConfigContext& context,
                                               Diagnostics* diagnostics) {
    return ConfigReader(tree, context, diagnostics).read();
}

Result<std::vector<Target>> read_client_config(std::string_view text,
                                               const ConfigContext& context,
                                               Diagnostics* diagnostics) {
    auto tree = read_config_tree(text, context.limits);
    if (!tree) return fail(tree.error());
    return read_client_config(*tree, context, diagnostics);
}

}  // namespace mcprisk::crawler

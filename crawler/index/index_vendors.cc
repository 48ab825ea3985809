#include "crawler/index/index_vendors.h"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "crawler/config/identity.h"
#include "crawler/index/index_parts.h"
#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

using nlohmann::json;

const json kAbsent;

const json& member_or_absent(const json& value, std::string_view key) {
    const json* found = find_member(value, key);
    return found == nullptr ? kAbsent : *found;
}

std::vector<std::string> words_of(const json& list) {
    std::vector<std::string> words;
    if (!list.is_array()) return words;
    for (const json& word : list) {
        if (word.is_string()) words.push_back(word.get<std::string>());
    }
    return words;
}

void add_package(IndexEntry& entry,
                 PackageKind kind,
                 std::string_view spec,
                 std::string_view evidence) {
    if (const auto package = parse_package(kind, spec)) {
        add_alias(entry, std::string(to_string(kind)), package->name, std::string(evidence));
    }
}

void add_endpoint(IndexEntry& entry,
                  const std::string& url,
                  std::string_view type,
                  std::string_view evidence,
                  std::string_view source) {
    if (url.empty()) return;
    IndexWay way = http_way(url, type);
    if (url.find('{') != std::string::npos) {
        way.target.unresolved.push_back(url.substr(url.find('{')));
    } else {
        add_alias(entry, "endpoint", url_id(url), std::string(evidence));
    }
    add_way(entry, std::move(way), source);
}

// {"name", "description", "arguments": [{"name", "type", "desc"}]} as a definition: what the index
// leaves out, which arguments are required, is left out here.
json docker_tool(const json& tool) {
    if (find_member(tool, "inputSchema") != nullptr) return tool;
    json properties = json::object();
    for (const json& argument : member_or_absent(tool, "arguments")) {
        const std::string name = string_member(argument, "name");
        if (name.empty()) continue;
        json property = json::object();
        const std::string type = string_member(argument, "type");
        if (!type.empty()) property["type"] = type;
        const std::string text = string_member(argument, "desc");
        if (!text.empty()) property["description"] = text;
        if (const json* items = find_member(argument, "items")) property["items"] = *items;
        properties[name] = std::move(property);
    }
    json out{{"name", string_member(tool, "name")},
             {"description", string_member(tool, "description")},
             {"inputSchema", {{"type", "object"}, {"properties", std::move(properties)}}}};
    if (const json* parameters = find_member(tool, "parameters")) out["inputSchema"] = *parameters;
    if (const json* hints = find_member(tool, "annotations")) out["annotations"] = *hints;
    return out;
}

tl::unexpected<Error> no_entry(std::string_view what) {
    return fail(ErrorCode::invalid_input, fmt::format("{}", what));
}

}  // namespace

Result<IndexEntry> read_docker_server(const json& value,
                                      std::string_view name,
                                      const json& tools,
                                      std::string_view source) {
    IndexEntry entry;
    entry.name = name.empty() ? string_member(value, "name") : std::string(name);
    if (!value.is_object() || entry.name.empty()) return no_entry("a server without a name");
    const json& about = member_or_absent(value, "about");
    entry.title = string_member(about.is_object() ? about : value, "title");
    entry.description = string_member(about.is_object() ? about : value, "description");
    const std::string evidence = "Docker catalogue " + entry.name;
    const json& remote = member_or_absent(value, "remote");
    add_endpoint(entry,
                 string_member(remote, "url"),
                 string_member(remote, "transport_type"),
                 evidence,
                 source);
    const std::string image = string_member(value, "image");
    if (!image.empty()) {
        add_package(entry, PackageKind::oci, image, evidence);
        const json& run = member_or_absent(value, "run");
        const json& config = member_or_absent(value, "config");
        IndexWay way;
        StdioTarget how{{"docker", "run", "-i", "--rm"}, {}, {}};
        const auto note_templates = [&](const std::string& text) {
            const auto open = text.find("{{");
            if (open == std::string::npos) return;
            const auto close = text.find("}}", open);
            const std::string inner(
                trim(std::string_view(text).substr(open + 2, close - open - 2)));
            way.target.unresolved.push_back(inner.substr(0, inner.find('|')));
        };
        if (bool_member(run, "disableNetwork", false)) {
            how.argv.insert(how.argv.end(), {"--network", "none"});
        }
        const json& variables = member_or_absent(run, "env");
        const json none = json::object();
        for (const auto& [key, text] : (variables.is_object() ? variables : none).items()) {
            if (!text.is_string()) continue;
            how.argv.insert(how.argv.end(), {"-e", key});
            const std::string given = text.get<std::string>();
            if (given.find("{{") == std::string::npos && given.find('$') == std::string::npos) {
                how.env[key] = given;
            } else {
                way.target.wanted.push_back(key);
            }
        }
        for (const json& secret : member_or_absent(config, "secrets")) {
            const std::string key = string_member(secret, "env");
            if (key.empty()) continue;
            how.argv.insert(how.argv.end(), {"-e", key});
            way.target.wanted.push_back(key);
        }
        // Volumes named by the index: only those without a path of this machine.
        for (const std::string& volume : words_of(member_or_absent(run, "volumes"))) {
            if (volume.find("{{") != std::string::npos || volume.starts_with('/')) continue;
            how.argv.insert(how.argv.end(), {"-v", volume});
        }
        how.argv.push_back(image);
        for (const std::string& word : words_of(member_or_absent(run, "command"))) {
            note_templates(word);
            how.argv.push_back(word);
        }
        way.target.how = std::move(how);
        add_way(entry, std::move(way), source);
    }
    const json& project = member_or_absent(value, "source");
    add_alias(
        entry,
        "repository",
        repository_value(string_member(project, "project"), string_member(project, "directory")),
        evidence);
    add_alias(entry, "docker", entry.name, evidence);
    json definitions = json::array();
    const json& given =
        tools.is_array() && !tools.empty() ? tools : member_or_absent(value, "tools");
    for (const json& tool : given.is_array() ? given : json::array()) {
        if (tool.is_object()) definitions.push_back(docker_tool(tool));
    }
    entry.told = told_listing(entry, definitions, source);
    if (entry.ways.empty() && entry.told) entry.no_way = "its tools are containers of their own";
    return entry;
}

Result<IndexEntry> read_toolhive_server(const json& value,
                                        std::string_view name,
                                        std::string_view source) {
    IndexEntry entry;
    entry.name = name.empty() ? string_member(value, "name") : std::string(name);
    if (!value.is_object() || entry.name.empty()) return no_entry("a server without a name");
    entry.title = string_member(value, "title");
    entry.description = string_member(value, "description");
    const std::string evidence = "ToolHive registry " + entry.name;
    add_endpoint(
        entry, string_member(value, "url"), string_member(value, "transport"), evidence, source);
    const std::string image = string_member(value, "image");
    if (!image.empty()) {
        add_package(entry, PackageKind::oci, image, evidence);
        IndexWay way;
        StdioTarget how{{"docker", "run", "-i", "--rm"}, {}, {}};
        for (const json& variable : member_or_absent(value, "env_vars")) {
            const std::string key = string_member(variable, "name");
            if (key.empty()) continue;
            const std::string fallback = string_member(variable, "default");
            if (!fallback.empty()) {
                how.argv.insert(how.argv.end(), {"-e", key});
                how.env[key] = fallback;
            } else if (bool_member(variable, "required", false)) {
                how.argv.insert(how.argv.end(), {"-e", key});
                way.target.wanted.push_back(key);
            }
        }
        how.argv.push_back(image);
        for (std::string& word : words_of(member_or_absent(value, "args"))) {
            how.argv.push_back(std::move(word));
        }
        way.target.how = std::move(how);
        add_way(entry, std::move(way), source);
    }
    add_alias(entry,
              "repository",
              repository_value(string_member(value, "repository_url"), {}),
              evidence);
    add_alias(entry, "toolhive", entry.name, evidence);
    entry.told = told_listing(entry, member_or_absent(value, "tool_definitions"), source);
    return entry;
}

void read_toolhive_extension(const json& server_json, IndexEntry& entry, std::string_view source) {
    constexpr std::string_view kProvided = "io.modelcontextprotocol.registry/publisher-provided";
    const json& provided = member_or_absent(member_or_absent(server_json, "_meta"), kProvided);
    const json& theirs = member_or_absent(provided, "io.github.stacklok");
    if (!theirs.is_object()) return;
    for (const auto& [way, facts] : theirs.items()) {
        if (entry.told) return;
        entry.told = told_listing(entry, member_or_absent(facts, "tool_definitions"), source);
    }
}

Result<IndexEntry> read_smithery_server(const json& value, std::string_view source) {
    IndexEntry entry;
    entry.name = string_member(value, "qualifiedName");
    if (entry.name.empty()) return no_entry("a server without qualifiedName");
    entry.title = string_member(value, "displayName");
    entry.description = string_member(value, "description");
    const std::string evidence = "Smithery " + entry.name;
    for (const json& connection : member_or_absent(value, "connections")) {
        if (string_member(connection, "type") == "http") {
            add_endpoint(
                entry, string_member(connection, "deploymentUrl"), "http", evidence, source);
        } else {
            entry.no_way = "it comes as a bundle, which is not fetched";
        }
    }
    add_alias(entry, "smithery", entry.name, evidence);
    entry.told = told_listing(entry, member_or_absent(value, "tools"), source);
    return entry;
}

Result<IndexEntry> read_mcpm_server(const json& value, std::string_view source) {
    IndexEntry entry;
    entry.name = string_member(value, "name");
    const json& installations = member_or_absent(value, "installations");
    if (entry.name.empty() || !installations.is_object()) {
        return no_entry("a server without a name or installations");
    }
    entry.title = string_member(value, "display_name");
    entry.description = string_member(value, "description");
    const std::string evidence = "mcpm " + entry.name;
    const json& arguments = member_or_absent(value, "arguments");
    const auto read = [&](const json& installation) {
        const std::string command = string_member(installation, "command");
        if (command.empty()) {
            add_endpoint(entry, string_member(installation, "url"), "http", evidence, source);
            return;
        }
        IndexWay way;
        // An argument that stands for what only a person knows is left out unless it is required.
        const auto look_up = [&](const std::string& key) -> std::optional<std::string> {
            const json& argument = member_or_absent(arguments, key);
            const std::string given = string_member(argument, "default");
            if (!given.empty()) return given;
            if (bool_member(argument, "required", true)) way.target.unresolved.push_back(key);
            return std::nullopt;
        };
        StdioTarget how{{command}, {}, {}};
        for (const std::string& word : words_of(member_or_absent(installation, "args"))) {
            std::string filled = fill_dollar_braces(word, look_up);
            if (filled.find("${") == std::string::npos) how.argv.push_back(std::move(filled));
        }
        const json& variables = member_or_absent(installation, "env");
        if (variables.is_object()) {
            for (const auto& [key, text] : variables.items()) {
                if (!text.is_string()) continue;
                const std::size_t before = way.target.unresolved.size();
                std::string filled = fill_dollar_braces(text.get<std::string>(), look_up);
                // A variable without a value is asked for by the server itself, if it needs it.
                const bool open = way.target.unresolved.size() > before;
                way.target.unresolved.resize(before);
                if (open) way.target.wanted.push_back(key);
                if (filled.find("${") == std::string::npos) how.env[key] = std::move(filled);
            }
        }
        if (const auto call = recognise_runner(how.argv)) {
            add_alias(
                entry, std::string(to_string(call->package.kind)), call->package.name, evidence);
        }
        way.target.how = std::move(how);
        add_way(entry, std::move(way), source);
    };
    for (const bool recommended : {true, false}) {
        for (const auto& [key, installation] : installations.items()) {
            if (bool_member(installation, "recommended", false) == recommended) read(installation);
        }
    }
    add_alias(entry,
              "repository",
              repository_value(string_member(member_or_absent(value, "repository"), "url"), {}),
              evidence);
    add_alias(entry, "mcpm", entry.name, evidence);
    entry.told = told_listing(entry, member_or_absent(value, "tools"), source);
    return entry;
}

Result<IndexEntry> read_glama_server(const json& value, std::string_view source) {
    IndexEntry entry;
    entry.name = string_member(value, "namespace") + "/" + string_member(value, "slug");
    if (entry.name == "/") return no_entry("a server without namespace and slug");
    entry.title = string_member(value, "name");
    entry.description = string_member(value, "description");
    const std::string evidence = "Glama " + entry.name;
    add_alias(entry,
              "repository",
              repository_value(string_member(member_or_absent(value, "repository"), "url"), {}),
              evidence);
    add_alias(entry, "glama", entry.name, evidence);
    entry.told = told_listing(entry, member_or_absent(value, "tools"), source);
    return entry;
}

Result<IndexEntry> read_toolsdk_package(const json& value, std::string_view source) {
    IndexEntry entry;
    entry.name = string_member(value, "packageName");
    if (entry.name.empty()) return no_entry("a package without packageName");
    entry.title = string_member(value, "name");
    entry.description = string_member(value, "description");
    const std::string evidence = "ToolSDK " + entry.name;
    for (const json& remote : member_or_absent(value, "remotes")) {
        add_endpoint(
            entry, string_member(remote, "url"), string_member(remote, "type"), evidence, source);
    }
    const std::string runtime = string_member(value, "runtime");
    IndexWay way;
    StdioTarget how;
    if (runtime == "node" && parse_package(PackageKind::npm, entry.name)) {
        add_package(entry, PackageKind::npm, entry.name, evidence);
        how.argv = {"npx", "-y", entry.name};
    } else if (runtime == "python" && parse_package(PackageKind::pypi, entry.name)) {
        add_package(entry, PackageKind::pypi, entry.name, evidence);
        how.argv = {"uvx", entry.name};
    } else if (runtime == "docker" && parse_package(PackageKind::oci, entry.name)) {
        add_package(entry, PackageKind::oci, entry.name, evidence);
        how.argv = {"docker", "run", "-i", "--rm", entry.name};
    } else if (entry.ways.empty()) {
        entry.no_way = fmt::format("a {} program, which no package runner starts", runtime);
    }
    if (!how.argv.empty()) {
        const json& variables = member_or_absent(value, "env");
        if (variables.is_object()) {
            for (const auto& [key, facts] : variables.items()) {
                if (bool_member(facts, "required", false)) way.target.wanted.push_back(key);
            }
        }
        for (std::string& word : words_of(member_or_absent(value, "binArgs"))) {
            how.argv.push_back(std::move(word));
        }
        way.target.how = std::move(how);
        add_way(entry, std::move(way), source);
    }
    add_alias(entry, "repository", repository_value(string_member(value, "url"), {}), evidence);
    return entry;
}

}  // namespace mcprisk::crawler

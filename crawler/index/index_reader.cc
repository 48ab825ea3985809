#include "crawler/index/index_reader.h"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "crawler/config/client_config.h"
#include "crawler/config/config_tree.h"
#include "crawler/config/identity.h"
#include "crawler/config/target_word.h"
#include "crawler/index/index_parts.h"
#include "crawler/index/index_shape.h"
#include "crawler/index/index_vendors.h"
#include "crawler/index/server_json.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

using nlohmann::json;

constexpr std::string_view kExpected =
    "expected an index: a page or dump of the official registry or a server.json, Docker's "
    "server.yaml or catalogue, a ToolHive registry, a list or detail of Smithery, mcpm, PulseMCP, "
    "Glama or ToolSDK, a file with mcpServers, or a plain list of URLs, packages (npm:NAME) and "
    "commands, one a line";

const json kNone;

const json& member(const json& value, std::string_view key) {
    const json* found = find_member(value, key);
    return found == nullptr ? kNone : *found;
}

class IndexReader {
  public:
    IndexReader(const IndexOptions& options, Diagnostics& diagnostics)
        : options_(options), diagnostics_(diagnostics) {}

    Result<IndexPage> read(const ConfigTree& tree) {
        const json& value = tree.value;
        if (!string_member(value, "qualifiedName").empty()) {
            page_.kind = "Smithery";
            add(read_smithery_server(value, options_.source), "");
            return done();
        }
        if (const auto shape = recognise_index(value)) {
            page_.kind = shape->name;
            read_known(value);
            return done();
        }
        if (is_client_config(tree)) return read_config(tree);
        if (value.is_array() && std::all_of(value.begin(), value.end(), [](const json& item) {
                return item.is_string();
            })) {
            for (const json& item : value) add_word(item.get<std::string>(), 0);
            page_.kind = "list";
            return done();
        }
        return fail(ErrorCode::invalid_input, fmt::format("not recognised: {}", kExpected));
    }

    Result<IndexPage> read_lines(std::string_view text) {
        page_.kind = "list";
        std::size_t number = 0;
        for (std::string_view line : split(text, '\n')) {
            ++number;
            line = trim(line);
            if (line.empty() || line.front() == '#') continue;
            add_word(line, number);
        }
        return done();
    }

  private:
    Result<IndexPage> done() {
        for (IndexEntry& entry : page_.entries) finish_entry(entry);
        return std::move(page_);
    }

    void add(Result<IndexEntry> entry, std::string path, std::size_t line = 0) {
        if (entry) {
            page_.entries.push_back(std::move(*entry));
        } else {
            diagnostics_.warn(
                {Severity::warning, options_.source, line, std::move(path), entry.error().message});
        }
    }

    void read_known(const json& value) {
        if (page_.kind == "official registry") return read_official(value);
        if (page_.kind == "ToolHive") return read_toolhive(value);
        if (page_.kind == "Docker catalogue") {
            for (const auto& [name, server] : value.at("registry").items()) {
                add(read_docker_server(server, name, kNone, options_.source), name);
            }
            return;
        }
        if (page_.kind == "Docker MCP registry") return read_docker(value);
        const json& list = value.is_array() ? value : member(value, "servers");
        if (page_.kind == "mcpm" && !list.is_array()) return read_mcpm(value);
        std::size_t at = 0;
        for (const json& item : list) {
            const std::string path = fmt::format("servers[{}]", at++);
            if (page_.kind == "Smithery") add(read_smithery_server(item, options_.source), path);
            if (page_.kind == "Glama") add(read_glama_server(item, options_.source), path);
            if (page_.kind == "ToolSDK") add(read_toolsdk_package(item, options_.source), path);
            if (page_.kind == "mcpm") add(read_mcpm_server(item, options_.source), path);
        }
        if (page_.kind == "Smithery") next_smithery(value);
        if (page_.kind == "Glama") next_glama(value);
    }

    void read_official(const json& value) {
        if (value.is_object() && find_member(value, "servers") == nullptr) {
            add_official(value, kNone, "");
            return;
        }
        const json& list = value.is_array() ? value : member(value, "servers");
        std::size_t at = 0;
        for (const json& item : list) {
            const std::string path = fmt::format("servers[{}]", at++);
            const json& inner = member(item, "server");
            add_official(inner.is_object() ? inner : item, item, path);
        }
        const std::string cursor = string_member(member(value, "metadata"), "nextCursor");
        const std::string older = string_member(member(value, "metadata"), "next_cursor");
        if (!cursor.empty() || !older.empty()) {
            page_.next = {"cursor", cursor.empty() ? older : cursor};
        }
    }

    void add_official(const json& server, const json& item, const std::string& path) {
        const json& meta =
            member(member(item, "_meta"), "io.modelcontextprotocol.registry/official");
        // The registry's own words stood under several names.
        const bool latest = bool_member(
            meta,
            "isLatest",
            bool_member(meta,
                        "is_latest",
                        bool_member(member(server, "version_detail"), "is_latest", true)));
        const std::string status = lower_ascii(string_member(meta, "status"));
        if ((!latest && !options_.all_versions) || status == "deleted") {
            ++page_.left_out;
            return;
        }
        auto entry = read_server_json(server, options_.source);
        if (entry) read_toolhive_extension(server, *entry, options_.source);
        add(std::move(entry), path);
    }

    void read_toolhive(const json& value) {
        if (!string_member(value, "name").empty() && find_member(value, "transport") != nullptr) {
            add(read_toolhive_server(value, "", options_.source), "");
            return;
        }
        const json& data = member(value, "data");
        for (const json& server : member(data, "servers")) {
            add_official(server, kNone, string_member(server, "name"));
        }
        for (const std::string_view key : {"servers", "remote_servers"}) {
            const json& list = member(value, key);
            if (!list.is_object()) continue;
            for (const auto& [name, server] : list.items()) {
                add(read_toolhive_server(server, name, options_.source), name);
            }
        }
    }

    void read_docker(const json& value) {
        if (value.is_object() && find_member(value, "servers") == nullptr) {
            json tools;
            if (!options_.tools.empty()) {
                if (auto read = parse_json(options_.tools, options_.limits)) {
                    tools = std::move(*read);
                }
            }
            add(read_docker_server(value, "", tools, options_.source), "");
            return;
        }
        for (const json& item : value.is_array() ? value : member(value, "servers")) {
            add(read_docker_server(item, "", kNone, options_.source), string_member(item, "name"));
        }
    }

    void read_mcpm(const json& value) {
        if (find_member(value, "installations") != nullptr) {
            add(read_mcpm_server(value, options_.source), "");
            return;
        }
        for (const auto& [name, item] : value.items()) {
            add(read_mcpm_server(item, options_.source), name);
        }
    }

    void next_smithery(const json& value) {
        const json& pages = member(value, "pagination");
        const auto number = [&](const char* key) {
            const json& n = member(pages, key);
            return n.is_number_integer() ? n.get<std::int64_t>() : 0;
        };
        const std::int64_t at = number("currentPage");
        if (at > 0 && at < number("totalPages")) page_.next = {"page", std::to_string(at + 1)};
    }

    void next_glama(const json& value) {
        const json& info = member(value, "pageInfo");
        const std::string cursor = string_member(info, "endCursor");
        if (bool_member(info, "hasNextPage", false) && !cursor.empty()) {
            page_.next = {"after", cursor};
        }
    }

    Result<IndexPage> read_config(const ConfigTree& tree) {
        page_.kind = "mcpServers";
        ConfigContext context;
        context.file = options_.source;
        context.variables = options_.variables;
        context.limits = options_.limits;
        context.max_servers = 1'000'000;
        auto targets = read_client_config(tree, context, &diagnostics_);
        if (!targets) return fail(targets.error());
        for (Target& target : *targets) {
            if (target.disabled) {
                ++page_.left_out;
                continue;
            }
            add_target(std::move(target), options_.source + " " + target.config_name);
        }
        // read_client_config has given the ids; finish_entry would not know better.
        return done();
    }

    void add_target(Target target, const std::string& evidence) {
        IndexEntry entry;
        entry.name = target.id;
        entry.title = target.title;
        entry.description = target.description;
        entry.version = target.version;
        IndexWay way;
        way.remote = std::holds_alternative<HttpTarget>(target.how);
        if (way.remote) {
            if (target.unresolved.empty()) add_alias(entry, "endpoint", target.id, evidence);
        } else if (const auto package = parse_package_id(target.id)) {
            add_alias(entry, std::string(to_string(package->kind)), package->name, evidence);
        }
        target.given_on_command_line = false;
        target.source = options_.source;
        way.target = std::move(target);
        entry.ways.push_back(std::move(way));
        page_.entries.push_back(std::move(entry));
    }

    void add_word(std::string_view line, std::size_t number) {
        const auto complain = [&](std::string message) {
            diagnostics_.warn({Severity::warning, options_.source, number, {}, std::move(message)});
        };
        // A table's first column is what counts: "https://…/mcp,Name,…".
        std::string_view word = line;
        if (word.starts_with("http")) word = word.substr(0, word.find_first_of(",;\t "));
        auto target = read_target_word(word);
        if (!target) return complain(target.error().message);
        if (!*target) {
            std::vector<std::string> argv;
            if (line.find_first_of("'\"|&;<>`$\\") != std::string_view::npos) {
                return complain(
                    "a command with quotes, variables or signs of a shell, which is never asked: "
                    "write it as a mcpServers file");
            }
            for (const std::string_view piece : split(line, ' ')) {
                if (!trim(piece).empty()) argv.emplace_back(trim(piece));
            }
            target = target_of_command(argv);
        }
        add_target(
            std::move(**target),
            number == 0 ? options_.source : fmt::format("{} line {}", options_.source, number));
    }

    const IndexOptions& options_;
    Diagnostics& diagnostics_;
    IndexPage page_;
};

// Words that a line of a plain list begins with.
bool is_plain_list(std::string_view text) {
    for (std::string_view line : split(text, '\n')) {
        line = trim(line);
        if (line.empty() || line.front() == '#') continue;
        for (const std::string_view start : {"http://",
                                             "https://",
                                             "npm:",
                                             "pypi:",
                                             "oci:",
                                             "npx ",
                                             "uvx ",
                                             "pipx ",
                                             "docker ",
                                             "podman ",
                                             "node ",
                                             "python ",
                                             "python3 ",
                                             "/",
                                             "./"}) {
            if (line.starts_with(start)) return true;
        }
        return false;
    }
    return false;
}

}  // namespace

Result<IndexPage> read_index(std::string_view text,
                             const IndexOptions& options,
                             Diagnostics& diagnostics) {
    const auto context = fmt::format("reading {}", printable(options.source));
    if (trim(text).empty()) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("{}: it is empty; {}", context, kExpected));
    }
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    IndexReader reader(options, diagnostics);
    if (is_plain_list(text)) return reader.read_lines(text);
    // Plain JSON first: a tree with the lines of its entries takes several times the memory.
    if (auto value = parse_json(text, options.limits)) {
        auto page = reader.read({ConfigFormat::json, std::move(*value), {}});
        if (!page) return fail(page.error().context(context));
        return page;
    }
    const auto tree = read_config_tree(text, options.limits);
    if (!tree) {
        return fail(tree.error().code,
                    fmt::format("{}: {}; {}", context, tree.error().message, kExpected));
    }
    auto page = reader.read(*tree);
    if (!page) return fail(page.error().context(context));
    return page;
}

}  // namespace mcprisk::crawler

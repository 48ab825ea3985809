#include "crawler/index/server_json.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <functional>
#include <nlohmann/json.hpp>

#include "crawler/config/identity.h"
#include "crawler/index/index_parts.h"
#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

using nlohmann::json;

// A list under one of two spellings: camelCase today, snake_case until September 2025.
const json& list_of(const json& value, std::string_view now, std::string_view before) {
    static const json kNone = json::array();
    for (const std::string_view key : {now, before}) {
        const json* found = find_member(value, key);
        if (found != nullptr && found->is_array()) return *found;
    }
    return kNone;
}

std::string text_of(const json& value, std::string_view now, std::string_view before) {
    const std::string text = string_member(value, now);
    return text.empty() ? string_member(value, before) : text;
}

bool is_required(const json& input) {
    return bool_member(input, "isRequired", bool_member(input, "is_required", false));
}

// What an Input stands for when nobody is asked: its fixed value, with the variables in it replaced
// by theirs, or its default. Names without a value go to `missing` if they are required.
std::optional<std::string> value_of(const json& input,
                                    const std::string& name,
                                    std::vector<std::string>& missing) {
    std::string text = string_member(input, "value");
    if (text.empty()) text = string_member(input, "default");
    if (text.empty()) {
        if (is_required(input)) missing.push_back(name);
        return std::nullopt;
    }
    const json* variables = find_member(input, "variables");
    if (variables == nullptr || !variables->is_object()) return text;
    return fill_braces(text, [&](const std::string& key) -> std::optional<std::string> {
        const json* variable = find_member(*variables, key);
        if (variable == nullptr) return std::nullopt;
        if (auto value = value_of(*variable, key, missing)) return value;
        return std::nullopt;
    });
}

struct Words {
    std::vector<std::string> words;
    std::vector<std::string> missing;
};

void add_argument(const json& argument, Words& out) {
    const std::string name = string_member(argument, "name");
    const std::string hint = text_of(argument, "valueHint", "value_hint");
    const bool named = string_member(argument, "type") == "named" && !name.empty();
    std::vector<std::string> missing;
    const auto value = value_of(argument, !name.empty() ? name : hint, missing);
    if (named) {
        // "name" is to have its dashes; entries without them mean long options.
        std::string option = name;
        if (!option.starts_with('-')) option.insert(0, "--");
        const bool flag = string_member(argument, "format") == "boolean";
        if (value && flag) {
            if (*value == "true") out.words.push_back(option);
        } else if (value) {
            out.words.push_back(option);
            out.words.push_back(*value);
        } else if (is_required(argument) && hint.empty() && missing.size() == 1 &&
                   missing.front() == name && find_member(argument, "description") == nullptr) {
            out.words.push_back(option);  // a switch without a value
            missing.clear();
        }
    } else if (value) {
        out.words.push_back(*value);
    }
    out.missing.insert(out.missing.end(), missing.begin(), missing.end());
}

class PackageReader {
  public:
    PackageReader(IndexEntry& entry, const json& package, std::string_view source)
        : entry_(entry), package_(package), source_(source) {}

    void read() {
        const std::string kind = lower_ascii(kind_of());
        const std::string name = text_of(package_, "identifier", "name");
        if (name.empty()) return;
        version_ = string_member(package_, "version");
        for (const json& argument : list_of(package_, "runtimeArguments", "runtime_arguments")) {
            add_argument(argument, runtime_);
        }
        for (const json& argument : list_of(package_, "packageArguments", "package_arguments")) {
            add_argument(argument, arguments_);
        }
        if (kind == "npm") return from_npm(name);
        if (kind == "pypi") return from_pypi(name);
        if (kind == "oci" || kind == "docker") return from_oci(name);
        if (kind == "nuget") return from_nuget(name);
        if (kind == "mcpb") {
            add_alias(entry_, "mcpb", name, evidence());
            entry_.no_way = "it comes as a bundle (mcpb), which is not fetched";
        }
    }

  private:
    std::string kind_of() const {
        const std::string kind = text_of(package_, "registryType", "registry_type");
        return kind.empty() ? string_member(package_, "registry_name") : kind;
    }
    std::string evidence() const {
        return fmt::format("server.json {} {}", entry_.name, entry_.version);
    }
    // An unexpanded "${VERSION}" of a repository's copy is none.
    std::string versioned(const std::string& name, std::string_view mark) const {
        const bool usable =
            !version_.empty() && version_.find_first_of("${}<> ") == std::string::npos;
        return usable ? name + std::string(mark) + version_ : name;
    }

    void from_npm(const std::string& name) {
        const auto package = parse_package(PackageKind::npm, name);
        if (!package) return;
        add_alias(entry_, "npm", package->name, evidence());
        std::vector<std::string> argv{"npx", "-y"};
        argv.push_back(package->version.empty() ? versioned(name, "@") : name);
        // Options of the server are found among those of the runner; npx gets only its own.
        constexpr std::array<std::string_view, 4> kOfNpx{"-y", "--yes", "-q", "--quiet"};
        for (const std::string& word : runtime_.words) {
            const bool of_npx = std::find(kOfNpx.begin(), kOfNpx.end(), word) != kOfNpx.end();
            const auto other = parse_package(PackageKind::npm, word);
            if (!of_npx && !(other && other->name == package->name)) argv.push_back(word);
        }
        add(std::move(argv));
    }

    void from_pypi(const std::string& name) {
        const auto package = parse_package(PackageKind::pypi, name);
        if (!package) return;
        add_alias(entry_, "pypi", package->name, evidence());
        runtime_.words.clear();  // of python itself, where the hint says so
        add({"uvx", package->version.empty() ? versioned(name, "@") : name});
    }

    void from_oci(const std::string& name) {
        const auto package = parse_package(PackageKind::oci, name);
        if (!package) return;
        add_alias(entry_, "oci", package->name, evidence());
        std::vector<std::string> argv{"docker", "run", "-i", "--rm"};
        for (const json& variable : variables()) {
            const std::string variable_name = string_member(variable, "name");
            if (!variable_name.empty()) argv.insert(argv.end(), {"-e", variable_name});
        }
        std::vector<std::string> words = runtime_.words;
        constexpr std::array<std::string_view, 4> kGiven{"run", "-i", "--rm", "--interactive"};
        for (const std::string_view given : kGiven) std::erase(words, given);
        argv.insert(argv.end(), words.begin(), words.end());
        argv.push_back(package->version.empty() ? versioned(name, ":") : name);
        add(std::move(argv));
    }

    void from_nuget(const std::string& name) {
        add_alias(entry_, "nuget", lower_ascii(name), evidence());
        add({"dnx", versioned(name, "@"), "--yes", "--"});
    }

    const json& variables() const {
        return list_of(package_, "environmentVariables", "environment_variables");
    }

    void add(std::vector<std::string> argv) {
        argv.insert(argv.end(), arguments_.words.begin(), arguments_.words.end());
        StdioTarget how{std::move(argv), {}, {}};
        IndexWay way;
        for (const json& variable : variables()) {
            const std::string name = string_member(variable, "name");
            if (name.empty()) continue;
            std::vector<std::string> missing;
            if (const auto value = value_of(variable, name, missing)) {
                how.env[name] = *value;
            } else if (!missing.empty()) {
                way.target.wanted.push_back(name);
            }
        }
        way.target.unresolved = runtime_.missing;
        way.target.unresolved.insert(
            way.target.unresolved.end(), arguments_.missing.begin(), arguments_.missing.end());
        way.target.how = std::move(how);
        way.target.version = version_ == "latest" ? "" : version_;
        add_way(entry_, std::move(way), source_);
    }

    IndexEntry& entry_;
    const json& package_;
    std::string_view source_;
    std::string version_;
    Words runtime_;
    Words arguments_;
};

void read_remote(IndexEntry& entry, const json& remote, std::string_view source) {
    const std::string url = string_member(remote, "url");
    if (url.empty()) return;
    std::vector<std::string> missing;
    const json* variables = find_member(remote, "variables");
    const std::string filled =
        fill_braces(url, [&](const std::string& key) -> std::optional<std::string> {
            const json* variable = variables == nullptr ? nullptr : find_member(*variables, key);
            std::vector<std::string> none;
            if (variable != nullptr) {
                if (auto value = value_of(*variable, key, none)) return value;
            }
            missing.push_back(key);
            return std::nullopt;
        });
    const std::string type = text_of(remote, "type", "transport_type");
    IndexWay way = http_way(filled, type);
    way.target.unresolved = missing;
    auto& http = std::get<HttpTarget>(way.target.how);
    for (const json& header : list_of(remote, "headers", "headers")) {
        const std::string name = string_member(header, "name");
        std::vector<std::string> wanted;
        // Only fixed text that is no secret: a sample key in an index opens nothing.
        const auto value = value_of(header, name, wanted);
        const bool secret =
            bool_member(header, "isSecret", bool_member(header, "is_secret", false));
        if (name.empty()) continue;
        if (value && !secret && is_plain_header(name, *value)) {
            http.headers.emplace_back(name, *value);
        } else if (is_required(header)) {
            way.target.wanted.push_back(name);
        }
    }
    if (missing.empty()) {
        add_alias(entry,
                  "endpoint",
                  url_id(filled),
                  fmt::format("server.json {} {}", entry.name, entry.version));
    }
    add_way(entry, std::move(way), source);
}

}  // namespace

Result<IndexEntry> read_server_json(const json& value, std::string_view source) {
    IndexEntry entry;
    entry.name = string_member(value, "name");
    if (entry.name.empty()) {
        return fail(ErrorCode::invalid_input, "a server.json without a name");
    }
    entry.title = string_member(value, "title");
    entry.description = string_member(value, "description");
    entry.version = string_member(value, "version");
    if (const json* detail = find_member(value, "version_detail"); detail != nullptr) {
        entry.version = string_member(*detail, "version");
    }
    const std::string evidence = fmt::format("server.json {} {}", entry.name, entry.version);
    for (const json& remote : list_of(value, "remotes", "remotes")) {
        read_remote(entry, remote, source);
    }
    for (const json& package : list_of(value, "packages", "packages")) {
        PackageReader(entry, package, source).read();
    }
    if (const json* repository = find_member(value, "repository"); repository != nullptr) {
        add_alias(entry,
                  "repository",
                  repository_value(string_member(*repository, "url"),
                                   string_member(*repository, "subfolder")),
                  evidence);
    }
    add_alias(entry, "registry", entry.name, evidence);
    return entry;
}

}  // namespace mcprisk::crawler

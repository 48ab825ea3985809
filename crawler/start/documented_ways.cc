#include "crawler/start/documented_ways.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "crawler/start/package_text.h"
#include "crawler/start/sample_value.h"
#include "crawler/start/smithery_way.h"
#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

using nlohmann::json;

constexpr std::size_t kWays = 7;
constexpr std::size_t kReadme = std::size_t{512} << 10;
constexpr std::size_t kArguments = 16;

void add_argument(StartWay& way,
                  const std::string& argument,
                  std::string_view flag_before,
                  std::string_view package) {
    if (way.arguments.size() >= kArguments) return;
    const auto equals = argument.find('=');
    const bool assigns =
        equals != std::string::npos && equals > 0 && argument.find_first_of("/:? ") > equals;
    if (assigns) {
        const std::string before = argument.substr(0, equals + 1);
        const std::string value = argument.substr(equals + 1);
        std::string name = before.substr(before.find_first_not_of('-'));
        name.pop_back();
        if (const std::string choice = first_sample(value); !choice.empty()) {
            way.arguments.push_back({before + choice, std::nullopt, {}, false});
            return;
        }
        const auto shape = sample_shape(value, name);
        way.arguments.push_back({shape ? before : argument, shape, shape ? name : "", false});
        return;
    }
    if (argument.starts_with("-")) {
        way.arguments.push_back({argument, std::nullopt, {}, false});
        return;
    }
    std::string name(
        flag_before.substr(std::min(flag_before.find_first_not_of('-'), flag_before.size())));
    if (auto made = composed_sample(argument, package)) {
        way.arguments.push_back({std::move(*made), std::nullopt, sample_name(argument), false});
        return;
    }
    const auto shape = sample_shape(argument, name);
    if (!shape) {
        way.arguments.push_back({argument, std::nullopt, {}, false});
    } else {
        way.arguments.push_back({{}, shape, name.empty() ? sample_name(argument) : name, false});
    }
}

void add_arguments(StartWay& way,
                   const std::vector<std::string>& arguments,
                   std::string_view package) {
    std::string_view before;
    for (const std::string& argument : arguments) {
        add_argument(way, argument, before, package);
        const bool takes_value = argument.starts_with("--") && argument != "--stdio" &&
                                 argument.find('=') == std::string::npos;
        before = takes_value ? std::string_view(argument) : std::string_view();
    }
}

void add_variable(StartWay& way, const std::string& name, std::string_view value) {
    if (name.empty() || name.size() > 80 || way.variables.size() >= kArguments) return;
    // How a runtime behaves is not the server's setting, and could run what it names.
    const std::string upper = name;
    for (const char* never :
         {"NODE_", "LD_", "DYLD_", "PYTHON", "BASH_ENV", "PATH", "HOME", "npm_"}) {
        if (upper.starts_with(never)) return;
    }
    const auto shape = value.empty() ? std::optional(shape_of(name)) : sample_shape(value, name);
    way.variables[name] =
        shape ? WayVariable{*shape, {}} : WayVariable{shape_of(name), std::string(value)};
}

bool names_package(std::string_view argument, std::string_view package) {
    if (!argument.starts_with(package)) return false;
    const std::string_view rest = argument.substr(package.size());
    return rest.empty() || rest.front() == '@';
}

void keep(std::vector<StartWay>& ways, StartWay way) {
    if (way.plain() || ways.size() >= kWays) return;
    if (std::find(ways.begin(), ways.end(), way) == ways.end()) ways.push_back(std::move(way));
}

// An object with "command" and "args", wherever it stands.
void read_entries(const json& value,
                  std::string_view package,
                  int depth,
                  std::vector<StartWay>& ways,
                  std::vector<StartWay>& others) {
    if (depth > 8 || !value.is_structured()) return;
    const json* args = find_member(value, "args");
    if (args != nullptr && args->is_array()) {
        std::vector<std::string> after;
        bool seen = false;
        bool by_option = false;  // "--package NAME": the program's name comes next
        std::string before;
        StartWay elsewhere;  // the variables of the same server in a container or from its sources
        for (const json& argument : *args) {
            if (!argument.is_string()) continue;
            const auto& text = argument.get_ref<const std::string&>();
            if (seen) {
                after.push_back(text);
            } else {
                seen = names_package(text, package);
                by_option = before == "-p" || before == "--package";
            }
            if (!seen && (before == "-e" || before == "--env")) {
                const auto equals = std::min(text.find('='), text.size());
                add_variable(elsewhere,
                             text.substr(0, equals),
                             std::string_view(text).substr(std::min(equals + 1, text.size())));
            }
            before = text;
        }
        if (!after.empty() && after.front() == "--") after.erase(after.begin());
        if (by_option && !after.empty()) after.erase(after.begin());
        if (seen) {
            StartWay way;
            add_arguments(way, after, package);
            if (const json* env = find_member(value, "env"); env != nullptr && env->is_object()) {
                for (const auto& [name, sample] : env->items()) {
                    add_variable(
                        way, name, sample.is_string() ? sample.get<std::string>() : std::string{});
                }
            }
            keep(ways, std::move(way));
        } else {
            if (const json* env = find_member(value, "env"); env != nullptr && env->is_object()) {
                for (const auto& [name, sample] : env->items()) {
                    add_variable(elsewhere,
                                 name,
                                 sample.is_string() ? sample.get<std::string>() : std::string{});
                }
            }
            keep(others, std::move(elsewhere));
        }
    }
    for (const json& inner : value) read_entries(inner, package, depth + 1, ways, others);
}

// "npx -y PACKAGE@latest --stdio --key=…": the words behind the package.
void read_command(std::string_view line, std::string_view package, std::vector<StartWay>& ways) {
    const auto at = line.find(package);
    if (at == std::string_view::npos || at == 0) return;
    const std::string_view before = line.substr(0, at);
    if (before.find("npx") == std::string_view::npos &&
        before.find("bunx") == std::string_view::npos &&
        before.find("dlx") == std::string_view::npos) {
        return;
    }
    std::vector<std::string> words;
    for (const std::string_view word : split(line.substr(at), ' ')) {
        if (word.empty()) continue;
        if (words.empty() && !names_package(word, package)) return;
        if (word == "\\" || word == "|" || word == "&&" || word == ">" || word == "#" ||
            word.find_first_of("`\"()*,") != std::string_view::npos) {
            break;
        }
        words.emplace_back(word);
        if (words.size() > kArguments) break;
    }
    if (words.size() < 2) return;
    words.erase(words.begin());
    StartWay way;
    add_arguments(way, words, package);
    keep(ways, std::move(way));
}

void read_server_arguments(const json& package, StartWay& way) {
    for (const char* list : {"packageArguments", "package_arguments"}) {
        const json* arguments = find_member(package, list);
        if (arguments == nullptr || !arguments->is_array()) continue;
        for (const json& argument : *arguments) {
            const std::string name = string_member(argument, "name");
            std::string value = string_member(argument, "value");
            if (value.empty()) value = string_member(argument, "default");
            std::string hint = string_member(argument, "valueHint");
            if (hint.empty()) hint = string_member(argument, "value_hint");
            const bool named = string_member(argument, "type") == "named";
            const bool required = bool_member(argument, "isRequired", false) ||
                                  bool_member(argument, "is_required", false);
            if (value.empty() && !required) continue;
            if (named && name.starts_with("-")) way.arguments.push_back({name, {}, {}, false});
            if (!value.empty() && value.find('{') == std::string::npos) {
                add_argument(way, value, named ? name : std::string_view(hint), {});
            } else if (!named || required) {
                const std::string called = !hint.empty() ? hint : name;
                way.arguments.push_back({{}, shape_of(called), sample_name(called), false});
            }
        }
    }
    for (const char* list : {"environmentVariables", "environment_variables"}) {
        const json* variables = find_member(package, list);
        if (variables == nullptr || !variables->is_array()) continue;
        for (const json& variable : *variables) {
            const bool required = bool_member(variable, "isRequired", false) ||
                                  bool_member(variable, "is_required", false) ||
                                  bool_member(variable, "isSecret", false);
            if (required) add_variable(way, string_member(variable, "name"), {});
        }
    }
}

}  // namespace

std::vector<StartWay> ways_of_readme(std::string_view raw, std::string_view package) {
    const std::string text = repair_utf8(raw.substr(0, kReadme));
    std::vector<StartWay> ways;
    std::vector<StartWay> commands;
    std::vector<StartWay> others;
    std::string block;
    bool inside = false;
    for (std::string_view line : split(text, '\n')) {
        const std::string_view trimmed = trim(line);
        if (trimmed.starts_with("```") || trimmed.starts_with("~~~")) {
            if (inside && block.find("args") != std::string::npos) {
                auto value = parse_jsonc(block);
                // Many show the inside of the object only.
                if (!value) value = parse_jsonc("{" + block + "}");
                if (value) read_entries(*value, package, 0, ways, others);
            }
            inside = !inside;
            block.clear();
            continue;
        }
        if (inside) {
            block += line;
            block += '\n';
        }
        read_command(trimmed, package, commands);
    }
    for (StartWay& way : commands) keep(ways, std::move(way));
    // How it is started in a container, or from its sources, at least names its variables.
    for (StartWay& way : others) keep(ways, std::move(way));
    return ways;
}

std::vector<StartWay> ways_of_manifest(std::string_view json_text) {
    std::vector<StartWay> ways;
    const auto value = parse_json(json_text);
    if (!value || !value->is_object()) return ways;
    if (const json* packages = find_member(*value, "packages");
        packages != nullptr && packages->is_array()) {
        for (const json& package : *packages) {
            StartWay way;
            read_server_arguments(package, way);
            keep(ways, std::move(way));
        }
    }
    const json* server = find_member(*value, "server");
    const json* start = server != nullptr ? find_member(*server, "mcp_config") : nullptr;
    if (start != nullptr) {
        StartWay way;
        std::vector<std::string> arguments;
        if (const json* args = find_member(*start, "args"); args != nullptr && args->is_array()) {
            for (const json& argument : *args) {
                const std::string text = argument.is_string() ? argument.get<std::string>() : "";
                // The program itself stands below ${__dirname}.
                if (!text.empty() && text.find("__dirname") == std::string::npos) {
                    arguments.push_back(text);
                }
            }
        }
        add_arguments(way, arguments, {});
        if (const json* env = find_member(*start, "env"); env != nullptr && env->is_object()) {
            for (const auto& [name, sample] : env->items()) {
                add_variable(way, name, sample.is_string() ? sample.get<std::string>() : "");
            }
        }
        keep(ways, std::move(way));
    }
    return ways;
}

StartWay way_of_program(std::string_view text, std::string_view package) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : std::string(package) + "-") {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
            word += lower_ascii(c);
            continue;
        }
        constexpr std::array<std::string_view, 5> kCommon{"mcp", "server", "api", "the", "npm"};
        if (word.size() >= 3 && std::find(kCommon.begin(), kCommon.end(), word) == kCommon.end()) {
            words.push_back(word);
        }
        word.clear();
    }
    StartWay own;
    StartWay others;
    constexpr std::string_view kMark = "process.env";
    for (auto at = text.find(kMark); at != std::string_view::npos; at = text.find(kMark, at + 1)) {
        std::string_view rest = text.substr(at + kMark.size(), 80);
        const auto begin = rest.find_first_not_of("?.[\"'");
        if (begin == 0 || begin == std::string_view::npos || begin > 4) continue;
        rest.remove_prefix(begin);
        const std::string_view name = rest.substr(
            0,
            std::min(rest.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"), rest.size()));
        if (name.size() < 4 || name.find('_') == std::string_view::npos) continue;
        const Shape shape = shape_of(name);
        const bool matters = shape == Shape::key || shape == Shape::url ||
                             shape == Shape::database || shape == Shape::email ||
                             shape == Shape::word || is_path(shape);
        if (!matters) continue;
        const std::string lower = lower_ascii(name);
        const bool shares = std::any_of(words.begin(), words.end(), [&](const std::string& one) {
            return lower.find(one) != std::string::npos;
        });
        const bool telling = is_secret_name(name) || shape == Shape::url || is_path(shape) ||
                             shape == Shape::database;
        if (shares) {
            add_variable(own, std::string(name), {});
        } else if (telling) {
            add_variable(others, std::string(name), {});
        }
    }
    return own.plain() ? others : own;
}

std::vector<StartWay> documented_ways(const std::string& directory, std::string_view package) {
    const std::string home = directory + "/node_modules/" + std::string(package) + "/";
    constexpr std::size_t kManifest = std::size_t{1} << 20;
    std::vector<StartWay> ways;
    for (const char* name : {"server.json", "manifest.json"}) {
        for (StartWay& way : ways_of_manifest(read_package_file(home + name, kManifest))) {
            keep(ways, std::move(way));
        }
    }
    keep(ways, way_of_smithery(read_package_file(home + "smithery.yaml", kManifest)));
    for (const char* name : {"README.md", "readme.md", "Readme.md"}) {
        const std::string text = read_package_file(home + name, kReadme);
        if (text.empty()) continue;
        for (StartWay& way : ways_of_readme(text, package)) keep(ways, std::move(way));
        break;
    }
    keep(ways, way_of_program(program_text(home), package));
    return ways;
}

}  // namespace mcprisk::crawler

#include "crawler/start/documented_ways.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <utility>

#include "crawler/start/smithery_way.h"
#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

using nlohmann::json;

constexpr std::size_t kWays = 7;
constexpr std::size_t kReadme = std::size_t{512} << 10;
constexpr std::size_t kArguments = 16;

bool is_word(std::string_view text) {
    return !text.empty() && text.size() <= 24 &&
           std::all_of(text.begin(), text.end(), [](unsigned char c) {
               return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '-' || c == '_' ||
                      c == ',' || c == '.';
           });
}

bool is_secret_name(std::string_view name) {
    const std::string text = lower_ascii(name);
    for (const char* word :
         {"key", "token", "secret", "password", "passwd", "pwd", "credential", "auth"}) {
        if (text.find(word) != std::string::npos) return true;
    }
    return false;
}

bool looks_made_up(std::string_view value) {
    const std::string text = lower_ascii(value);
    for (const char* sign :
         {"your",    "<",     ">",       "${",       "xxx",      "...",  "…",       "example",
          "replace", "/path", "path/to", "/users/",  "/home/",   "c:\\", "~/",      "my-",
          "{",       "here",  "abc123",  "username", "changeme", "todo", "absolute"}) {
        if (text.find(sign) != std::string::npos) return true;
    }
    return false;
}

bool is_path_like(std::string_view value) {
    return value.find('/') != std::string_view::npos ||
           value.find('\\') != std::string_view::npos || value.starts_with("~") ||
           value.starts_with(".");
}

Shape path_shape(std::string_view value, std::string_view name) {
    const auto ends = [&](std::string_view ending) { return lower_ascii(value).ends_with(ending); };
    if (ends(".json")) return Shape::json_file;
    if (ends(".yaml") || ends(".yml")) return Shape::yaml_file;
    if (ends(".pem") || ends(".key") || ends(".crt")) return Shape::pem_file;
    if (ends(".txt") || ends(".md") || ends(".db") || ends(".env") || ends(".sqlite")) {
        return Shape::file;
    }
    const Shape by_name = shape_of(name);
    return is_path(by_name) ? by_name : Shape::directory;
}

// The shape of a sample value, or nothing if it is meant as it stands.
std::optional<Shape> sample_shape(std::string_view value, std::string_view name) {
    const std::string text = lower_ascii(value);
    const auto scheme = text.find("://");
    if (scheme != std::string::npos && scheme < 24) {
        if (is_path(shape_of(name))) return shape_of(name);
        return text.starts_with("http") || text.starts_with("ws") ? Shape::url : Shape::database;
    }
    if (text == "true" || text == "false" || text == "stdio") return std::nullopt;
    if (is_path_like(value) && !value.starts_with("@")) return path_shape(value, name);
    if (is_word(value) && !is_secret_name(name) && !looks_made_up(value)) return std::nullopt;
    if (!text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
            return std::isdigit(c) != 0;
        })) {
        return is_secret_name(name) ? std::optional(Shape::key) : std::nullopt;
    }
    return shape_of(name.empty() ? value : name);
}

// "<vault-directory>" and "YOUR_API_KEY" name what they stand for.
std::string name_of(std::string_view value) {
    std::string out;
    for (const char c : value) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_') out += c;
        if (out.size() == 40) break;
    }
    return out.empty() ? "argument" : out;
}

// "(sandbox|production)" and "<a|b>": the first of them.
std::string first_choice(std::string_view value) {
    while (!value.empty() && (value.front() == '(' || value.front() == '<' || value.front() == '[')) {
        value.remove_prefix(1);
    }
    const auto bar = value.find('|');
    if (bar == std::string_view::npos || !is_word(value.substr(0, bar))) return {};
    return std::string(value.substr(0, bar));
}

// "YOUR_ACCOUNT_SID/YOUR_API_KEY:YOUR_API_SECRET": names in capitals with signs between them, each
// replaced by a value of its own. Nothing for a single name.
std::optional<std::string> composed(std::string_view sample, std::string_view package) {
    std::string out;
    std::size_t names = 0;
    for (std::size_t i = 0; i < sample.size();) {
        const auto is_of_name = [&](char c) {
            return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        };
        std::size_t end = i;
        while (end < sample.size() && is_of_name(sample[end])) ++end;
        if (end > i) {
            const std::string_view name = sample.substr(i, end - i);
            out += placeholder_value(shape_of(name), name, package);
            ++names;
            i = end;
        } else if (sample[i] == '/' || sample[i] == ':' || sample[i] == ',' || sample[i] == '@') {
            out += sample[i++];
        } else {
            return std::nullopt;
        }
    }
    if (names < 2) return std::nullopt;
    return out;
}

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
        if (const std::string choice = first_choice(value); !choice.empty()) {
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
    if (auto made = composed(argument, package)) {
        way.arguments.push_back({std::move(*made), std::nullopt, name_of(argument), false});
        return;
    }
    const auto shape = sample_shape(argument, name);
    if (!shape) {
        way.arguments.push_back({argument, std::nullopt, {}, false});
    } else {
        way.arguments.push_back({{}, shape, name.empty() ? name_of(argument) : name, false});
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
        before = takes_value
                     ? std::string_view(argument)
                     : std::string_view();
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

std::string read_file(const std::string& path, std::size_t most) {
    std::ifstream in(path, std::ios::binary);
    std::string text;
    if (!in) return text;
    text.resize(most);
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
    return text;
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
                way.arguments.push_back({{}, shape_of(called), name_of(called), false});
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
        if (word.size() >= 3 &&
            std::find(kCommon.begin(), kCommon.end(), word) == kCommon.end()) {
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
            0, std::min(rest.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"),
                        rest.size()));
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

namespace {

// The program text of a package, without what it depends on; bounded.
std::string program_text(const std::string& home) {
    namespace fs = std::filesystem;
    constexpr std::size_t kText = std::size_t{4} << 20;
    constexpr std::size_t kFiles = 300;
    std::vector<std::string> files;
    std::error_code error;
    const auto options = fs::directory_options::skip_permission_denied;
    for (fs::recursive_directory_iterator at(home, options, error), end; at != end && !error;
         at.increment(error)) {
        const std::string name = at->path().filename().string();
        if (name == "node_modules" || name == "test" || name == "tests") {
            at.disable_recursion_pending();
        } else if (name.ends_with(".js") || name.ends_with(".mjs") || name.ends_with(".cjs")) {
            if (at->is_regular_file(error)) files.push_back(at->path().string());
        }
        if (files.size() == kFiles) break;
    }
    std::sort(files.begin(), files.end());
    std::string text;
    for (const std::string& file : files) {
        if (text.size() >= kText) break;
        text += read_file(file, kText - text.size());
    }
    return text;
}

}  // namespace

std::vector<StartWay> documented_ways(const std::string& directory, std::string_view package) {
    const std::string home = directory + "/node_modules/" + std::string(package) + "/";
    constexpr std::size_t kManifest = std::size_t{1} << 20;
    std::vector<StartWay> ways;
    for (const char* name : {"server.json", "manifest.json"}) {
        for (StartWay& way : ways_of_manifest(read_file(home + name, kManifest))) {
            keep(ways, std::move(way));
        }
    }
    keep(ways, way_of_smithery(read_file(home + "smithery.yaml", kManifest)));
    for (const char* name : {"README.md", "readme.md", "Readme.md"}) {
        const std::string text = read_file(home + name, kReadme);
        if (text.empty()) continue;
        for (StartWay& way : ways_of_readme(text, package)) keep(ways, std::move(way));
        break;
    }
    keep(ways, way_of_program(program_text(home), package));
    return ways;
}

}  // namespace mcprisk::crawler

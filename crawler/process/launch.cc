#include "crawler/process/launch.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <system_error>

#include "crawler/process/program.h"
#include "model/base/json.h"
#include "model/base/regex.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string base_name(std::string_view path) {
    const auto slash = path.rfind('/');
    return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

// Names as npm allows them today, and older ones with capitals. No path can hide in such a name.
bool is_package_name(std::string_view name) {
    static const auto pattern =
        Regex::compile(R"(^(@[a-z0-9~][a-z0-9._~-]*/)?[a-z0-9~][a-z0-9._~-]*$)");
    return name.size() <= 214 && pattern && pattern->matches(name);
}

bool is_version_word(std::string_view version) {
    static const auto pattern = Regex::compile(R"(^[a-z0-9^~<>=*x][a-z0-9.^~<>=*x +|_-]*$)");
    return version.empty() || (version.size() <= 100 && pattern && pattern->matches(version));
}

bool split_spec(std::string_view spec, PackageCommand& out) {
    const auto at = spec.find('@', 1);
    out.package = spec.substr(0, at);
    out.version = at == std::string_view::npos ? std::string_view{} : spec.substr(at + 1);
    return is_package_name(out.package) && is_version_word(out.version);
}

Result<json> read_package_json(const std::string& file) {
    constexpr std::size_t kLongest = std::size_t{4} << 20;
    std::ifstream in(file, std::ios::binary);
    std::string text;
    if (in) {
        text.resize(kLongest);
        in.read(text.data(), static_cast<std::streamsize>(text.size()));
        text.resize(static_cast<std::size_t>(in.gcount()));
    }
    if (text.empty()) {
        return fail(ErrorCode::not_found, fmt::format("reading {}: there is no such file", file));
    }
    auto value = parse_json(text);
    if (!value) return fail(value.error().context("reading " + file));
    return value;
}

// Nobody but root and the caller can change it.
bool only_ours(const std::string& file) {
    struct stat info {};
    if (stat(file.c_str(), &info) != 0) return false;
    return (info.st_uid == 0 || info.st_uid == geteuid()) && (info.st_mode & S_IWOTH) == 0;
}

std::string unscoped(const std::string& package) { return base_name(package); }

// How much the name of a program sounds like an MCP server that speaks on stdin; 0: not at all.
int server_sound(std::string_view name) {
    struct Sound {
        std::string_view word;
        int score;
    };
    constexpr std::array<Sound, 7> kSounds{{{"mcp", 8},
                                            {"stdio", 4},
                                            {"server", 2},
                                            {"http", -3},
                                            {"sse", -3},
                                            {"setup", -6},
                                            {"auth", -6}}};
    int score = 0;
    for (const Sound& sound : kSounds) {
        if (name.find(sound.word) != std::string_view::npos) score += sound.score;
    }
    return score;
}

// The program whose name sounds most like a server; none if that is not one alone.
std::map<std::string, std::string>::const_iterator likely_program(
    const std::map<std::string, std::string>& programs) {
    auto best = programs.end();
    bool alone = false;
    for (auto at = programs.begin(); at != programs.end(); ++at) {
        const int score = server_sound(at->first);
        const int most = best == programs.end() ? 0 : server_sound(best->first);
        if (score > most) {
            best = at;
            alone = true;
        } else if (score == most && best != programs.end()) {
            // Two names for one file are one program.
            alone = alone && at->second == best->second;
        }
    }
    return alone ? best : programs.end();
}

// The file that the package is when it is imported, if it needs a library for MCP servers.
std::string main_server_file(const json& manifest) {
    const json* needs = find_member(manifest, "dependencies");
    bool serves = false;
    if (needs != nullptr && needs->is_object()) {
        for (const auto& [name, version] : needs->items()) {
            serves = serves || name.find("modelcontextprotocol") != std::string::npos ||
                     name.find("mcp") != std::string::npos;
        }
    }
    if (!serves) return {};
    const json* exports = find_member(manifest, "exports");
    if (exports != nullptr && exports->is_object()) {
        if (const json* self = find_member(*exports, ".")) exports = self;
    }
    for (int depth = 0; depth < 4 && exports != nullptr && exports->is_object(); ++depth) {
        const json* next = nullptr;
        for (const char* kind : {"node", "import", "default", "require"}) {
            if (next == nullptr) next = find_member(*exports, kind);
        }
        exports = next;
    }
    if (exports != nullptr && exports->is_string()) return exports->get<std::string>();
    const std::string file = string_member(manifest, "main");
    return file.empty() ? "index.js" : file;
}

}  // namespace

bool is_exact_version(std::string_view version) {
    static const auto pattern = Regex::compile(R"(^[0-9]+\.[0-9]+\.[0-9]+([-+][a-z0-9.+-]+)?$)");
    return pattern && pattern->matches(version);
}

std::optional<PackageCommand> read_package_command(const std::vector<std::string>& argv) {
    if (argv.empty()) return std::nullopt;
    const std::string program = base_name(argv.front());
    // "./npx" is a program of a project.
    if (program != argv.front() && !argv.front().starts_with('/')) return std::nullopt;
    std::size_t i = 1;
    if (program == "npm") {
        if (argv.size() < 2 || (argv[1] != "exec" && argv[1] != "x")) return std::nullopt;
        i = 2;
    } else if (program != "npx") {
        return std::nullopt;
    }
    std::string package;
    for (; i < argv.size() && argv[i].starts_with('-'); ++i) {
        const std::string& option = argv[i];
        if (option == "--") {
            ++i;
            break;
        }
        if (option == "-y" || option == "--yes" || option == "-q" || option == "--quiet" ||
            option == "--silent" || option == "--prefer-offline" || option == "--prefer-online" ||
            option == "--ignore-scripts") {
            continue;
        }
        std::string value;
        if ((option == "-p" || option == "--package") && i + 1 < argv.size()) {
            value = argv[++i];
        } else if (option.starts_with("--package=")) {
            value = option.substr(option.find('=') + 1);
        } else {
            return std::nullopt;
        }
        if (!package.empty()) return std::nullopt;
        package = value;
    }
    PackageCommand result;
    if (package.empty()) {
        if (i >= argv.size()) return std::nullopt;
        package = argv[i++];
    } else {
        if (i < argv.size() && argv[i] == "--") ++i;
        if (i >= argv.size()) return std::nullopt;
        result.command = argv[i++];
    }
    if (program == "npm" && i < argv.size() && argv[i] == "--") ++i;
    if (!split_spec(package, result)) return std::nullopt;
    result.arguments.assign(argv.begin() + static_cast<std::ptrdiff_t>(i), argv.end());
    return result;
}

Result<std::string> read_view_output(std::string_view text) {
    const auto value = parse_json(trim(text));
    if (!value) return fail(value.error().context("reading the version that npm printed"));
    const json* version = &*value;
    if (version->is_array() && !version->empty()) version = &version->back();
    if (!version->is_string() || !is_exact_version(version->get_ref<const std::string&>())) {
        return fail(ErrorCode::invalid_input, "npm printed no version");
    }
    return version->get<std::string>();
}

Result<PackageProgram> find_package_program(const std::string& directory,
                                            const PackageCommand& package) {
    const std::string home = directory + "/node_modules/" + package.package;
    const auto manifest = read_package_json(home + "/package.json");
    if (!manifest) return fail(manifest.error());
    std::map<std::string, std::string> programs;
    if (const json* bin = find_member(*manifest, "bin"); bin != nullptr && bin->is_string()) {
        programs[unscoped(package.package)] = bin->get<std::string>();
    } else if (bin != nullptr && bin->is_object()) {
        for (const auto& [name, file] : bin->items()) {
            if (file.is_string()) programs[name] = file.get<std::string>();
        }
    }
    std::string why_chosen;
    if (programs.empty() && package.command.empty()) {
        const std::string file = main_server_file(*manifest);
        std::error_code error;
        if (!file.empty() && fs::is_regular_file(fs::path(home) / file, error)) {
            programs[unscoped(package.package)] = file;
            why_chosen = "its main file, since it has no program";
        }
    }
    if (programs.empty()) {
        return fail(
            ErrorCode::not_found,
            fmt::format("{} has no program to start: its package.json has no \"bin\"; it may "
                        "be a library, see its documentation",
                        package.package));
    }
    auto chosen = programs.find(package.command.empty() ? unscoped(package.package)
                                                        : base_name(package.command));
    if (chosen == programs.end() && package.command.empty()) {
        const bool same = std::all_of(programs.begin(), programs.end(), [&](const auto& entry) {
            return entry.second == programs.begin()->second;
        });
        chosen = same ? programs.begin() : programs.end();
        if (!same && likely_program(programs) != programs.end()) {
            chosen = programs.find(likely_program(programs)->first);
            why_chosen = fmt::format("program {} of its {}", chosen->first, programs.size());
        }
    }
    if (chosen == programs.end()) {
        std::string names;
        for (const auto& [name, file] : programs) names += (names.empty() ? "" : ", ") + name;
        return fail(
            ErrorCode::ambiguous,
            fmt::format("{} has {}several programs ({}); name one: npx -p {} NAME",
                        package.package,
                        package.command.empty() ? "" : "no program " + package.command + " but ",
                        names,
                        package.package));
    }
    std::error_code error;
    const fs::path root = fs::canonical(directory, error);
    const fs::path entry =
        error ? fs::path{} : fs::canonical(fs::path(home) / chosen->second, error);
    // Never out of the package: its author chose this path.
    if (error || !entry.string().starts_with(root.string() + "/")) {
        return fail(ErrorCode::not_found,
                    fmt::format("{} names {} as its program, which it does not bring",
                                package.package,
                                chosen->second));
    }
    PackageProgram program;
    program.version = string_member(*manifest, "version");
    program.chosen = why_chosen;
    const std::string interpreter = script_interpreter(entry.string());
    std::array<char, 4> magic{};
    std::ifstream(entry, std::ios::binary).read(magic.data(), magic.size());
    const bool binary = std::string_view(magic.data(), magic.size()) ==
                        "\x7f"
                        "ELF";
    const bool other = !interpreter.empty() && base_name(interpreter) != "node";
    if (binary || other) {
        program.argv = {entry.string()};
    } else {
        program.argv = {"node", entry.string()};
    }
    return program;
}

bool fetches_at_start(std::string_view program) {
    constexpr std::array<std::string_view, 9> kRunners{
        "npx", "npm", "uvx", "uv", "pipx", "bunx", "pnpm", "yarn", "pnpx"};
    return std::find(kRunners.begin(), kRunners.end(), base_name(program)) != kRunners.end();
}

std::optional<std::string> container_runtime(std::string_view program,
                                             std::string_view path,
                                             const std::string& project) {
    const std::string name = base_name(program);
    if (name != "docker" && name != "podman" && name != "nerdctl") return std::nullopt;
    auto found = find_program(name, path);
    if (!found || (program != name && program != *found)) return std::nullopt;
    std::error_code error;
    const fs::path real = fs::canonical(*found, error);
    const std::string around = fs::weakly_canonical(project, error).string();
    const auto below = [&](const fs::path& file) {
        return !project.empty() && file.string().starts_with(around + "/");
    };
    if (error || below(*found) || below(real)) return std::nullopt;
    for (const fs::path& file : {real, real.parent_path(), fs::path(*found).parent_path()}) {
        if (!only_ours(file.string())) return std::nullopt;
    }
    return std::move(*found);
}

}  // namespace mcprisk::crawler

#include "crawler/process/program.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "crawler/process/process.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

namespace fs = std::filesystem;

// 0 if `file` can be executed, else why not.
int cannot_execute(const std::string& file) {
    struct stat info {};
    if (stat(file.c_str(), &info) != 0) return errno;
    if (S_ISDIR(info.st_mode)) return EISDIR;
    return access(file.c_str(), X_OK) == 0 ? 0 : errno;
}

std::string what_to_do(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kInstall{{
        {"npx", "install Node.js (package npm)"},
        {"npm", "install Node.js (package npm)"},
        {"node", "install Node.js (package nodejs)"},
        {"uvx", "install uv, or Python with pip"},
        {"uv", "install uv, or Python with pip"},
        {"pipx", "install pipx"},
        {"python", "install Python, or try python3"},
        {"python3", "install Python"},
        {"docker", "install Docker, or try podman"},
        {"podman", "install Podman"},
        {"bunx", "install Bun"},
        {"bun", "install Bun"},
        {"deno", "install Deno"},
        {"bwrap", "install bubblewrap, or start without it: --sandbox none"},
    }};
    for (const auto& [program, advice] : kInstall) {
        if (program == name) return std::string(advice);
    }
    return name.find('/') == std::string_view::npos
               ? "check the spelling, install it, or give its full path"
               : "check the path";
}

tl::unexpected<Error> not_there(std::string_view name, int error) {
    return fail(error == ENOENT || error == ENOTDIR ? ErrorCode::not_found : ErrorCode::io,
                fmt::format("starting {}: {}; {}",
                            name,
                            error == ENOENT && name.find('/') == std::string_view::npos
                                ? "no such command in PATH"
                                : std::generic_category().message(error),
                            what_to_do(name)));
}

}  // namespace

std::map<std::string, std::string> base_environment() {
    constexpr std::array<const char*, 6> kNames{"HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER"};
    std::map<std::string, std::string> environment;
    for (const char* name : kNames) {
        if (const char* value = std::getenv(name)) environment.emplace(name, value);
    }
    return environment;
}

Result<std::string> find_program(std::string_view name, std::string_view path) {
    if (name.empty()) return not_there("an empty command", ENOENT);
    if (name.find('/') != std::string_view::npos) {
        std::error_code error;
        const fs::path absolute = fs::absolute(fs::path(name), error);
        if (error) return not_there(name, error.value());
        std::string file = absolute.lexically_normal().string();
        if (const int why = cannot_execute(file)) return not_there(name, why);
        return file;
    }
    int worst = ENOENT;
    for (const std::string_view directory : split(path, ':')) {
        // An empty entry would mean the current directory: never run what lies around there.
        if (!directory.starts_with('/')) continue;
        std::string file = fmt::format("{}/{}", directory, name);
        const int why = cannot_execute(file);
        if (why == 0) return file;
        if (why == EACCES) worst = EACCES;
    }
    return not_there(name, worst);
}

void die_with_us(ProcessSpec& spec) {
    const auto wrapper = find_program("setpriv", "/usr/bin:/bin");
    if (!wrapper) return;
    spec.argv.insert(spec.argv.begin(), {*wrapper, "--pdeathsig", "KILL", "--"});
}

std::string script_interpreter(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    std::array<char, 256> buffer{};
    in.read(buffer.data(), buffer.size());
    std::string_view text(buffer.data(), static_cast<std::size_t>(in.gcount()));
    if (!text.starts_with("#!")) return {};
    text =
        text.substr(2, text.find('\n') == std::string_view::npos ? text.npos : text.find('\n') - 2);
    bool env = false;
    for (const std::string_view piece : split(trim(text), ' ')) {
        const std::string_view word = trim(piece);
        if (word.empty()) continue;
        if (!env) {
            if (!word.ends_with("/env")) return std::string(word);
            env = true;
        } else if (!word.starts_with('-') && word.find('=') == std::string_view::npos) {
            return std::string(word);
        }
    }
    return {};
}

std::string absolute_argument(const std::string& argument, bool typed) {
    if (argument.empty() || argument.front() == '-' || argument.front() == '/') return argument;
    std::error_code error;
    const bool says_path = argument == "." || argument == ".." || argument.starts_with("./") ||
                           argument.starts_with("../");
    const bool any_kind = says_path || typed;
    if (!(any_kind ? fs::exists(argument, error) : fs::is_regular_file(argument, error))) {
        return argument;
    }
    const fs::path absolute = fs::absolute(argument, error);
    return error ? argument : absolute.lexically_normal().string();
}

}  // namespace mcprisk::crawler

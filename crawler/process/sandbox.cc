#include "crawler/process/sandbox.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

#include "crawler/process/program.h"

namespace mcprisk::crawler {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTmpfsBytes = "268435456";

bool is_within(std::string_view path, std::string_view directory) {
    if (directory == "/") return true;
    return path == directory || (path.starts_with(directory) && path.size() > directory.size() &&
                                 path[directory.size()] == '/');
}

// Places that are the system itself, or hold what others left: nothing is shown of these as a
// whole.
bool is_too_wide(const std::string& path, const std::string& home) {
    constexpr std::array<std::string_view, 14> kNever{"/",
                                                      "/tmp",
                                                      "/home",
                                                      "/root",
                                                      "/etc",
                                                      "/var",
                                                      "/var/tmp",
                                                      "/var/lib",
                                                      "/boot",
                                                      "/mnt",
                                                      "/media",
                                                      "/srv",
                                                      "/opt",
                                                      "/usr"};
    if (std::find(kNever.begin(), kNever.end(), path) != kNever.end()) return true;
    return !home.empty() && is_within(home, path);
}

bool is_off_limits(const std::string& path) {
    return is_within(path, "/proc") || is_within(path, "/sys") || is_within(path, "/dev") ||
           is_within(path, "/run") || is_within(path, "/var/run");
}

// A file or directory, and nothing that can be talked to.
void show(SandboxPlan& plan, const fs::path& given, const std::string& home) {
    const std::string path = given.lexically_normal().string();
    if (path.empty() || path.front() != '/' || is_off_limits(path)) return;
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (error) return;
    if (fs::is_directory(status)) {
        std::string trimmed = path;
        while (trimmed.size() > 1 && trimmed.back() == '/') trimmed.pop_back();
        // What a link leads to is judged as well.
        const std::string real = fs::canonical(trimmed, error).string();
        if (error || is_off_limits(real)) return;
        auto& list = is_too_wide(trimmed, home) || is_too_wide(real, home) ? plan.empty_directories
                                                                           : plan.readable;
        list.push_back(trimmed);
    } else if (fs::is_regular_file(status)) {
        plan.readable.push_back(path);
    }
}

bool holds_python(const fs::path& prefix) {
    // Packages that a user installed for a Python from elsewhere lie beside much that is private.
    if (prefix.filename() == ".local") return false;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(prefix / "lib", error)) {
        if (entry.path().filename().string().starts_with("python3")) return true;
    }
    return false;
}

// The tree a program is installed in: a Node.js or Python of one's own, or the directory it lies
// in.
void show_program(SandboxPlan& plan, const fs::path& file, const std::string& home) {
    const fs::path directory = file.parent_path();
    const fs::path prefix = directory.parent_path();
    std::error_code error;
    // Shims of a version manager lead into the tree beside them.
    const bool runtime = directory.filename() == "shims" ||
                         (directory.filename() == "bin" &&
                          (fs::exists(prefix / "lib" / "node_modules", error) ||
                           fs::exists(prefix / "include" / "node", error) ||
                           fs::exists(prefix / "pyvenv.cfg", error) || holds_python(prefix)));
    if (runtime && !is_too_wide(prefix.string(), home)) {
        show(plan, prefix, home);
    } else if (!is_too_wide(directory.string(), home)) {
        show(plan, directory, home);
    } else {
        show(plan, file, home);
    }
}

void show_with_links(SandboxPlan& plan, const std::string& file, const std::string& home) {
    show_program(plan, file, home);
    std::error_code error;
    const fs::path real = fs::canonical(file, error);
    if (!error && real != file) show_program(plan, real, home);
}

}  // namespace

HostLayout read_host_layout() {
    constexpr std::array<const char*, 6> kTop{
        "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"};
    constexpr std::array<const char*, 21> kShown{"/usr",
                                                 "/nix/store",
                                                 "/gnu/store",
                                                 "/etc/alternatives",
                                                 "/etc/ca-certificates",
                                                 "/etc/fonts",
                                                 "/etc/group",
                                                 "/etc/host.conf",
                                                 "/etc/hosts",
                                                 "/etc/ld.so.cache",
                                                 "/etc/ld.so.conf",
                                                 "/etc/ld.so.conf.d",
                                                 "/etc/localtime",
                                                 "/etc/mime.types",
                                                 "/etc/nsswitch.conf",
                                                 "/etc/passwd",
                                                 "/etc/pki",
                                                 "/etc/protocols",
                                                 "/etc/services",
                                                 "/etc/ssl/certs",
                                                 "/etc/ssl/openssl.cnf"};
    HostLayout host;
    std::error_code error;
    for (const char* path : kTop) {
        if (fs::is_symlink(path, error)) {
            host.links.emplace_back(path, fs::read_symlink(path, error).string());
        } else if (fs::is_directory(path, error)) {
            host.paths.emplace_back(path);
        }
    }
    for (const char* path : kShown) {
        if (fs::exists(path, error)) host.paths.emplace_back(path);
    }
    return host;
}

SandboxPlan probe_plan() {
    SandboxPlan plan;
    plan.argv = {"/usr/bin/env", "true"};
    return plan;
}

std::vector<std::string> bubblewrap_argv(const std::string& bwrap,
                                         const HostLayout& host,
                                         const SandboxPlan& plan) {
    std::vector<std::string> argv{bwrap};
    const auto add = [&](std::initializer_list<std::string_view> words) {
        argv.insert(argv.end(), words.begin(), words.end());
    };
    add({"--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-uts"});
    add({"--unshare-cgroup-try", "--hostname", "mcprisk"});
    if (!plan.network) add({"--unshare-net"});
    add({"--die-with-parent", "--new-session", "--cap-drop", "ALL"});
    add({"--proc", "/proc", "--dev", "/dev"});
    for (const auto& [path, target] : host.links) add({"--symlink", target, path});
    for (const std::string& path : host.paths) add({"--ro-bind", path, path});
    if (plan.network) add({"--ro-bind-try", "/etc/resolv.conf", "/etc/resolv.conf"});
    add({"--size", kTmpfsBytes, "--tmpfs", "/tmp"});
    add({"--size", kTmpfsBytes, "--tmpfs", kSandboxHome});
    // Outer directories first, so that none hides what was mounted in it before.
    std::vector<std::pair<std::string, std::string>> mounts;
    for (const std::string& path : plan.empty_directories) mounts.emplace_back(path, "--dir");
    for (const std::string& path : plan.readable) mounts.emplace_back(path, "--ro-bind");
    const bool show_work = !plan.working_directory.empty() &&
                           std::find(plan.empty_directories.begin(),
                                     plan.empty_directories.end(),
                                     plan.working_directory) == plan.empty_directories.end();
    if (show_work) {
        mounts.emplace_back(plan.working_directory, "--ro-bind");
    }
    for (const std::string& path : plan.writable) mounts.emplace_back(path, "--bind");
    std::stable_sort(mounts.begin(), mounts.end(), [](const auto& a, const auto& b) {
        return a.first < b.first;
    });
    mounts.erase(std::unique(mounts.begin(), mounts.end()), mounts.end());
    for (const auto& [path, option] : mounts) {
        const bool system =
            std::any_of(host.paths.begin(), host.paths.end(), [&](const std::string& top) {
                return is_within(path, top);
            });
        if (system) continue;
        if (option == "--dir") {
            add({option, path});
        } else {
            add({option, path, path});
        }
    }
    const std::string work = std::string(kSandboxHome) + "/work";
    if (plan.working_directory.empty()) {
        add({"--dir", work, "--chdir", work});
    } else {
        add({"--chdir", plan.working_directory});
    }
    add({"--"});
    argv.insert(argv.end(), plan.argv.begin(), plan.argv.end());
    return argv;
}

void show_command(SandboxPlan& plan, const std::string& path, const std::string& home) {
    if (!plan.working_directory.empty()) show(plan, plan.working_directory, home);
    const std::string& program = plan.argv.front();
    show_with_links(plan, program, home);
    const auto show_interpreter = [&](const std::string& file) {
        const std::string name = script_interpreter(file);
        if (name.empty()) return;
        if (const auto interpreter = find_program(name, path)) {
            show_with_links(plan, *interpreter, home);
        }
    };
    show_interpreter(program);
    for (std::size_t i = 1; i < plan.argv.size(); ++i) {
        std::string_view argument = plan.argv[i];
        // "--root=/data" and "-c/data" name a path too.
        if (argument.starts_with('-')) {
            const auto slash = argument.find('/');
            if (slash == std::string_view::npos) continue;
            argument.remove_prefix(slash);
        }
        if (!argument.starts_with('/')) continue;
        show(plan, fs::path(argument), home);
        std::error_code error;
        // A script has its modules beside it.
        if (i == 1 && fs::is_regular_file(argument, error)) {
            const fs::path beside = fs::path(argument).parent_path();
            if (!is_too_wide(beside.string(), home)) show(plan, beside, home);
        }
    }
}

std::map<std::string, std::string> sandbox_environment(
    std::map<std::string, std::string> environment,
    const std::map<std::string, std::string>& configured) {
    const std::array<std::pair<std::string, std::string>, 4> kOurs{{
        {"HOME", std::string(kSandboxHome)},
        {"USER", "mcprisk"},
        {"LOGNAME", "mcprisk"},
        {"SHELL", "/bin/sh"},
    }};
    for (const auto& [name, value] : kOurs) {
        if (!configured.contains(name)) environment[name] = value;
    }
    return environment;
}

}  // namespace mcprisk::crawler

#include "crawler/process/sandbox.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

#include "crawler/process/process.h"
#include "crawler/process/program.h"
#include "crawler/process/seccomp_filter.h"

namespace mcprisk::crawler {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTmpfsBytes = "268435456";
constexpr std::string_view kShmBytes = "67108864";

// What enclose() hands to bubblewrap, in this order, from descriptor 3 on.
constexpr std::string_view kFilterFd = "3";
constexpr std::string_view kVariablesFd = "4";
constexpr std::string_view kPasswdFd = "5";
constexpr std::string_view kGroupFd = "6";

constexpr std::string_view kPasswd =
    "root:x:0:0:root:/root:/bin/sh\n"
    "mcprisk:x:1000:1000::/home/mcprisk:/bin/sh\n"
    "nobody:x:65534:65534:nobody:/nonexistent:/bin/sh\n";
constexpr std::string_view kGroup = "root:x:0:\nmcprisk:x:1000:\nnogroup:x:65534:\n";

bool is_within(std::string_view path, std::string_view directory) {
    if (directory == "/") return true;
    return path == directory || (path.starts_with(directory) && path.size() > directory.size() &&
                                 path[directory.size()] == '/');
}

bool is_of_system(const HostLayout& host, std::string_view path) {
    return std::any_of(host.paths.begin(), host.paths.end(), [&](const std::string& top) {
        return is_within(path, top);
    });
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
    std::string trimmed = path;
    while (trimmed.size() > 1 && trimmed.back() == '/') trimmed.pop_back();
    // What a link leads to is judged as well.
    const std::string real = fs::canonical(trimmed, error).string();
    if (error || is_off_limits(real)) return;
    if (fs::is_directory(status)) {
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

// Packages of a workspace stand in node_modules as links to their folders.
void show_linked_packages(SandboxPlan& plan,
                          const fs::path& modules,
                          const std::string& root,
                          const std::string& home) {
    std::size_t most = 10'000;
    const auto look = [&](const fs::path& folder, auto&& again) -> void {
        std::error_code error;
        for (fs::directory_iterator at(folder, error), end; at != end && !error && most > 0;
             at.increment(error), --most) {
            const bool scope = at->path().filename().string().starts_with('@');
            if (at->is_symlink(error)) {
                const std::string real = fs::canonical(at->path(), error).string();
                if (!error && is_within(real, root) && real != root) show(plan, real, home);
                error.clear();
            } else if (scope && folder == modules) {
                again(at->path(), again);
            }
        }
    };
    look(modules, look);
}

// What a script's own resolution of modules sees: the package it belongs to, and the node_modules
// of every folder above it. Nothing outside of `below`, if that is given.
void show_package_roots(SandboxPlan& plan,
                        const fs::path& script,
                        const std::string& home,
                        const std::string& below) {
    bool inside_package = false;
    for (fs::path at = script.parent_path(); at.has_relative_path(); at = at.parent_path()) {
        const std::string folder = at.string();
        if (is_too_wide(folder, home) || is_off_limits(folder)) return;
        if (!below.empty() && !lies_in(folder, below)) return;
        std::error_code error;
        const bool root = fs::exists(at / "package.json", error) ||
                          fs::exists(at / "pyproject.toml", error) ||
                          fs::exists(at / "setup.py", error);
        if (root && !inside_package) {
            show(plan, at, home);
            inside_package = true;
        } else if (root) {
            show(plan, at / "package.json", home);
        }
        const fs::path modules = at / "node_modules";
        if (!fs::is_directory(modules, error)) continue;
        show(plan, modules, home);
        show_linked_packages(plan, modules, folder, home);
    }
}

}  // namespace

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
    // For root too: within, it is somebody without rights over the machine.
    add({"--unshare-user", "--uid", "1000", "--gid", "1000"});
    add({"--unshare-ipc", "--unshare-pid", "--unshare-uts"});
    add({"--unshare-cgroup-try", "--hostname", "mcprisk"});
    if (!plan.network) add({"--unshare-net"});
    add({"--die-with-parent", "--new-session", "--cap-drop", "ALL"});
    add({"--seccomp", kFilterFd, "--args", kVariablesFd});
    add({"--proc", "/proc", "--dev", "/dev", "--size", kShmBytes, "--tmpfs", "/dev/shm"});
    add({"--remount-ro", "/dev"});
    for (const std::string& path : host.masked_files) add({"--ro-bind", "/dev/null", path});
    for (const std::string& path : host.masked_directories) {
        add({"--tmpfs", path, "--remount-ro", path});
    }
    // Root's /proc/sys belongs to root whatever namespace it is in.
    add({"--remount-ro", "/proc"});
    for (const auto& [path, target] : host.links) add({"--symlink", target, path});
    for (const std::string& path : host.paths) add({"--ro-bind", path, path});
    add({"--ro-bind-data", kPasswdFd, "/etc/passwd", "--ro-bind-data", kGroupFd, "/etc/group"});
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
        if (is_of_system(host, path)) continue;
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
    for (const std::string& path : plan.hidden) add({"--ro-bind", "/dev/null", path});
    add({"--remount-ro", "/", "--"});
    argv.insert(argv.end(), plan.argv.begin(), plan.argv.end());
    return argv;
}

void show_command(SandboxPlan& plan,
                  const std::string& path,
                  const std::string& home,
                  const NamedPaths& named) {
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
    std::error_code error;
    // A program of a project, as its own script or one that it installed.
    if (named.shown && !script_interpreter(program).empty()) {
        const fs::path real = fs::canonical(program, error);
        if (!error) show_package_roots(plan, real, home, named.below);
    }
    if (!named.shown) return;
    for (std::size_t i = 1; i < plan.argv.size(); ++i) {
        std::string_view argument = plan.argv[i];
        // "--root=/data" and "-c/data" name a path too.
        if (argument.starts_with('-')) {
            const auto slash = argument.find('/');
            if (slash == std::string_view::npos) continue;
            argument.remove_prefix(slash);
        }
        if (!argument.starts_with('/')) continue;
        if (!named.below.empty() && !lies_in(std::string(argument), named.below)) continue;
        show(plan, fs::path(argument), home);
        // A script has its modules beside it, or above.
        if (i == 1 && fs::is_regular_file(argument, error)) {
            const fs::path script = fs::path(argument).lexically_normal();
            if (!is_too_wide(script.parent_path().string(), home)) {
                show(plan, script.parent_path(), home);
            }
            show_package_roots(plan, script, home, named.below);
            const fs::path real = fs::canonical(script, error);
            if (!error && real != script) show_package_roots(plan, real, home, named.below);
        }
    }
}

bool lies_in(const std::string& path, const std::string& directory) {
    std::error_code error;
    const fs::path real = fs::weakly_canonical(path, error);
    if (error) return false;
    const fs::path around = fs::weakly_canonical(directory, error);
    return !error && is_within(real.string(), around.string());
}

void find_hidden(SandboxPlan& plan, const HostLayout& host, std::size_t most) {
    std::vector<std::string> roots = plan.readable;
    if (!plan.working_directory.empty() &&
        std::find(plan.empty_directories.begin(),
                  plan.empty_directories.end(),
                  plan.working_directory) == plan.empty_directories.end()) {
        roots.push_back(plan.working_directory);
    }
    std::sort(roots.begin(), roots.end());
    roots.erase(std::unique(roots.begin(), roots.end()), roots.end());
    std::string_view done;
    for (const std::string& root : roots) {
        // Sorted, so that a tree comes before what lies in it.
        if (!done.empty() && is_within(root, done)) continue;
        if (is_of_system(host, root)) continue;
        std::error_code error;
        if (!fs::is_directory(root, error)) continue;
        done = root;
        const auto options = fs::directory_options::skip_permission_denied;
        for (fs::recursive_directory_iterator at(root, options, error), end; at != end && !error;
             at.increment(error)) {
            if (most-- == 0) {
                plan.no_unix_sockets = true;
                return;
            }
            if (at->is_symlink(error)) continue;
            if (at->is_socket(error) || at->is_fifo(error) || at->is_block_file(error) ||
                at->is_character_file(error)) {
                plan.hidden.push_back(at->path().string());
            }
        }
        // A tree that cannot be read to its end may hold anything.
        if (error) plan.no_unix_sockets = true;
    }
    std::sort(plan.hidden.begin(), plan.hidden.end());
}

Result<bool> enclose(ProcessSpec& spec, const std::string& bwrap, SandboxPlan plan) {
    const HostLayout host = read_host_layout();
    find_hidden(plan, host);
    auto filter = seccomp_filter(plan.no_unix_sockets ? UnixSockets::refused
                                                      : UnixSockets::allowed);
    if (!filter) return fail(filter.error());
    std::string variables;
    for (const auto& [name, value] : plan.environment) {
        for (const std::string_view word : {std::string_view("--setenv"),
                                            std::string_view(name),
                                            std::string_view(value)}) {
            variables += word;
            variables += '\0';
        }
    }
    spec.argv = bubblewrap_argv(bwrap, host, plan);
    spec.environment = {{"PATH", "/usr/bin:/bin"}};
    spec.working_directory = "/";
    spec.handed = {std::move(*filter),
                   std::move(variables),
                   std::string(kPasswd),
                   std::string(kGroup)};
    return true;
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

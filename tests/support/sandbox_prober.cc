// Tries, from where it is started, everything that docs/sandbox.md says of the sandbox, and prints
// a line "NAME open" or "NAME closed" each. Nothing that it tries does harm where it succeeds.
// Arguments: KEY=VALUE, what lies outside: file (in the caller's home), port (of the caller's
// loopback), socket and pipe (paths), abstract (a socket's name), pid, variable (a name), user (the
// caller's name), host (the machine's name), shm (a System V key).
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Outside = std::map<std::string, std::string>;
using Attempts = std::vector<std::pair<std::string, std::function<bool()>>>;

std::string text_of(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

bool reads(const std::string& file) {
    const int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char byte = 0;
    const bool yes = fd >= 0 && read(fd, &byte, 1) == 1;
    if (fd >= 0) close(fd);
    return yes;
}

// Whether it can be opened for writing; writes nothing.
bool opens_to_write(const std::string& file) {
    const int fd = open(file.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0) close(fd);
    return fd >= 0;
}

bool makes(const std::string& file) {
    const int fd = open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return false;
    close(fd);
    unlink(file.c_str());
    return true;
}

bool holds_something(const std::string& directory) {
    std::error_code error;
    fs::directory_iterator at(directory, error);
    return !error && at != fs::directory_iterator{};
}

// Whether the kernel looked at a call at all: what a filter refuses never comes to its arguments,
// which are always wrong here.
template <typename... Args>
bool reaches_kernel(long number, Args... args) {
    errno = 0;
    const long result = syscall(number, args...);
    return result >= 0 || (errno != EPERM && errno != ENOSYS);
}

bool makes_socket(int family, int type, int protocol) {
    const int fd = socket(family, type | SOCK_CLOEXEC, protocol);
    if (fd >= 0) close(fd);
    return fd >= 0;
}

bool connects_unix(const std::string& name, bool abstract) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::size_t from = abstract ? 1 : 0;
    if (name.empty() || name.size() + from >= sizeof address.sun_path) return false;
    name.copy(address.sun_path + from, name.size());
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto size =
        static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + from + name.size());
    const bool yes = connect(fd, reinterpret_cast<const sockaddr*>(&address), size) == 0;
    close(fd);
    return yes;
}

bool connects_port(const std::string& port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(port)));
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool yes =
        connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    close(fd);
    return yes;
}

// In a child, so that success changes nothing here.
bool succeeds_in_child(const std::function<bool()>& attempt) {
    const pid_t child = fork();
    if (child == 0) _exit(attempt() ? 0 : 1);
    int status = 1;
    waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::string status_line(const std::string& key) {
    std::ifstream in("/proc/self/status");
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with(key + ":")) return line.substr(line.find_first_not_of(" \t", key.size() + 1));
    }
    return {};
}

bool has_capability() {
    for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"}) {
        if (status_line(set).find_first_not_of('0') != std::string::npos) return true;
    }
    return false;
}

bool sees_other_processes() {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator("/proc")) {
        const std::string name = entry.path().filename().string();
        if (name.find_first_not_of("0123456789") == std::string::npos) ++count;
    }
    return count > 3;  // bubblewrap's own, this one, and a shell between them at most
}

bool inherits_descriptors() {
    for (int fd = 3; fd < 64; ++fd) {
        if (fcntl(fd, F_GETFD) >= 0) return true;
    }
    return false;
}

bool room_beyond(const std::string& directory, std::uint64_t bytes) {
    struct statvfs info {};
    if (statvfs(directory.c_str(), &info) != 0) return false;
    return static_cast<std::uint64_t>(info.f_blocks) * info.f_frsize > bytes;
}

bool clones(unsigned long flags) {
    const long child = syscall(SYS_clone, flags | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
    if (child == 0) _exit(0);
    if (child < 0) return false;
    waitpid(static_cast<pid_t>(child), nullptr, 0);
    return true;
}

void add_files(Attempts& list, const Outside& outside) {
    list.emplace_back("caller's files", [&] { return reads(outside.at("file")); });
    list.emplace_back("/root", [] { return holds_something("/root"); });
    list.emplace_back("/var", [] { return holds_something("/var"); });
    list.emplace_back("/run", [] { return holds_something("/run"); });
    list.emplace_back("/sys", [] { return holds_something("/sys"); });
    list.emplace_back("/etc/shadow", [] { return reads("/etc/shadow"); });
    list.emplace_back("/etc/machine-id", [] { return reads("/etc/machine-id"); });
    list.emplace_back("caller's name", [&] {
        return text_of("/etc/passwd").find(outside.at("user")) != std::string::npos;
    });
    list.emplace_back("machine's name", [&] {
        char name[256] = {};
        gethostname(name, sizeof name - 1);
        return name == outside.at("host");
    });
    list.emplace_back("write /", [] { return makes("/mcprisk-probe"); });
    list.emplace_back("write /usr", [] { return makes("/usr/mcprisk-probe"); });
    list.emplace_back("write /etc", [] { return makes("/etc/mcprisk-probe"); });
    list.emplace_back("write /dev", [] { return makes("/dev/mcprisk-probe"); });
    list.emplace_back("write its own program", [] {
        return makes(fs::read_symlink("/proc/self/exe").parent_path() / "mcprisk-probe");
    });
    list.emplace_back("/tmp", [] { return makes("/tmp/mcprisk-probe"); });
    list.emplace_back("home directory", [] { return makes("/home/mcprisk/mcprisk-probe"); });
    list.emplace_back("/dev/shm", [] { return makes("/dev/shm/mcprisk-probe"); });
    list.emplace_back("/tmp beyond 256 MiB", [] { return room_beyond("/tmp", 256U << 20U); });
    list.emplace_back("home beyond 256 MiB",
                      [] { return room_beyond("/home/mcprisk", 256U << 20U); });
    list.emplace_back("/dev/shm beyond 64 MiB", [] { return room_beyond("/dev/shm", 64U << 20U); });
    list.emplace_back("/usr", [] { return reads("/usr/bin/env"); });
    list.emplace_back("disks", [] {
        return reads("/dev/sda") || reads("/dev/vda") || reads("/dev/nvme0n1") ||
               reads("/dev/mem") || reads("/dev/kmsg") || opens_to_write("/dev/fuse");
    });
    list.emplace_back("make a device", [] {
        return mknod("/tmp/mcprisk-device", S_IFCHR | 0600, makedev(1, 1)) == 0;
    });
}

void add_proc(Attempts& list, const Outside& outside) {
    list.emplace_back("write /proc/sys", [] {
        return opens_to_write("/proc/sys/kernel/core_pattern") ||
               opens_to_write("/proc/sys/kernel/modprobe") ||
               opens_to_write("/proc/sys/vm/overcommit_memory") ||
               opens_to_write("/proc/sys/user/max_user_namespaces");
    });
    list.emplace_back("write /proc", [] {
        return opens_to_write("/proc/self/oom_score_adj") ||
               opens_to_write("/proc/sysrq-trigger") || opens_to_write("/proc/self/uid_map");
    });
    list.emplace_back("/proc of the machine", [] {
        return reads("/proc/keys") || reads("/proc/key-users") || reads("/proc/kallsyms") ||
               reads("/proc/kcore") || reads("/proc/kmsg") || reads("/proc/modules") ||
               holds_something("/proc/bus") || holds_something("/proc/irq") ||
               holds_something("/proc/fs") || holds_something("/proc/driver");
    });
    list.emplace_back("other processes", [] { return sees_other_processes(); });
    list.emplace_back("signal a process outside", [&] {
        const pid_t pid = std::stoi(outside.at("pid"));
        return pid > 16 && kill(pid, 0) == 0;
    });
    list.emplace_back("caller's variables", [&] {
        const std::string& name = outside.at("variable");
        return getenv(name.c_str()) != nullptr ||
               text_of("/proc/1/environ").find(name) != std::string::npos;
    });
    list.emplace_back("caller's descriptors", [] { return inherits_descriptors(); });
    list.emplace_back("caller's terminal", [] {
        const char byte = '\n';
        return opens_to_write("/dev/tty") || ioctl(0, TIOCSTI, &byte) == 0 || errno != EPERM;
    });
    list.emplace_back("caller's shared memory", [&] {
        return shmget(static_cast<key_t>(std::stol(outside.at("shm"))), 1, 0) >= 0;
    });
}

void add_rights(Attempts& list) {
    list.emplace_back("capabilities", [] { return has_capability(); });
    list.emplace_back("new privileges", [] { return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1; });
    list.emplace_back("calls without a filter", [] { return status_line("Seccomp") != "2"; });
    list.emplace_back("become root", [] {
        return succeeds_in_child([] { return getuid() == 0 || setuid(0) == 0; });
    });
    list.emplace_back("keyrings", [] {
        const long own = syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0);
        return own >= 0 || reaches_kernel(SYS_keyctl, KEYCTL_READ, 0, 0, 0, 0) ||
               reaches_kernel(SYS_add_key, nullptr, nullptr, nullptr, 0, 0) ||
               reaches_kernel(SYS_request_key, nullptr, nullptr, nullptr, 0);
    });
    list.emplace_back("ptrace", [] {
        return reaches_kernel(SYS_ptrace, PTRACE_ATTACH, -1, 0, 0) ||
               reaches_kernel(SYS_process_vm_readv, -1, nullptr, 0, nullptr, 0, 0) ||
               reaches_kernel(SYS_process_vm_writev, -1, nullptr, 0, nullptr, 0, 0) ||
               reaches_kernel(SYS_pidfd_getfd, -1, -1, 0);
    });
    list.emplace_back("mount", [] {
        return reaches_kernel(SYS_mount, nullptr, nullptr, nullptr, 0, nullptr) ||
               reaches_kernel(SYS_umount2, nullptr, 0) ||
               reaches_kernel(SYS_fsopen, nullptr, 0) ||
               reaches_kernel(SYS_open_tree, -1, nullptr, 0) ||
               reaches_kernel(SYS_move_mount, -1, nullptr, -1, nullptr, 0) ||
               reaches_kernel(SYS_pivot_root, nullptr, nullptr) ||
               reaches_kernel(SYS_chroot, nullptr) ||
               reaches_kernel(SYS_open_by_handle_at, -1, nullptr, 0);
    });
    list.emplace_back("new namespaces", [] {
        const auto unshares = [](int flag) {
            return succeeds_in_child([flag] { return unshare(flag) == 0; });
        };
        return unshares(CLONE_NEWUSER) || unshares(CLONE_NEWUSER | CLONE_NEWNET) ||
               unshares(CLONE_NEWNS) || unshares(CLONE_NEWTIME) || clones(CLONE_NEWUSER) ||
               clones(CLONE_NEWUSER | CLONE_NEWPID) ||
               reaches_kernel(SYS_clone3, nullptr, 0) || reaches_kernel(SYS_setns, -1, 0);
    });
    list.emplace_back("BPF and tracing", [] {
        return reaches_kernel(SYS_bpf, 0, nullptr, 0) ||
               reaches_kernel(SYS_perf_event_open, nullptr, 0, -1, -1, 0) ||
               reaches_kernel(SYS_userfaultfd, -1);
    });
    list.emplace_back("io_uring", [] { return reaches_kernel(SYS_io_uring_setup, 0, nullptr); });
    list.emplace_back("modules and kernels", [] {
        return reaches_kernel(SYS_init_module, nullptr, 0, nullptr) ||
               reaches_kernel(SYS_finit_module, -1, nullptr, 0) ||
               reaches_kernel(SYS_delete_module, nullptr, 0) ||
               reaches_kernel(SYS_kexec_load, 0, 0, nullptr, 0xffff0000UL);
    });
    list.emplace_back("the machine's clock, swap and name", [] {
        return reaches_kernel(SYS_clock_settime, -1, nullptr) ||
               reaches_kernel(SYS_swapon, nullptr, 0) ||
               reaches_kernel(SYS_sethostname, nullptr, -1) ||
               reaches_kernel(SYS_reboot, 0, 0, 0, nullptr) ||
               reaches_kernel(SYS_syslog, -1, nullptr, 0);
    });
}

void add_sockets(Attempts& list, const Outside& outside) {
    list.emplace_back("network", [&] { return connects_port(outside.at("port")); });
    list.emplace_back("sockets beside the script",
                      [&] { return connects_unix(outside.at("socket"), false); });
    list.emplace_back("pipes beside the script", [&] {
        const int fd = open(outside.at("pipe").c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK);
        if (fd >= 0) close(fd);
        return fd >= 0;
    });
    list.emplace_back("abstract sockets",
                      [&] { return connects_unix(outside.at("abstract"), true); });
    list.emplace_back("other socket families", [] {
        for (int family = 0; family < 64; ++family) {
            const bool usual = family == AF_UNIX || family == AF_INET || family == AF_INET6 ||
                               family == AF_NETLINK;
            for (const int type : {SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET}) {
                if (!usual && makes_socket(family, type, 0)) return true;
            }
        }
        return false;
    });
    list.emplace_back("netlink but for routes", [] {
        for (int protocol = 1; protocol < 32; ++protocol) {
            if (makes_socket(AF_NETLINK, SOCK_RAW, protocol)) return true;
        }
        return false;
    });
    list.emplace_back("loopback of its own", [] {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        return bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    });
    list.emplace_back("threads and children", [] {
        bool ran = false;
        std::thread([&] { ran = true; }).join();
        return ran && succeeds_in_child([] { return true; });
    });
}

}  // namespace

int main(int argc, char** argv) {
    Outside outside;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        const auto equals = word.find('=');
        if (equals != std::string::npos) outside[word.substr(0, equals)] = word.substr(equals + 1);
    }
    Attempts attempts;
    // First, while no attempt has opened anything.
    add_proc(attempts, outside);
    add_files(attempts, outside);
    add_rights(attempts);
    add_sockets(attempts, outside);
    for (const auto& [name, attempt] : attempts) {
        std::cout << name << (attempt() ? " open\n" : " closed\n");
    }
    return 0;
}

#include "crawler/process/seccomp_filter.h"

#include <fmt/format.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <system_error>

namespace mcprisk::crawler {
namespace {

// By name, since an old header does not know every number; a name that libseccomp does not know
// either is one that this build cannot filter.
constexpr std::array kRefused{
    // keyrings: the caller's session keyring is inherited by every child
    "add_key",
    "keyctl",
    "request_key",
    // other processes
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "process_madvise",
    "kcmp",
    "pidfd_getfd",
    // mounts and roots
    "mount",
    "mount_setattr",
    "move_mount",
    "open_tree",
    "fsconfig",
    "fsmount",
    "fsopen",
    "fspick",
    "pivot_root",
    "chroot",
    "umount",
    "umount2",
    "setns",
    "open_by_handle_at",
    "name_to_handle_at",
    // the kernel itself
    "bpf",
    "perf_event_open",
    "userfaultfd",
    "init_module",
    "finit_module",
    "create_module",
    "delete_module",
    "kexec_load",
    "kexec_file_load",
    "lookup_dcookie",
    "fanotify_init",
    "move_pages",
    "migrate_pages",
    "nfsservctl",
    "uselib",
    "vm86",
    "vm86old",
    "modify_ldt",
    // the machine
    "acct",
    "adjtimex",
    "clock_adjtime",
    "clock_settime",
    "settimeofday",
    "stime",
    "ioperm",
    "iopl",
    "quotactl",
    "quotactl_fd",
    "reboot",
    "sethostname",
    "setdomainname",
    "swapon",
    "swapoff",
    "syslog",
    "vhangup",
};

// Programs try these and do without: an answer as from an older kernel.
constexpr std::array kNotThere{
    "clone3",  // its flags lie in memory, where no filter can look
    "io_uring_enter",
    "io_uring_register",
    "io_uring_setup",
};

constexpr unsigned kNewNamespaces = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET |
                                    CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP | CLONE_NEWTIME;

// Keystrokes for, and pasted into, the terminal of whoever started us.
constexpr std::array<unsigned long, 2> kTerminalTricks{TIOCSTI, TIOCLINUX};

class Filter {
  public:
    Filter() : context_(seccomp_init(SCMP_ACT_ALLOW), &seccomp_release) {
        good_ = context_ != nullptr;
        // A tree instead of a list: calls that come often are not judged last.
        constexpr std::uint32_t kTree = 2;
        if (good_) seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_OPTIMIZE, kTree);
    }

    void refuse(const char* name, int error) {
        const int number = seccomp_syscall_resolve_name(name);
        if (number == __NR_SCMP_ERROR) return;
        keep(seccomp_rule_add_array(context_.get(), SCMP_ACT_ERRNO(error), number, 0, nullptr));
    }

    void refuse(const char* name, int error, scmp_arg_cmp when) {
        const int number = seccomp_syscall_resolve_name(name);
        keep(seccomp_rule_add_array(context_.get(), SCMP_ACT_ERRNO(error), number, 1, &when));
    }

    void refuse(const char* name, int error, std::array<scmp_arg_cmp, 2> when) {
        const int number = seccomp_syscall_resolve_name(name);
        keep(seccomp_rule_add_array(
            context_.get(), SCMP_ACT_ERRNO(error), number, 2, when.data()));
    }

    [[nodiscard]] Result<std::string> text() const {
        if (!good_) return fail(ErrorCode::unsupported, "building the filter of system calls");
        const int fd = memfd_create("mcprisk-filter", MFD_CLOEXEC);
        if (fd < 0) return failed(errno);
        std::string out;
        const int error = seccomp_export_bpf(context_.get(), fd);
        if (error == 0) {
            const off_t size = lseek(fd, 0, SEEK_END);
            out.resize(static_cast<std::size_t>(std::max<off_t>(size, 0)));
            if (pread(fd, out.data(), out.size(), 0) != size) out.clear();
        }
        close(fd);
        if (error != 0 || out.empty()) return failed(error != 0 ? -error : EIO);
        return out;
    }

  private:
    static tl::unexpected<Error> failed(int error) {
        return fail(ErrorCode::unsupported,
                    fmt::format("building the filter of system calls: {}",
                                std::generic_category().message(error)));
    }

    // A call that this architecture never had is none to refuse.
    void keep(int result) { good_ = good_ && (result == 0 || result == -EDOM); }

    std::unique_ptr<void, decltype(&seccomp_release)> context_;
    bool good_ = false;
};

}  // namespace

Result<std::string> seccomp_filter(UnixSockets sockets) {
    Filter filter;
    for (const char* name : kRefused) filter.refuse(name, EPERM);
    for (const char* name : kNotThere) filter.refuse(name, ENOSYS);
    for (unsigned bit = 1; bit != 0; bit <<= 1U) {
        if ((kNewNamespaces & bit) == 0) continue;
        const scmp_arg_cmp asked = SCMP_A0(SCMP_CMP_MASKED_EQ, bit, bit);
        filter.refuse("unshare", EPERM, asked);
        // The low byte of clone's flags is a signal, so that this bit means a namespace only for
        // unshare and clone3.
        if (bit != CLONE_NEWTIME) filter.refuse("clone", EPERM, asked);
    }
    for (const unsigned long trick : kTerminalTricks) {
        // The kernel looks at 32 bits of this argument only.
        filter.refuse("ioctl", EPERM, SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffffU, trick));
    }
    constexpr std::array kFamilies{AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};
    if (sockets == UnixSockets::refused) {
        filter.refuse("socket", EACCES, SCMP_A0(SCMP_CMP_EQ, AF_UNIX));
    }
    // All families between and beyond those of the list.
    filter.refuse("socket", EAFNOSUPPORT, SCMP_A0(SCMP_CMP_LT, AF_UNIX));
    for (std::size_t i = 0; i < kFamilies.size(); ++i) {
        const auto below = static_cast<scmp_datum_t>(kFamilies.at(i));
        if (i + 1 == kFamilies.size()) {
            filter.refuse("socket", EAFNOSUPPORT, SCMP_A0(SCMP_CMP_GT, below));
        } else {
            for (auto family = below + 1; family < static_cast<scmp_datum_t>(kFamilies.at(i + 1));
                 ++family) {
                filter.refuse("socket", EAFNOSUPPORT, SCMP_A0(SCMP_CMP_EQ, family));
            }
        }
    }
    filter.refuse("socket",
                  EAFNOSUPPORT,
                  {SCMP_A0(SCMP_CMP_EQ, AF_NETLINK), SCMP_A2(SCMP_CMP_NE, 0)});
    return filter.text();
}

}  // namespace mcprisk::crawler

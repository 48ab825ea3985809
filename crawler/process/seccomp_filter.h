// Which calls to the kernel a program in the sandbox may make (docs/sandbox.md).
#pragma once

#include <string>

#include "model/base/result.h"

namespace mcprisk::crawler {

enum class UnixSockets : bool { allowed, refused };

// A filter as `bwrap --seccomp` takes it: a program for the kernel's packet filter in the machine's
// own byte order. Everything is allowed but what a server has no use for: keyrings, other
// processes' memory, mounts, new namespaces, modules, BPF, io_uring, and sockets of other families
// than Unix, IPv4, IPv6 and routing netlink. What is refused fails with EPERM, calls that programs
// fall back from with ENOSYS, sockets with EAFNOSUPPORT. Programs for another architecture (32 bit)
// end. Fails where the machine's architecture is not known to libseccomp.
Result<std::string> seccomp_filter(UnixSockets sockets);

}  // namespace mcprisk::crawler

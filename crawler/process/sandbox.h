// What a server may see and reach: a bubblewrap command line around its own (docs/sandbox.md).
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/process/host_layout.h"
#include "model/base/result.h"

namespace mcprisk::crawler {

// The home directory within; empty, and the same on every machine, so that lists that mention it do
// not differ.
inline constexpr std::string_view kSandboxHome = "/home/mcprisk";

struct SandboxPlan {
    std::vector<std::string> argv;      // argv[0] is an absolute path
    bool network = false;               // loopback is there in any case
    std::vector<std::string> readable;  // absolute paths that exist
    std::vector<std::string> writable;
    std::vector<std::string> empty_directories;  // exist within, without what they hold outside
    // Readable, unless it is among the empty ones; not given: an empty one.
    std::string working_directory;
    // Sockets, pipes and devices that lie in what is readable: nothing is there within.
    std::vector<std::string> hidden;
    // What is readable is too much to be looked through for sockets: none can be made then.
    bool no_unix_sockets = false;
    std::map<std::string, std::string> environment;  // all that the program gets
};

// The arguments for `bwrap`, a path. Pure: the same plan gives the same arguments. The environment
// is not among them, nor what is in descriptors: see enclose().
std::vector<std::string> bubblewrap_argv(const std::string& bwrap,
                                         const HostLayout& host,
                                         const SandboxPlan& plan);

// Turns `spec` into the start of bubblewrap around the plan's command: argv, an environment that is
// ours alone, "/" as its directory, and what it is handed: the filter of system calls, the
// program's variables, and an /etc/passwd and /etc/group that say nothing of the caller. Nothing
// that somebody else chose reaches the environment of bubblewrap itself, which runs outside. Reads
// the file system for what has to be hidden. Fails where there can be no filter.
struct ProcessSpec;
Result<bool> enclose(ProcessSpec& spec, const std::string& bwrap, SandboxPlan plan);

// Looks through plan.readable and the working directory for sockets, pipes and devices, which could
// be talked to though nothing is writable: they go to plan.hidden. Beyond `most` entries it sets
// plan.no_unix_sockets and stops. What the host layout shows is the system's own and left out.
// Reads the file system, follows no link.
void find_hidden(SandboxPlan& plan, const HostLayout& host, std::size_t most = 200'000);

// A plan whose command does nothing: if it succeeds, others will start too.
SandboxPlan probe_plan();

// Adds what `argv` needs to be readable: its program with the directory tree it is installed in,
// the interpreter of a script, the packages that a script of a project resolves its modules from
// (its own, and the node_modules of all folders above it), the working directory, and files and
// directories that arguments name, as far as `named` lets a stranger name any. The home directory, its parents and the top of
// the system are never shown whole; they become empty directories. Reads the file system.
struct NamedPaths {
    bool shown = true;  // false: none, for what an index names
    std::string below;  // only what really lies in this directory; empty: anything
};
void show_command(SandboxPlan& plan,
                  const std::string& path,
                  const std::string& home,
                  const NamedPaths& named = {});

// Whether `path`, all links followed, is `directory` or lies in it. Reads the file system.
bool lies_in(const std::string& path, const std::string& directory);

// The environment within: HOME, USER, LOGNAME and SHELL say nothing of the caller. `configured`
// names keep the values they have.
std::map<std::string, std::string> sandbox_environment(
    std::map<std::string, std::string> environment,
    const std::map<std::string, std::string>& configured);

}  // namespace mcprisk::crawler

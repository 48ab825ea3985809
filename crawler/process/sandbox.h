// What a server may see and reach: a bubblewrap command line around its own (docs/sandbox.md).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcprisk::crawler {

// The home directory within; empty, and the same on every machine, so that lists that mention it do
// not differ.
inline constexpr std::string_view kSandboxHome = "/home/mcprisk";

// The parts of this machine's system that every sandbox shows, read-only.
struct HostLayout {
    std::vector<std::pair<std::string, std::string>> links;  // path and target: "/bin", "usr/bin"
    std::vector<std::string> paths;                          // files and directories
};
HostLayout read_host_layout();

struct SandboxPlan {
    std::vector<std::string> argv;      // argv[0] is an absolute path
    bool network = false;               // loopback is there in any case
    std::vector<std::string> readable;  // absolute paths that exist
    std::vector<std::string> writable;
    std::vector<std::string> empty_directories;  // exist within, without what they hold outside
    // Readable, unless it is among the empty ones; not given: an empty one.
    std::string working_directory;
};

// The arguments for `bwrap`, a path. Pure: the same plan gives the same arguments.
std::vector<std::string> bubblewrap_argv(const std::string& bwrap,
                                         const HostLayout& host,
                                         const SandboxPlan& plan);

// A plan whose command does nothing: if it succeeds, others will start too.
SandboxPlan probe_plan();

// Adds what `argv` needs to be readable: its program with the directory tree it is installed in,
// the interpreter of a script, the working directory, and files and directories that arguments
// name. The home directory, its parents and the top of the system are never shown whole; they
// become empty directories. Reads the file system.
void show_command(SandboxPlan& plan, const std::string& path, const std::string& home);

// The environment within: HOME, USER, LOGNAME and SHELL say nothing of the caller. `configured`
// names keep the values they have.
std::map<std::string, std::string> sandbox_environment(
    std::map<std::string, std::string> environment,
    const std::map<std::string, std::string>& configured);

}  // namespace mcprisk::crawler

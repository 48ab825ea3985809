// What of this machine's system stands in every sandbox.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace mcprisk::crawler {

// The parts of this machine's system that every sandbox shows, read-only, and those of its /proc
// that none shows.
struct HostLayout {
    std::vector<std::pair<std::string, std::string>> links;  // path and target: "/bin", "usr/bin"
    std::vector<std::string> paths;                          // files and directories
    std::vector<std::string> masked_files;
    std::vector<std::string> masked_directories;
};
// Reads the file system.
HostLayout read_host_layout();

}  // namespace mcprisk::crawler

// One bound for all processes of a server together, where this machine lets us set one (cgroups,
// version 2 or 1). Elsewhere each process has its own limits alone (ProcessLimits).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mcprisk::crawler {

struct GroupLimits {
    std::uint64_t memory_bytes = std::uint64_t{4} << 30;  // files in memory included
    std::uint64_t processes = 1024;                       // and threads
};

// Owns the groups: they are removed with it, which succeeds once no process is in them any more.
class ControlGroup {
  public:
    // Below the group of this process, or below the top of each hierarchy for root. Empty where no
    // hierarchy takes a new group; `root` is where they are mounted.
    static std::optional<ControlGroup> make(const GroupLimits& limits = {},
                                            const std::string& root = "/sys/fs/cgroup");
    ~ControlGroup();
    ControlGroup(ControlGroup&& other) noexcept;
    ControlGroup& operator=(ControlGroup&& other) noexcept;

    // `argv` after a step into the groups, so that nothing it starts is ever outside.
    [[nodiscard]] std::vector<std::string> within(std::vector<std::string> argv) const;

    [[nodiscard]] const std::vector<std::string>& directories() const { return directories_; }

  private:
    explicit ControlGroup(std::vector<std::string> directories);
    std::vector<std::string> directories_;
};

// Groups of crawlers that were killed.
void remove_leftover_groups(const std::string& root = "/sys/fs/cgroup");

}  // namespace mcprisk::crawler

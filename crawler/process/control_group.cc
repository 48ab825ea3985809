#include "crawler/process/control_group.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "mcprisk-";

bool put(const std::string& file, std::string_view value) {
    std::ofstream out(file, std::ios::binary);
    if (!out) return false;
    out << value;
    out.close();
    return !out.fail();
}

// Where this process stands in a hierarchy: "memory", or "" for version 2.
std::string own_group(std::string_view controller) {
    std::ifstream in("/proc/self/cgroup");
    for (std::string line; std::getline(in, line);) {
        const auto fields = split(line, ':');
        if (fields.size() < 3) continue;
        const std::size_t path = line.find(':', line.find(':') + 1) + 1;
        for (const std::string_view one : split(fields[1], ',')) {
            if (one == controller) return line.substr(path);
        }
    }
    return {};
}

struct Setting {
    std::string_view file;
    std::uint64_t value = 0;
    bool needed = true;
};

// A new group in the first of the places that takes it, with all that is needed set.
std::string make_group(const std::vector<std::string>& places,
                       const std::vector<Setting>& settings) {
    static int made = 0;
    for (const std::string& place : places) {
        std::error_code error;
        const std::string group = fmt::format("{}/{}{}-{}", place, kPrefix, getpid(), ++made);
        if (!fs::create_directory(group, error)) continue;
        bool good = true;
        for (const Setting& one : settings) {
            const std::string file = group + "/" + std::string(one.file);
            const bool there = fs::exists(file, error);
            good = good && (!one.needed || (there && put(file, std::to_string(one.value))));
            if (!one.needed && there) put(file, std::to_string(one.value));
        }
        if (good && access((group + "/cgroup.procs").c_str(), W_OK) == 0) return group;
        rmdir(group.c_str());
    }
    return {};
}

std::vector<std::string> places_of(const std::string& root, std::string_view controller) {
    const std::string own = own_group(controller);
    std::vector<std::string> places;
    if (!own.empty() && own != "/") places.push_back(root + own);
    places.push_back(root);
    return places;
}

}  // namespace

ControlGroup::ControlGroup(std::vector<std::string> directories)
    : directories_(std::move(directories)) {}
ControlGroup::ControlGroup(ControlGroup&& other) noexcept
    : directories_(std::exchange(other.directories_, {})) {}
ControlGroup& ControlGroup::operator=(ControlGroup&& other) noexcept {
    std::swap(directories_, other.directories_);
    return *this;
}

ControlGroup::~ControlGroup() {
    for (const std::string& one : directories_) {
        // Those that a server left behind go with its process group; this catches the others.
        if (fs::exists(one + "/cgroup.kill")) put(one + "/cgroup.kill", "1");
        for (int tries = 0; tries < 20 && rmdir(one.c_str()) != 0 && errno == EBUSY; ++tries) {
            usleep(2000);
        }
    }
}

std::optional<ControlGroup> ControlGroup::make(const GroupLimits& limits, const std::string& root) {
    std::error_code error;
    std::vector<std::string> groups;
    if (fs::exists(root + "/cgroup.controllers", error)) {
        const std::string both = make_group(places_of(root, ""),
                                            {{"memory.max", limits.memory_bytes},
                                             {"pids.max", limits.processes},
                                             {"memory.swap.max", 0, false},
                                             {"memory.oom.group", 1, false}});
        if (!both.empty()) groups.push_back(both);
    } else {
        const std::string memory = make_group(places_of(root + "/memory", "memory"),
                                              {{"memory.limit_in_bytes", limits.memory_bytes}});
        if (!memory.empty()) groups.push_back(memory);
        const std::string pids =
            make_group(places_of(root + "/pids", "pids"), {{"pids.max", limits.processes}});
        if (!pids.empty()) groups.push_back(pids);
    }
    if (groups.empty()) return std::nullopt;
    return ControlGroup(std::move(groups));
}

std::vector<std::string> ControlGroup::within(std::vector<std::string> argv) const {
    // The shell steps in and becomes the program, in the same process.
    std::vector<std::string> out{
        "/bin/sh",
        "-c",
        "n=$1; shift; while [ $n -gt 0 ]; do echo $$ > \"$1/cgroup.procs\" || exit 126; shift; "
        "n=$((n-1)); done; exec \"$@\"",
        "sh",
        std::to_string(directories_.size())};
    out.insert(out.end(), directories_.begin(), directories_.end());
    out.insert(out.end(),
               std::make_move_iterator(argv.begin()),
               std::make_move_iterator(argv.end()));
    return out;
}

void remove_leftover_groups(const std::string& root) {
    std::vector<std::string> places = places_of(root, "");
    for (const char* controller : {"memory", "pids"}) {
        for (std::string& one : places_of(root + "/" + controller, controller)) {
            places.push_back(std::move(one));
        }
    }
    for (const std::string& place : places) {
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(place, error)) {
            const std::string name = entry.path().filename().string();
            if (!name.starts_with(kPrefix)) continue;
            pid_t owner = 0;
            std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), owner);
            if (owner > 0 && kill(owner, 0) != 0 && errno == ESRCH) rmdir(entry.path().c_str());
        }
    }
}

}  // namespace mcprisk::crawler

// What all processes of a server may have together, tried with groups that are made here. Where this
// machine lets nobody make one, the test says so.
#include "crawler/process/control_group.h"

#include <unistd.h>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "crawler/process/command.h"
#include "crawler/process/program.h"

namespace mcprisk::crawler {
namespace {

namespace fs = std::filesystem;

CommandResult run_within(const ControlGroup& group, const std::string& script) {
    Loop loop;
    ProcessSpec spec;
    spec.argv = group.within({"/bin/sh", "-c", script});
    spec.environment = base_environment();
    spec.working_directory = "/";
    std::optional<CommandResult> result;
    const auto command =
        Command::run(loop, spec, std::chrono::milliseconds{20000}, [&](CommandResult ended) {
            result = std::move(ended);
        });
    loop.run_until([&] { return result.has_value(); });
    return std::move(*result);
}

std::optional<ControlGroup> make(const GroupLimits& limits) {
    auto group = ControlGroup::make(limits);
    if (!group) BOOST_TEST_MESSAGE("skipped: no group can be made here");
    return group;
}

bool bounds(const ControlGroup& group, const std::string& file) {
    for (const std::string& one : group.directories()) {
        if (fs::exists(one + "/" + file)) return true;
    }
    return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(control_group)

BOOST_AUTO_TEST_CASE(a_program_runs_in_its_groups_and_they_go_with_it) {
    std::vector<std::string> directories;
    {
        const auto group = make({});
        if (!group) return;
        directories = group->directories();
        const CommandResult result = run_within(*group, "cat /proc/self/cgroup; echo \"$0 $#\"");
        BOOST_TEST(result.ok(), result.last_words);
        const std::string name = fs::path(directories.front()).filename().string();
        BOOST_TEST(result.output.find(name) != std::string::npos, result.output);
        BOOST_TEST(result.output.ends_with("/bin/sh 0\n"));
    }
    for (const std::string& one : directories) BOOST_TEST(!fs::exists(one));
}

BOOST_AUTO_TEST_CASE(a_fork_bomb_ends_at_the_bound) {
    const auto group = make({.processes = 16});
    if (!group || !bounds(*group, "pids.max")) return;
    const std::string nest = "f() { if [ $1 -eq 0 ]; then echo deep; else (f $(($1-1)); :); fi; }; ";
    BOOST_TEST(run_within(*group, nest + "f 4").output == "deep\n");
    BOOST_TEST(run_within(*group, nest + "f 64").output != "deep\n");
}

BOOST_AUTO_TEST_CASE(memory_beyond_the_bound_is_not_had) {
    const auto group = make({.memory_bytes = std::uint64_t{32} << 20});
    if (!group || !(bounds(*group, "memory.max") || bounds(*group, "memory.limit_in_bytes"))) return;
    // What tail is to print it holds in memory.
    const auto held = [&](const std::string& bytes) {
        return run_within(*group, "head -c " + bytes + " /dev/zero | tail -c " + bytes + " | wc -c")
            .output;
    };
    BOOST_TEST(held("4000000") == "4000000\n");
    BOOST_TEST(held("128000000") != "128000000\n");
}

BOOST_AUTO_TEST_CASE(where_there_are_no_groups_there_is_none) {
    BOOST_TEST(!ControlGroup::make({}, "/nonexistent").has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace mcprisk::crawler

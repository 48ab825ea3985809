#include "build_places.h"
#include "judges.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern char** environ;

namespace mcprisk::policy::testing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

bool run(const fs::path& folder, std::vector<std::string> arguments) {
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions{};
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
    const std::string log = (folder / "log").string();
    posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    pid_t child = 0;
    const int failed = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) return false;
    int status = 0;
    if (waitpid(child, &status, 0) != child) return false;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// The folder with node_modules, empty if there is none to be had.
fs::path judges_folder() {
    const fs::path source = fs::path(MCPRISK_SOURCE_DIR) / "tests/policy/engines";
    if (const char* given = std::getenv("MCPRISK_JUDGES")) {
        fs::copy_file(source / "judge.mjs",
                      fs::path(given) / "judge.mjs",
                      fs::copy_options::overwrite_existing);
        return given;
    }
    const fs::path folder = fs::path(MCPRISK_BINARY_DIR) / "judges";
    fs::create_directories(folder);
    for (const char* file : {"judge.mjs", "package.json"}) {
        fs::copy_file(source / file, folder / file, fs::copy_options::overwrite_existing);
    }
    if (fs::exists(folder / "node_modules/@cedar-policy")) return folder;
    const bool installed = run(folder,
                               {"npm",
                                "install",
                                "--ignore-scripts",
                                "--no-audit",
                                "--no-fund",
                                "--fetch-retries=0",
                                "--fetch-timeout=20000"});
    return installed ? folder : fs::path();
}

}  // namespace

std::optional<json> ask_judges(const json& cases) {
    static const fs::path folder = judges_folder();
    if (folder.empty()) return std::nullopt;
    const std::string id = std::to_string(getpid());
    const fs::path in = folder / ("in-" + id + ".json");
    const fs::path out = folder / ("out-" + id + ".json");
    std::ofstream(in) << cases.dump();
    const bool answered = run(folder, {"node", "judge.mjs", in.string(), out.string()});
    std::ifstream answer(out);
    const std::string text{std::istreambuf_iterator<char>(answer), {}};
    fs::remove(in);
    fs::remove(out);
    if (!answered) return std::nullopt;
    return json::parse(text);
}

}  // namespace mcprisk::policy::testing

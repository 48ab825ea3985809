#include "build_places.h"
#include "schema_checker.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <filesystem>
#include <fstream>

extern char** environ;

namespace mcprisk::policy::testing {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr const char* kProgram = R"(
import json, sys
from jsonschema import Draft202012Validator
with open(sys.argv[1], encoding="utf-8") as file: schema = json.load(file)
with open(sys.argv[2], encoding="utf-8") as file: documents = json.load(file)
Draft202012Validator.check_schema(schema)
checker = Draft202012Validator(schema)
with open(sys.argv[3], "w", encoding="utf-8") as file:
    json.dump([checker.is_valid(document) for document in documents], file)
)";

bool run_python(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "python3");
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    pid_t child = 0;
    if (posix_spawnp(&child, "python3", nullptr, nullptr, argv.data(), environ) != 0) return false;
    int status = 0;
    if (waitpid(child, &status, 0) != child) return false;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

bool has_schema_checker() {
    static const bool present = run_python(
        {"-c", "import sys\ntry:\n import jsonschema\nexcept ImportError:\n sys.exit(1)"});
    return present;
}

std::optional<std::vector<bool>> accepts(const std::string& schema,
                                         const std::vector<json>& documents) {
    const fs::path folder =
        fs::temp_directory_path() / ("mcprisk-schema-" + std::to_string(getpid()));
    fs::create_directories(folder);
    const fs::path input = folder / "documents.json";
    const fs::path output = folder / "accepted.json";
    std::ofstream(input) << json(documents).dump();
    std::optional<std::vector<bool>> result;
    if (run_python({"-c",
                    kProgram,
                    std::string(MCPRISK_SOURCE_DIR) + "/data/schemas/" + schema,
                    input.string(),
                    output.string()})) {
        std::ifstream file(output);
        result = json::parse(file).get<std::vector<bool>>();
    }
    fs::remove_all(folder);
    return result;
}

}  // namespace mcprisk::policy::testing

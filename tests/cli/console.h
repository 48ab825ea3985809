// A world for commands under test: streams in memory, an environment of our own, a clock that
// stands.
#pragma once

#include <filesystem>
#include <map>
#include <sstream>
#include <string>

#include "cli/environment.h"

namespace mcprisk::cli {

struct Console {
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    std::map<std::string, std::string> variables;
    Environment environment{in, out, err};

    Console() {
        environment.directory = std::filesystem::temp_directory_path();
        environment.variable = [this](std::string_view name) -> std::optional<std::string> {
            const auto found = variables.find(std::string(name));
            if (found == variables.end()) return std::nullopt;
            return found->second;
        };
        environment.now = [] { return std::int64_t{1795234567}; };
    }
};

// A folder that is gone with the object.
class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "mcprisk-test-XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    ~TemporaryFolder() {
        std::error_code error;
        std::filesystem::remove_all(path_, error);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace mcprisk::cli

// One user with a home of their own, who calls the whole command line.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "build_places.h"
#include "cli/app.h"
#include "tests/cli/console.h"

namespace mcprisk::cli {

// Each call is a new run of the program.
class User {
  public:
    struct Run {
        int code = 0;
        std::string out;
        std::string err;
    };

    Run run(const std::vector<std::string>& arguments, const std::string& input = "") {
        Console console;
        console.in.str(input);
        console.variables = variables;
        console.variables["HOME"] = home.path();
        console.environment.directory = home.path();
        console.environment.columns = 160;
        if (now) console.environment.now = [this] { return *now; };
        const int code = cli::run(arguments, console.environment);
        return {code, console.out.str(), console.err.str()};
    }

    // What a run that must succeed prints, as JSON.
    nlohmann::json json_of(const std::vector<std::string>& arguments) {
        const Run result = run(arguments);
        if (result.code != 0) throw std::runtime_error(result.err);
        return nlohmann::json::parse(result.out);
    }

    std::string write(const std::string& name, const std::string& text) {
        std::ofstream(home.path() / name, std::ios::binary) << text;
        return name;
    }

    [[nodiscard]] std::string read(const std::string& name) const {
        std::ifstream in(home.path() / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    std::string demo_config() {
        const nlohmann::json bookshop = {
            {"command", MCPRISK_BINARY_DIR "/data/mcprisk-demo-server"}};
        return write("mcp.json", nlohmann::json{{"mcpServers", {{"bookshop", bookshop}}}}.dump());
    }

    TemporaryFolder home;
    std::map<std::string, std::string> variables{{"PATH", "/usr/bin:/bin"}};
    std::optional<std::int64_t> now;  // what the clock shows; else the one of Console
};

}  // namespace mcprisk::cli

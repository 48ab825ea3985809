// Serves simulated MCP servers on loopback until it is killed, and writes the index that names
// them, in the form of the official registry, when they listen.
//
//   simulated_index SERVERS INDEX_FILE [LATENCY_MS]
//
// Ends with the process that began it.
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string_view>

#include "crawler/net/loop.h"
#include "tests/support/mcp_simulator.h"

namespace {

using nlohmann::json;

std::size_t read_number(std::string_view text) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

json entry(std::size_t number, const std::string& url) {
    return {{"server",
             {{"name", fmt::format("example.simulated/server-{}", number)},
              {"description", "A simulated server"},
              {"version", "1.0.0"},
              {"remotes", {{{"type", "streamable-http"}, {"url", url}}}}}}};
}

}  // namespace

int main(int argc, char** argv) {
    const std::size_t servers = argc > 2 ? read_number(argv[1]) : 0;
    if (servers == 0) {
        fmt::print(stderr, "usage: simulated_index SERVERS INDEX_FILE [LATENCY_MS]\n");
        return 2;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);

    mcprisk::crawler::Loop loop;
    const std::size_t latency = argc > 3 ? read_number(argv[3]) : 100;
    mcprisk::test::McpSimulator simulator(
        loop, {.latency = std::chrono::milliseconds(static_cast<std::int64_t>(latency))});
    json index = {{"servers", json::array()}, {"metadata", {{"count", servers}}}};
    for (std::size_t i = 0; i < servers; ++i)
        index["servers"].push_back(entry(i, simulator.url(i)));
    const std::filesystem::path file = argv[2];
    const std::filesystem::path part = file.string() + ".part";
    std::ofstream(part) << index.dump();
    std::filesystem::rename(part, file);
    loop.run_until([] { return false; });
    return 0;
}

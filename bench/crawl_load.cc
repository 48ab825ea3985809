// A crawl of simulated servers: wall time, CPU, memory, and whether every server ended as it was
// made to.
//
//   crawl_load --servers N [--index FILE] [--tls] [--jobs N] [--latency MS] [-- OPTION…]
//
// With --index the names come from an index of the official registry's form, and its servers are
// pointed at the simulator. What stands after "--" goes to `mcprisk crawl`.
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "model/listing.h"
#include "store/catalogue.h"
#include "tests/support/mcp_simulator.h"

namespace {

using mcprisk::Outcome;
using mcprisk::test::fate_of;
using mcprisk::test::outcome_of;
using nlohmann::json;

struct Options {
    std::size_t servers = 2000;
    std::string index;
    bool tls = false;
    std::size_t jobs = 2000;
    int latency = 300;
    std::vector<std::string> more;
};

Options read_options(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        const auto value = [&] { return i + 1 < argc ? std::string(argv[++i]) : std::string("0"); };
        if (word == "--servers") options.servers = std::stoul(value());
        if (word == "--index") options.index = value();
        if (word == "--tls") options.tls = true;
        if (word == "--jobs") options.jobs = std::stoul(value());
        if (word == "--latency") options.latency = std::stoi(value());
        if (word == "--") {
            options.more.assign(argv + i + 1, argv + argc);
            break;
        }
    }
    return options;
}

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

void raise_file_limit() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

// Serves until it is killed. Tells addresses and certificate through `pipe`.
[[noreturn]] void serve(const Options& options, int pipe) {
    mcprisk::crawler::Loop loop;
    mcprisk::test::McpSimulator simulator(
        loop, {std::chrono::milliseconds(options.latency), options.tls});
    json told = {{"authority", simulator.authority()}, {"urls", json::array()}};
    for (std::size_t i = 0; i < options.servers; ++i) told["urls"].push_back(simulator.url(i));
    const std::string text = told.dump();
    for (std::size_t at = 0; at < text.size();) {
        const ssize_t n = write(pipe, text.data() + at, text.size() - at);
        if (n <= 0) _exit(1);
        at += static_cast<std::size_t>(n);
    }
    close(pipe);
    loop.run_until([] { return false; });
    _exit(0);
}

json make_index(const Options& options, const json& urls) {
    json servers = json::array();
    if (!options.index.empty()) {
        std::ifstream in(options.index);
        servers = json::parse(in).at("servers");
    }
    json out = json::array();
    for (std::size_t i = 0; i < options.servers; ++i) {
        json server =
            servers.empty() ? json{{"version", "1.0.0"}} : servers[i % servers.size()].at("server");
        const std::string name = server.value("name", std::string("example.simulated/server"));
        server["name"] =
            servers.empty() || i >= servers.size() ? fmt::format("{}-{}", name, i) : name;
        server.erase("packages");
        server.erase("repository");
        server["remotes"] = {{{"type", "streamable-http"}, {"url", urls[i]}}};
        out.push_back({{"server", std::move(server)}});
    }
    return {{"servers", std::move(out)}, {"metadata", {{"count", options.servers}}}};
}

}  // namespace

int main(int argc, char** argv) {
    Options options = read_options(argc, argv);
    if (!options.index.empty() && !std::filesystem::exists(options.index)) {
        fmt::print("{} is not here: skipped\n", options.index);
        return 0;
    }
    if (!options.index.empty() && options.servers == 0) {
        std::ifstream in(options.index);
        options.servers = json::parse(in).at("servers").size();
    }
    raise_file_limit();
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return 1;
    const pid_t simulator = fork();
    if (simulator == 0) {
        close(ends[0]);
        serve(options, ends[1]);
    }
    close(ends[1]);
    std::string text;
    std::vector<char> buffer(1 << 16);
    for (ssize_t n = 0; (n = read(ends[0], buffer.data(), buffer.size())) > 0;) {
        text.append(buffer.data(), static_cast<std::size_t>(n));
    }
    const json told = json::parse(text);

    std::string folder = (std::filesystem::temp_directory_path() / "crawl-load-XXXXXX").string();
    if (mkdtemp(folder.data()) == nullptr) return 1;
    std::ofstream(folder + "/index.json") << make_index(options, told["urls"]).dump();
    if (options.tls) {
        std::ofstream(folder + "/authority.pem") << told["authority"].get<std::string>();
        setenv("SSL_CERT_FILE", (folder + "/authority.pem").c_str(), 1);
    }
    std::vector<std::string> words{MCPRISK_PROGRAM,
                                   "--db",
                                   folder + "/catalogue.db",
                                   "-q",
                                   "crawl",
                                   folder + "/index.json",
                                   "--allow-private",
                                   "--only",
                                   "remote",
                                   "--jobs",
                                   std::to_string(options.jobs)};
    words.insert(words.end(), options.more.begin(), options.more.end());
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    const auto begun = std::chrono::steady_clock::now();
    pid_t crawler = 0;
    if (posix_spawn(&crawler, MCPRISK_PROGRAM, nullptr, nullptr, pointers.data(), environ) != 0) {
        return 1;
    }
    int status = 0;
    rusage usage{};
    wait4(crawler, &status, 0, &usage);
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begun;
    kill(simulator, SIGKILL);
    rusage theirs{};
    wait4(simulator, nullptr, 0, &theirs);

    const auto catalogue = mcprisk::store::Catalogue::open(folder + "/catalogue.db",
                                                           mcprisk::store::OpenMode::read_only);
    std::size_t wrong = 0;
    std::map<std::pair<std::string, std::string>, std::size_t> table;
    if (catalogue) {
        const auto attempts = catalogue->last_attempts();
        for (std::size_t i = 0; i < options.servers; ++i) {
            const auto found = attempts.find(told["urls"][i].get<std::string>());
            const std::string played(to_string(outcome_of(fate_of(i))));
            const std::string seen =
                found == attempts.end() ? "nothing" : std::string(to_string(found->second.outcome));
            ++table[{played, seen}];
            wrong += played == seen ? 0 : 1;
        }
    }
    const double cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    fmt::print("\n{:<16} {:<16} {:>8}\n", "PLAYED", "RECORDED", "SERVERS");
    for (const auto& [pair, n] : table) {
        fmt::print("{:<16} {:<16} {:>8}\n", pair.first, pair.second, n);
    }
    fmt::print("{} servers, {} not as played; {}, {} connections, {} ms\n",
               options.servers,
               wrong,
               options.tls ? "TLS" : "plain",
               options.jobs,
               options.latency);
    fmt::print(
        "wall {:.1f} s, CPU {:.1f} s ({:.0f} us a server), peak {} MB; simulator CPU {:.1f} s; "
        "exit {}\n",
        wall.count(),
        cpu,
        cpu * 1e6 / static_cast<double>(options.servers),
        usage.ru_maxrss / 1024,
        seconds(theirs.ru_utime) + seconds(theirs.ru_stime),
        WEXITSTATUS(status));
    std::filesystem::remove_all(folder);
    return wrong == 0 && catalogue ? 0 : 1;
}

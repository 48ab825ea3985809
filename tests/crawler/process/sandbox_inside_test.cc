// The table of docs/sandbox.md, held against what a program inside can do: as the caller of these
// tests and, where that is root, as somebody without rights too.
#include <arpa/inet.h>
#include <pwd.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>

#include "build_places.h"
#include "crawler/process/command.h"
#include "crawler/process/program.h"
#include "crawler/process/sandbox.h"
#include "crawler/process/sandbox_probe.h"
#include "crawler/process/temporary_directory.h"
#include "model/base/text.h"

using namespace mcprisk;
using namespace mcprisk::crawler;
using std::chrono::milliseconds;

namespace {

namespace fs = std::filesystem;

constexpr const char* kCanary = "MCPRISK_CANARY_VARIABLE";

// A listening socket of the Unix family, by path or abstract.
class UnixListener {
  public:
    UnixListener(const std::string& name, bool abstract) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const std::size_t from = abstract ? 1 : 0;
        name.copy(address.sun_path + from, sizeof address.sun_path - from - 1);
        const auto size =
            static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + from + name.size());
        BOOST_REQUIRE_EQUAL(bind(fd_, reinterpret_cast<const sockaddr*>(&address), size), 0);
        BOOST_REQUIRE_EQUAL(listen(fd_, 8), 0);
        if (!abstract) chmod(name.c_str(), 0777);
    }
    ~UnixListener() { close(fd_); }
    UnixListener(const UnixListener&) = delete;
    UnixListener& operator=(const UnixListener&) = delete;

  private:
    int fd_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
};

class PortListener {
  public:
    PortListener() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* general = reinterpret_cast<sockaddr*>(&address);
        BOOST_REQUIRE_EQUAL(bind(fd_, general, size), 0);
        BOOST_REQUIRE_EQUAL(listen(fd_, 8), 0);
        BOOST_REQUIRE_EQUAL(getsockname(fd_, general, &size), 0);
        port = std::to_string(ntohs(address.sin_port));
    }
    ~PortListener() { close(fd_); }
    PortListener(const PortListener&) = delete;
    PortListener& operator=(const PortListener&) = delete;
    std::string port;

  private:
    int fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
};

class SharedMemory {
  public:
    SharedMemory() { BOOST_REQUIRE_GE(id_, 0); }
    ~SharedMemory() { shmctl(id_, IPC_RMID, nullptr); }
    SharedMemory(const SharedMemory&) = delete;
    SharedMemory& operator=(const SharedMemory&) = delete;
    static constexpr key_t kKey = 0x6d637072;

  private:
    int id_ = shmget(kKey, 4096, IPC_CREAT | 0666);
};

// Name and "open" or "closed", as the table says: | `name` | what it is | open |
std::map<std::string, std::string> table_of_docs() {
    std::ifstream in(MCPRISK_SOURCE_DIR "/docs/sandbox.md");
    std::map<std::string, std::string> table;
    for (std::string line; std::getline(in, line);) {
        const auto cells = split(line, '|');
        if (cells.size() != 5) continue;
        const std::string_view state = trim(cells[3]);
        if (state == "open" || state == "closed") {
            table.emplace(trim(cells[1]), state);
        }
    }
    return table;
}

// What lies outside, where nobody is kept from it but by the sandbox.
struct Outside {
    TemporaryDirectory directory = TemporaryDirectory::make().value();
    std::string top = directory.path();
    std::string prober = top + "/bin/prober";
    std::string script = top + "/project/script";
    std::string socket = top + "/project/deep/agent.sock";
    std::string pipe = top + "/project/pipe";
    std::string abstract = "mcprisk-test-" + std::to_string(getpid());
    PortListener port;
    SharedMemory memory;
    std::optional<UnixListener> by_path;
    std::optional<UnixListener> by_name;

    Outside() {
        chmod(top.c_str(), 0755);
        for (const char* below : {"/bin", "/project", "/project/deep", "/home"}) {
            fs::create_directory(top + below);
        }
        fs::copy_file(MCPRISK_SANDBOX_PROBER, prober);
        std::ofstream(script) << "nothing\n";
        std::ofstream(top + "/home/secret") << "secret\n";
        mkfifo(pipe.c_str(), 0666);
        chmod(pipe.c_str(), 0666);
        by_path.emplace(socket, false);
        by_name.emplace(abstract, true);
        setenv(kCanary, "canary", 1);
    }
    ~Outside() { unsetenv(kCanary); }
    Outside(const Outside&) = delete;
    Outside& operator=(const Outside&) = delete;

    [[nodiscard]] std::vector<std::string> command() const {
        char host[256] = {};
        gethostname(host, sizeof host - 1);
        const passwd* user = getpwuid(geteuid());
        const std::string name = user == nullptr || geteuid() == 0 ? "daemon" : user->pw_name;
        return {prober,
                script,
                "file=" + top + "/home/secret",
                "port=" + port.port,
                "socket=" + socket,
                "pipe=" + pipe,
                "abstract=" + abstract,
                "pid=" + std::to_string(getpid()),
                std::string("variable=") + kCanary,
                "user=" + name,
                std::string("host=") + host,
                "shm=" + std::to_string(SharedMemory::kKey)};
    }
};

CommandResult run(const ProcessSpec& spec) {
    Loop loop;
    std::optional<CommandResult> result;
    const auto command = Command::run(
        loop, spec, milliseconds{60000}, [&](CommandResult ended) { result = std::move(ended); });
    BOOST_REQUIRE(command.has_value());
    loop.run_until([&] { return result.has_value(); });
    return std::move(*result);
}

std::map<std::string, std::string> lines_of(const CommandResult& result) {
    std::map<std::string, std::string> lines;
    for (const std::string_view line : split(result.output, '\n')) {
        const auto blank = line.rfind(' ');
        if (blank == std::string_view::npos) continue;
        lines.emplace(line.substr(0, blank), line.substr(blank + 1));
    }
    return lines;
}

std::optional<std::string> working_bwrap() {
    Loop loop;
    auto bwrap = probe_sandbox(loop, milliseconds{10000});
    if (bwrap) return std::move(*bwrap);
    BOOST_TEST_MESSAGE("skipped: " + bwrap.error().message);
    return std::nullopt;
}

ProcessSpec enclosed(const Outside& outside, const std::string& bwrap, bool network = false) {
    SandboxPlan plan;
    plan.argv = outside.command();
    plan.network = network;
    show_command(plan, "/usr/bin:/bin", outside.top + "/home");
    plan.environment = sandbox_environment(base_environment(), {});
    ProcessSpec spec;
    BOOST_REQUIRE(enclose(spec, bwrap, std::move(plan)).has_value());
    return spec;
}

void as_nobody(ProcessSpec& spec) {
    const std::vector<std::string> drop{
        "/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"};
    spec.argv.insert(spec.argv.begin(), drop.begin(), drop.end());
}

void check_table(const ProcessSpec& spec) {
    const CommandResult result = run(spec);
    BOOST_TEST(result.ok(), result.last_words);
    const auto found = lines_of(result);
    const auto said = table_of_docs();
    BOOST_TEST(said.size() > 40U);
    for (const auto& [name, state] : said) {
        const auto line = found.find(name);
        BOOST_TEST((line != found.end()), "nothing tries: " << name);
        if (line != found.end()) BOOST_TEST(line->second == state, name << " is " << line->second);
    }
    for (const auto& [name, state] : found) {
        BOOST_TEST(said.contains(name), "docs/sandbox.md does not say: " << name);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sandbox_inside)

BOOST_AUTO_TEST_CASE(the_table_is_true_for_the_caller) {
    const auto bwrap = working_bwrap();
    if (!bwrap) return;
    const Outside outside;
    check_table(enclosed(outside, *bwrap));
}

BOOST_AUTO_TEST_CASE(the_table_is_true_for_somebody_without_rights) {
    const auto bwrap = working_bwrap();
    if (!bwrap || geteuid() != 0 || !fs::exists("/usr/bin/setpriv")) return;
    const Outside outside;
    ProcessSpec spec = enclosed(outside, *bwrap);
    as_nobody(spec);
    check_table(spec);
}

BOOST_AUTO_TEST_CASE(with_the_network_only_the_network_is_open) {
    const auto bwrap = working_bwrap();
    if (!bwrap) return;
    const Outside outside;
    const auto found = lines_of(run(enclosed(outside, *bwrap, true)));
    for (const auto& [name, state] : table_of_docs()) {
        // An abstract socket belongs to the network that is shared.
        const bool shared = name == "network" || name == "abstract sockets";
        BOOST_TEST(found.at(name) == (shared ? "open" : state), name);
    }
}

// The probe must be able to tell: outside, what the table calls closed is mostly open.
BOOST_AUTO_TEST_CASE(the_same_attempts_succeed_outside) {
    const Outside outside;
    ProcessSpec spec;
    spec.argv = outside.command();
    spec.environment = base_environment();
    spec.environment[kCanary] = "canary";
    spec.working_directory = "/";
    const auto found = lines_of(run(spec));
    for (const char* name : {"caller's files",
                             "caller's variables",
                             "caller's shared memory",
                             "signal a process outside",
                             "network",
                             "sockets beside the script",
                             "pipes beside the script",
                             "abstract sockets",
                             "machine's name",
                             "calls without a filter",
                             "new privileges",
                             "keyrings",
                             "ptrace",
                             "other processes"}) {
        BOOST_TEST(found.at(name) == "open", name);
    }
}

BOOST_AUTO_TEST_CASE(a_tree_too_large_to_look_through_gets_no_sockets_at_all) {
    const auto bwrap = working_bwrap();
    if (!bwrap) return;
    const Outside outside;
    SandboxPlan plan;
    plan.readable = {outside.top + "/project"};
    find_hidden(plan, HostLayout{}, 1);
    BOOST_TEST(plan.no_unix_sockets);
    BOOST_TEST(plan.hidden.size() <= 1U);  // it stopped
    plan = {};
    plan.readable = {outside.top + "/project"};
    find_hidden(plan, HostLayout{}, 100);
    BOOST_TEST(!plan.no_unix_sockets);
    BOOST_TEST(plan.hidden == (std::vector<std::string>{outside.socket, outside.pipe}),
               boost::test_tools::per_element());
    plan = {};
    plan.argv = outside.command();
    show_command(plan, "/usr/bin:/bin", outside.top + "/home");
    plan.no_unix_sockets = true;
    plan.environment = sandbox_environment(base_environment(), {});
    ProcessSpec spec;
    BOOST_REQUIRE(enclose(spec, *bwrap, std::move(plan)).has_value());
    BOOST_TEST(lines_of(run(spec)).at("sockets beside the script") == "closed");
}

// Nothing may start without the filter, whatever kept us from making it.
BOOST_AUTO_TEST_CASE(without_a_filter_there_is_no_sandbox) {
    const auto refused = [](__rlimit_resource what) {
        rlimit before{};
        BOOST_REQUIRE_EQUAL(getrlimit(what, &before), 0);
        const auto handler = std::signal(SIGXFSZ, SIG_IGN);
        rlimit none = before;
        none.rlim_cur = 0;
        BOOST_REQUIRE_EQUAL(setrlimit(what, &none), 0);
        ProcessSpec spec;
        const auto done = enclose(spec, "/usr/bin/bwrap", probe_plan());
        BOOST_REQUIRE_EQUAL(setrlimit(what, &before), 0);
        std::signal(SIGXFSZ, handler);
        BOOST_TEST(spec.argv.empty());
        return done ? std::string() : done.error().message;
    };
    BOOST_TEST(refused(RLIMIT_NOFILE) ==
               "building the filter of system calls: Too many open files");
    BOOST_TEST(refused(RLIMIT_FSIZE).starts_with("building the filter of system calls: "));
}

BOOST_AUTO_TEST_CASE(nothing_that_was_configured_reaches_the_helpers_environment) {
    SandboxPlan plan = probe_plan();
    plan.environment = {{"LD_PRELOAD", "/evil.so"}, {"TOKEN", "swordfish"}};
    ProcessSpec spec;
    BOOST_REQUIRE(enclose(spec, "/usr/bin/bwrap", plan).has_value());
    BOOST_TEST(spec.environment.size() == 1U);
    BOOST_TEST(spec.environment.contains("PATH"));
    // Nor its arguments, which everybody on the machine may read.
    for (const std::string& word : spec.argv) {
        BOOST_TEST(word.find("evil") == std::string::npos);
        BOOST_TEST(word.find("swordfish") == std::string::npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()

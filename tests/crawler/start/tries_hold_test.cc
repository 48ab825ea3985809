// Whatever a server does, no try of starting it leaves a process behind, can be reached from this
// machine, or gets or sends anything of the caller's.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <string>

#include "build_places.h"
#include "crawler/process/sandbox_probe.h"
#include "crawler/process/temporary_directory.h"
#include "crawler/start/listening.h"
#include "crawler/start/companion.h"
#include "crawler/start/trying_lister.h"

using namespace mcprisk;
using namespace mcprisk::crawler;
using std::chrono::milliseconds;

namespace {

namespace fs = std::filesystem;

// A copy of our own: other tests run the same program at the same time.
class OwnServer {
  public:
    OwnServer() {
        fs::copy_file(MCPRISK_BINARY_DIR "/tests/crawler/picky_server", path());
    }
    [[nodiscard]] std::string path() const { return folder_.path() + "/tries_hold_server"; }

  private:
    TemporaryDirectory folder_ = TemporaryDirectory::make().value();
};

// Where the server listens, if it does, on every address that it has.
const std::set<int> kItsPorts{38123, 38124};
constexpr std::string_view kCanary = "canary-real-credential-4417";

std::string whole_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Those of its ports on which anybody listens on this machine, on whatever address.
std::set<int> open_ports() {
    std::set<int> ports = listening_ports(whole_file("/proc/net/tcp"));
    ports.merge(listening_ports(whole_file("/proc/net/tcp6")));
    std::erase_if(ports, [](int port) { return !kItsPorts.contains(port); });
    return ports;
}

// Processes whose command line holds one of the words, but for this one.
std::size_t processes_named(const std::set<std::string>& words) {
    std::size_t count = 0;
    const std::string own = std::to_string(getpid());
    for (const auto& entry : fs::directory_iterator("/proc")) {
        if (entry.path().filename() == own) continue;
        std::string line = whole_file(entry.path() / "cmdline");
        for (char& c : line) c = c == '\0' ? ' ' : c;
        for (const std::string& word : words) count += line.find(word) != std::string::npos;
    }
    return count;
}

// A port of loopback that takes down what it is sent.
class Ear {
  public:
    Ear() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* general = reinterpret_cast<sockaddr*>(&address);
        BOOST_REQUIRE(bind(fd_, general, size) == 0 && listen(fd_, 8) == 0);
        getsockname(fd_, general, &size);
        port_ = ntohs(address.sin_port);
    }
    ~Ear() { close(fd_); }
    Ear(const Ear&) = delete;
    Ear& operator=(const Ear&) = delete;

    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] std::string heard() const {
        std::string all;
        for (int fd = accept(fd_, nullptr, nullptr); fd >= 0; fd = accept(fd_, nullptr, nullptr)) {
            char buffer[512];
            for (ssize_t n = read(fd, buffer, sizeof buffer); n > 0;
                 n = read(fd, buffer, sizeof buffer)) {
                all.append(buffer, static_cast<std::size_t>(n));
            }
            close(fd);
        }
        return all;
    }

  private:
    int fd_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int port_ = 0;
};

// A home and an environment with keys in them, as those of whoever crawls.
class Caller {
  public:
    Caller() {
        fs::create_directory(home_.path() + "/.acme");
        std::ofstream(home_.path() + "/.acme/key") << kCanary;
        if (const char* home = std::getenv("HOME")) before_ = home;
        setenv("HOME", home_.path().c_str(), 1);
        setenv("ACME_API_KEY", std::string(kCanary).c_str(), 1);
        setenv("ACME_KEY", std::string(kCanary).c_str(), 1);
    }
    ~Caller() {
        setenv("HOME", before_.c_str(), 1);
        unsetenv("ACME_API_KEY");
        unsetenv("ACME_KEY");
    }
    Caller(const Caller&) = delete;
    Caller& operator=(const Caller&) = delete;

    [[nodiscard]] const std::string& home() const { return home_.path(); }

  private:
    TemporaryDirectory home_ = TemporaryDirectory::make().value();
    std::string before_;
};

struct Held {
    Listing listing;
    std::set<int> opened;  // ports that were open at any moment and not before
};

Held try_all_ways(const std::string& server,
                  const std::vector<std::string>& words,
                  bool network) {
    StdioOptions how;
    how.sandbox = Sandbox::bubblewrap;
    how.placeholder_credentials = true;
    how.companion = server;
    how.allow_network = network;
    how.limits.start = milliseconds{3000};
    how.limits.request = milliseconds{3000};
    how.limits.total = milliseconds{6000};
    how.limits.install = milliseconds{1};
    how.limits.grace = milliseconds{400};
    Target target;
    target.id = "picky";
    std::vector<std::string> argv{server};
    argv.insert(argv.end(), words.begin(), words.end());
    target.how = StdioTarget{.argv = std::move(argv)};
    Loop loop;
    std::optional<Listing> result;
    const std::set<int> before = open_ports();
    Held held;
    const auto lister = make_trying_lister(
        loop, target, how, [&](Listing listing) { result = std::move(listing); });
    lister->start();
    loop.run_until([&] {
        for (const int port : open_ports()) {
            if (!before.contains(port)) held.opened.insert(port);
        }
        return result.has_value();
    });
    held.listing = std::move(*result);
    return held;
}

bool holds_canary(const Listing& listing) {
    const auto has = [](const std::string& text) {
        return text.find(kCanary) != std::string::npos;
    };
    for (const Tool& tool : listing.document.tools) {
        if (has(tool.name) || has(tool.description)) return true;
    }
    return has(listing.failure) || has(listing.last_words) || has(listing.started_with);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tries_hold)

BOOST_AUTO_TEST_CASE(no_try_leaves_or_opens_or_tells_anything) {
    {
        Loop loop;
        if (!probe_sandbox(loop, milliseconds{5000})) {
            BOOST_TEST_MESSAGE("skipped: bubblewrap does not work here");
            return;
        }
    }
    const Caller caller;
    std::string home = caller.home();
    std::replace(home.begin(), home.end(), '/', '|');
    const Ear ear;
    const OwnServer server;
    const std::set<std::string> ours{server.path()};
    BOOST_REQUIRE_EQUAL(processes_named(ours), 0U);
    const std::string port = std::to_string(ear.port());
    std::size_t listed = 0;
    for (const std::string mode : {"wants-key",
                                   "wants-everything",
                                   "wants-directory",
                                   "http",
                                   "http-and-silent",
                                   "wants-redis",
                                   "leaves-a-child",
                                   "leaves-a-child-and-lists",
                                   "reads-home",
                                   "phones-home",
                                   "never"}) {
        for (const bool network : {false, true}) {
            // With a network of its own choice the plain start may listen, as it is asked to.
            if (network && mode.starts_with("http")) continue;
            const Held held =
                try_all_ways(server.path(), {mode, mode == "reads-home" ? home : port}, network);
            BOOST_TEST_INFO(mode << ", network " << network << ": " << held.listing.failure);
            BOOST_TEST(processes_named(ours) == 0U);
            BOOST_TEST_INFO(mode);
            BOOST_TEST(held.opened.empty());
            BOOST_TEST_INFO(mode);
            BOOST_TEST(!holds_canary(held.listing));
            BOOST_TEST_INFO(mode);
            BOOST_TEST(ear.heard() == "");
            listed += held.listing.outcome == Outcome::listed ? 1 : 0;
        }
    }
    BOOST_TEST(listed >= 10U);  // else nothing was tried
    // The ear hears: whoever is let out with what it was given says it there.
    const Held out = try_all_ways(server.path(), {"wants-network", port}, true);
    BOOST_TEST((out.listing.outcome == Outcome::listed), out.listing.failure);
    const std::string heard = ear.heard();
    BOOST_TEST(heard.starts_with("placeholder"), heard);
    BOOST_TEST(heard.find(kCanary) == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

#include "crawler/start/trying_lister.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "build_places.h"
#include "crawler/process/sandbox_probe.h"

using namespace mcprisk;
using namespace mcprisk::crawler;
using std::chrono::milliseconds;

namespace {

const std::string kPicky = MCPRISK_BINARY_DIR "/tests/crawler/picky_server";

bool skip_without_bubblewrap() {
    static const bool works = [] {
        Loop loop;
        return probe_sandbox(loop, milliseconds{5000}).has_value();
    }();
    if (!works) BOOST_TEST_MESSAGE("skipped: bubblewrap does not work here");
    return !works;
}

StdioOptions options() {
    StdioOptions options;
    options.sandbox = Sandbox::bubblewrap;
    options.placeholder_credentials = true;
    options.companion = kPicky;
    options.limits.start = milliseconds{6000};
    options.limits.request = milliseconds{6000};
    options.limits.grace = milliseconds{400};
    return options;
}

Listing list(std::vector<std::string> words, const StdioOptions& how = options()) {
    Target target;
    target.id = "picky";
    words.insert(words.begin(), kPicky);
    target.how = StdioTarget{.argv = std::move(words)};
    Loop loop;
    std::optional<Listing> result;
    const auto lister = make_trying_lister(
        loop, target, how, [&](Listing listing) { result = std::move(listing); });
    lister->start();
    loop.run_until([&] { return result.has_value(); });
    BOOST_REQUIRE(result.has_value());
    return *result;
}

std::string first_tool(const Listing& listing) {
    return listing.document.tools.empty() ? listing.failure : listing.document.tools.front().name;
}

// A port of this machine's loopback, and whether anybody came.
class Listener {
  public:
    Listener() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* general = reinterpret_cast<sockaddr*>(&address);
        BOOST_REQUIRE(bind(fd_, general, size) == 0 && listen(fd_, 8) == 0);
        getsockname(fd_, general, &size);
        port_ = std::to_string(ntohs(address.sin_port));
    }
    ~Listener() { close(fd_); }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    [[nodiscard]] const std::string& port() const { return port_; }
    [[nodiscard]] bool visited() const {
        const int visitor = accept(fd_, nullptr, nullptr);
        if (visitor >= 0) close(visitor);
        return visitor >= 0;
    }

  private:
    int fd_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    std::string port_;
};

bool process_runs(const std::string& words) {
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        std::ifstream in(entry.path() / "cmdline", std::ios::binary);
        std::string line((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
        for (char& c : line) c = c == '\0' ? ' ' : c;
        if (line.find(words) != std::string::npos) return true;
    }
    return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(trying_lister)

BOOST_AUTO_TEST_CASE(what_starts_plainly_is_started_plainly) {
    if (skip_without_bubblewrap()) return;
    const Listing listing = list({"plain"});
    BOOST_TEST(first_tool(listing) == "plain");
    BOOST_TEST(listing.started_with == "");
    BOOST_TEST(listing.credential_class == "none");
}

BOOST_AUTO_TEST_CASE(a_made_up_key_is_recorded_and_is_no_secret) {
    if (skip_without_bubblewrap()) return;
    const Listing listing = list({"wants-key"});
    BOOST_TEST(to_string(listing.outcome) == "listed");
    BOOST_TEST(listing.started_with == "made-up values for ACME_API_KEY");
    BOOST_TEST(listing.credential_class == "placeholder");
    // The tool is called like the key: nothing of it is hidden.
    BOOST_TEST(first_tool(listing) == "placeholder-0000000000000000");
    BOOST_TEST(listing.origin.find("placeholder") == std::string::npos, listing.origin);
}

BOOST_AUTO_TEST_CASE(one_demand_after_another_is_met) {
    if (skip_without_bubblewrap()) return;
    const Listing listing = list({"wants-everything"});
    BOOST_TEST(first_tool(listing) == "everything");
    BOOST_TEST(listing.started_with ==
               "made-up values for ACME_URL, subcommand serve, arguments --region REGION");
    BOOST_TEST(first_tool(list({"wants-directory"})) == "directory");
}

BOOST_AUTO_TEST_CASE(what_serves_http_is_asked_where_it_listens) {
    if (skip_without_bubblewrap()) return;
    const Listing listing = list({"http"});
    BOOST_TEST(first_tool(listing) == "over_http");
    BOOST_TEST(listing.server_info_name == "picky");
    BOOST_TEST(listing.protocol_version == "2025-06-18");
    BOOST_TEST(listing.started_with == "asked over HTTP at http://127.0.0.1:38123/api/mcp");
}

BOOST_AUTO_TEST_CASE(what_listens_and_is_no_mcp_server_is_not_listed) {
    if (skip_without_bubblewrap()) return;
    StdioOptions how = options();
    how.limits.start = milliseconds{1500};
    how.limits.total = milliseconds{3000};
    how.limits.install = milliseconds{1};
    const Listing listing = list({"http-and-silent"}, how);
    BOOST_TEST(to_string(listing.outcome) == "timed_out");
    BOOST_TEST(listing.started_with == "");
}

BOOST_AUTO_TEST_CASE(a_service_that_was_refused_is_there_the_next_time) {
    if (skip_without_bubblewrap()) return;
    BOOST_TEST(first_tool(list({"wants-redis"})) == "redis");
}

BOOST_AUTO_TEST_CASE(no_try_reaches_this_machine) {
    if (skip_without_bubblewrap()) return;
    const Listener listener;
    StdioOptions how = options();
    how.allow_network = true;
    const Listing listing = list({"phones-home", listener.port()}, how);
    BOOST_TEST(to_string(listing.outcome) == "needs_configuration");
    BOOST_TEST(!listener.visited());
}

BOOST_AUTO_TEST_CASE(no_try_leaves_a_process) {
    if (skip_without_bubblewrap()) return;
    const Listing listing = list({"leaves-a-child"});
    BOOST_TEST(to_string(listing.outcome) == "needs_configuration");
    BOOST_TEST(!process_runs("sleep 98765"));
}

BOOST_AUTO_TEST_CASE(what_lists_in_no_way_is_told_as_the_plain_start_with_the_number_of_tries) {
    if (skip_without_bubblewrap()) return;
    const Listing listing = list({"never"});
    BOOST_TEST(to_string(listing.outcome) == "needs_configuration");
    BOOST_TEST(listing.failure.find("ACME_KEY") != std::string::npos, listing.failure);
    BOOST_TEST(listing.failure.find("of starting it with made-up values did not list either") !=
                   std::string::npos,
               listing.failure);
    BOOST_TEST(listing.started_with == "");
}

BOOST_AUTO_TEST_SUITE_END()

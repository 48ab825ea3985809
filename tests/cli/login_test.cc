// `login`, and `scan` after it, against a server that wants a token. The server has a thread and a
// loop of its own, since a command runs until it is done.
#include <algorithm>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/app.h"
#include "cli/token_files.h"
#include "crawler/net/http_url.h"
#include "tests/cli/console.h"
#include "tests/crawler/fake_fortress.h"

using namespace mcprisk;
using namespace mcprisk::cli;
using nlohmann::json;

namespace {

class RunningFortress {
  public:
    explicit RunningFortress(std::vector<std::string> tokens) : fortress_(loop_) {
        fortress_.tokens = std::move(tokens);
        url = fortress_.server().url();
        thread_ = std::thread([this] {
            while (!stop_) loop_.run_once(std::chrono::milliseconds{20});
        });
    }
    ~RunningFortress() { end(); }
    RunningFortress(const RunningFortress&) = delete;
    RunningFortress& operator=(const RunningFortress&) = delete;

    // What was asked; the server is gone then.
    std::vector<std::string> end() {
        stop_ = true;
        if (thread_.joinable()) thread_.join();
        return fortress_.server().asked();
    }

    std::string url;

  private:
    crawler::Loop loop_;
    test::FakeFortress fortress_;
    std::atomic<bool> stop_ = false;
    std::thread thread_;
};

// A browser whose user says yes at once.
class Browser {
  public:
    ~Browser() {
        if (thread_.joinable()) thread_.join();
    }

    bool open(const std::string& url) {
        std::string back;
        std::string state;
        for (const auto& [name, value] : crawler::decode_form(crawler::query_of(url))) {
            if (name == "redirect_uri") back = value;
            if (name == "state") state = value;
        }
        thread_ = std::thread([address = back + "?code=c&state=" + state + added] {
            crawler::Loop loop;
            crawler::HttpClient client(loop);
            crawler::HttpRequest request;
            request.url = address;
            bool done = false;
            crawler::HttpCallbacks callbacks;
            callbacks.on_done = [&](const std::optional<crawler::HttpFailure>&) { done = true; };
            client.start(std::move(request), std::move(callbacks));
            loop.run_until([&] { return done; });
        });
        return true;
    }

    std::string added;  // to the way back

  private:
    std::thread thread_;
};

struct Run {
    int code = 0;
    std::string out;
    std::string err;
};

Run run(const TemporaryFolder& home,
        const std::vector<std::string>& arguments,
        Browser* browser = nullptr,
        const std::map<std::string, std::string>& variables = {}) {
    Console console;
    console.variables = variables;
    console.variables["HOME"] = home.path();
    console.environment.directory = home.path();
    if (browser != nullptr) {
        console.environment.open_browser = [browser](const std::string& url) {
            return browser->open(url);
        };
    }
    const int code = cli::run(arguments, console.environment);
    return {code, console.out.str(), console.err.str()};
}

std::filesystem::path token_folder(const TemporaryFolder& home) {
    return home.path() / ".local/state/mcprisk/tokens";
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(login)

BOOST_AUTO_TEST_CASE(a_login_is_kept_used_and_forgotten) {
    const TemporaryFolder home;
    RunningFortress fortress({R"({"access_token": "good", "refresh_token": "hush-1"})"});
    Browser browser;
    const Run login = run(home, {"login", fortress.url}, &browser);
    BOOST_TEST(login.code == 0, login.err);
    BOOST_TEST(contains(login.out, "/authorize?response_type=code"));
    BOOST_TEST(contains(login.err, "lists 1 tool"), login.err);
    BOOST_TEST(!contains(login.out + login.err, "hush"), login.err);
    const TokenFiles files(token_folder(home));
    BOOST_REQUIRE(files.load(fortress.url).value().has_value());
    BOOST_TEST(files.load(fortress.url).value()->refresh_token == "hush-1");

    const Run scan = run(home, {"scan", fortress.url, "--no-store", "--format", "json"});
    BOOST_TEST(scan.code == 0, scan.err);
    const json server = json::parse(scan.out)["servers"][0];
    BOOST_TEST(server["outcome"] == "listed");
    BOOST_TEST(server["credential_class"] == "configured");

    BOOST_TEST(run(home, {"login", fortress.url, "--forget"}).code == 0);
    BOOST_TEST(!files.load(fortress.url).value().has_value());
    const Run without = run(home, {"scan", fortress.url, "--no-store", "--format", "json"});
    BOOST_TEST(without.code == 3);
    const json refused = json::parse(without.out)["servers"][0];
    BOOST_TEST(refused["authorization"]["access"] == "oauth_interactive");
    BOOST_TEST(contains(refused["failure"], "mcprisk login " + fortress.url));
}

BOOST_AUTO_TEST_CASE(a_scan_renews_a_token_that_is_over) {
    const TemporaryFolder home;
    RunningFortress fortress({R"({"access_token": "good", "refresh_token": "r1", "expires_in": 1})",
                              R"({"access_token": "better", "refresh_token": "r2"})"});
    Browser browser;
    BOOST_TEST(run(home, {"login", fortress.url}, &browser).code == 0);
    BOOST_TEST(run(home, {"scan", fortress.url, "--no-store"}).code == 0);
    const auto token = TokenFiles(token_folder(home)).load(fortress.url).value();
    BOOST_REQUIRE(token.has_value());
    BOOST_TEST(token->access_token == "better");
    BOOST_TEST(token->refresh_token == "r2");
}

BOOST_AUTO_TEST_CASE(a_login_that_is_refused_keeps_nothing) {
    const TemporaryFolder home;
    RunningFortress fortress({});
    Browser browser;
    browser.added = "&iss=https%3A%2F%2Fevil.example";
    const Run login = run(home, {"login", fortress.url}, &browser);
    BOOST_TEST(login.code == 3);
    BOOST_TEST(contains(login.err, "evil.example"), login.err);
    BOOST_TEST(!std::filesystem::exists(token_folder(home)));
    for (const std::string& asked : fortress.end()) BOOST_TEST(asked != "POST /token");
}

BOOST_AUTO_TEST_CASE(a_configured_client_needs_nobody) {
    const TemporaryFolder home;
    RunningFortress fortress({R"({"access_token": "good"})", R"({"access_token": "good"})"});
    const std::string issuer = crawler::parse_http_url(fortress.url)->site();
    const auto write = [&](const std::string& for_server, const std::string& of_issuer) {
        std::ofstream(home.path() / "clients.json") << json{{"clients",
                                                             {{{"server", for_server},
                                                               {"issuer", of_issuer},
                                                               {"client_id", "job"},
                                                               {"client_secret", "$JOB_SECRET"}}}}};
    };
    const std::map<std::string, std::string> variables{{"JOB_SECRET", "hush-job"}};
    const std::vector<std::string> scan{
        "scan", fortress.url, "--no-store", "--auth", "clients.json", "--format", "json"};
    write(fortress.url, issuer);
    const Run good = run(home, scan, nullptr, variables);
    BOOST_TEST(good.code == 0, good.err);
    BOOST_TEST(!std::filesystem::exists(token_folder(home)));

    write(fortress.url, "https://as.example");
    const Run other_issuer = run(home, scan, nullptr, variables);
    BOOST_TEST(other_issuer.code == 3);
    BOOST_TEST(contains(other_issuer.out, "belongs to https://as.example"), other_issuer.out);
    write("https://other.example/mcp", issuer);
    BOOST_TEST(run(home, scan, nullptr, variables).code == 3);
    const Run unset = run(home, scan);
    BOOST_TEST(unset.code == 2);
    BOOST_TEST(contains(unset.err, "JOB_SECRET is not set"), unset.err);
    for (const Run& each : {good, other_issuer, unset}) {
        BOOST_TEST(!contains(each.out + each.err, "hush"));
    }
    const auto asked = fortress.end();
    BOOST_TEST(std::count(asked.begin(), asked.end(), "POST /token") == 1);
}

BOOST_AUTO_TEST_CASE(wrong_usage_is_said) {
    const TemporaryFolder home;
    BOOST_TEST(run(home, {"login"}).code == 2);
    BOOST_TEST(run(home, {"login", "no-address"}).code == 2);
    BOOST_TEST(run(home, {"login", "https://h.example", "--client-secret", "s"}).code == 2);
}

BOOST_AUTO_TEST_SUITE_END()

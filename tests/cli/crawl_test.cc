// `crawl` as a whole: a simulator of several hundred servers, interruption, resumption, consent.
#include <fmt/format.h>
#include <sys/stat.h>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/app.h"
#include "cli/output/crawl_progress.h"
#include "console.h"
#include "engine/crawl_intake.h"
#include "store/catalogue.h"
#include "tests/support/mcp_simulator.h"

namespace mcprisk::cli {
namespace {

using nlohmann::json;
using test::fate_of;
using test::outcome_of;

// Serves from a thread of its own, as a program beside us would.
class SimulatorThread {
  public:
    explicit SimulatorThread(test::SimulatorOptions options) {
        std::atomic<bool> ready{false};
        thread_ = std::thread([&, options] {
            crawler::Loop loop;
            test::McpSimulator simulator(loop, options);
            simulator_ = &simulator;
            authority_ = simulator.authority();
            ready = true;
            ready.notify_one();
            while (!stop_) loop.run_once(std::chrono::milliseconds{20});
        });
        ready.wait(false);
    }
    ~SimulatorThread() {
        stop_ = true;
        thread_.join();
    }
    SimulatorThread(const SimulatorThread&) = delete;
    SimulatorThread& operator=(const SimulatorThread&) = delete;
    [[nodiscard]] std::string url(std::size_t number) const { return simulator_->url(number); }
    [[nodiscard]] const std::string& authority() const { return authority_; }

  private:
    std::thread thread_;
    const test::McpSimulator* simulator_ = nullptr;
    std::string authority_;
    std::atomic<bool> stop_{false};
};

struct World {
    TemporaryFolder folder;
    Console console;
    std::filesystem::path db = folder.path() / "catalogue.db";

    World() {
        console.variables = {{"HOME", folder.path().string()}, {"PATH", "/usr/bin:/bin"}};
        console.environment.directory = folder.path();
    }

    int crawl(std::vector<std::string> more) {
        std::vector<std::string> words{"--db", db.string(), "-q", "crawl"};
        words.insert(words.end(), more.begin(), more.end());
        console.out.str("");
        console.err.str("");
        return run(words, console.environment);
    }

    [[nodiscard]] auto attempts() const {
        auto catalogue = store::Catalogue::open(db, store::OpenMode::read_only);
        BOOST_REQUIRE(catalogue.has_value());
        return catalogue->last_attempts();
    }

    [[nodiscard]] std::size_t observations() const {
        return store::Catalogue::open(db, store::OpenMode::read_only)->stats().observations;
    }

    std::filesystem::path write(const std::string& name, const std::string& text) const {
        std::ofstream(folder.path() / name) << text;
        return folder.path() / name;
    }

    std::string list_of(const SimulatorThread& simulator,
                        std::size_t first,
                        std::size_t end) const {
        std::string text;
        for (std::size_t i = first; i < end; ++i) text += simulator.url(i) + "\n";
        return write("list.txt", text).string();
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(crawl)

BOOST_AUTO_TEST_CASE(every_server_ends_as_it_was_made_to) {
    constexpr std::size_t kServers = 300;
    const SimulatorThread simulator({std::chrono::milliseconds{10}, true});
    World world;
    setenv("SSL_CERT_FILE", world.write("ca.pem", simulator.authority()).c_str(), 1);
    const int code = world.crawl({world.list_of(simulator, 0, kServers),
                                  "--allow-private",
                                  "--jobs",
                                  "150",
                                  "--timeout",
                                  "9"});
    unsetenv("SSL_CERT_FILE");
    BOOST_TEST(code == 0, world.console.err.str());
    const auto attempts = world.attempts();
    BOOST_TEST(attempts.size() == kServers);
    auto catalogue = store::Catalogue::open(world.db, store::OpenMode::read_only);
    for (std::size_t i = 0; i < kServers; ++i) {
        const auto found = attempts.find(simulator.url(i));
        BOOST_REQUIRE(found != attempts.end());
        BOOST_TEST((found->second.outcome == outcome_of(fate_of(i))),
                   simulator.url(i) << " played " << to_string(outcome_of(fate_of(i))) << ", is "
                                    << to_string(found->second.outcome));
        BOOST_TEST(catalogue->tools_of(simulator.url(i)).size() == tools_of(fate_of(i)));
    }
}

BOOST_AUTO_TEST_CASE(a_certificate_that_nobody_vouches_for_is_refused) {
    const SimulatorThread simulator({std::chrono::milliseconds{1}, true});
    World world;
    world.crawl({world.list_of(simulator, 0, 1), "--allow-private"});
    const auto attempts = world.attempts();
    BOOST_TEST((attempts.at(simulator.url(0)).outcome == Outcome::unreachable));
}

BOOST_AUTO_TEST_CASE(a_crawl_goes_on_where_it_stopped) {
    const SimulatorThread simulator({std::chrono::milliseconds{1}, false});
    World world;
    const std::string list = world.list_of(simulator, 0, 12);
    std::atomic<int> asked{0};
    world.console.environment.interrupted = [&] { return ++asked > 3; };
    const std::vector<std::string> words{
        list, "--allow-private", "--jobs", "1", "--timeout", "3", "--limit", "6"};
    BOOST_TEST(world.crawl(words) == 3);  // interrupted
    const std::size_t before = world.attempts().size();
    BOOST_TEST(before > 0U);
    BOOST_TEST(before < 6U);
    world.console.environment.interrupted = nullptr;
    world.crawl({list, "--allow-private", "--jobs", "12", "--timeout", "3"});
    BOOST_TEST(world.attempts().size() == 12U);
    BOOST_TEST(world.observations() == 12U);  // none twice
    world.crawl({list, "--allow-private", "--refresh", "1h"});
    BOOST_TEST(world.observations() == 12U);
    world.console.environment.now = [] { return std::int64_t{1795234567 + 7200}; };
    world.crawl({list, "--allow-private", "--jobs", "12", "--timeout", "3", "--refresh", "1h"});
    BOOST_TEST(world.observations() == 24U);
}

BOOST_AUTO_TEST_CASE(a_server_that_ended_the_program_twice_is_left_out_and_said) {
    const SimulatorThread simulator({std::chrono::milliseconds{1}, false});
    World world;
    std::ofstream(world.db.string() + ".at-work") << json(
        {{"ended", {{simulator.url(0), 1}, {simulator.url(1), 2}}}, {"at_work", simulator.url(0)}});
    world.crawl({world.list_of(simulator, 0, 3), "--allow-private"});
    const auto attempts = world.attempts();
    BOOST_TEST(attempts.size() == 3U);
    for (const int out : {0, 1}) {
        BOOST_TEST((attempts.at(simulator.url(out)).outcome == Outcome::unreadable));
        BOOST_TEST(world.console.err.str().find(simulator.url(out) + ": mcprisk ended twice") !=
                   std::string::npos);
    }
    BOOST_TEST((attempts.at(simulator.url(2)).outcome == outcome_of(fate_of(2))));
}

BOOST_AUTO_TEST_CASE(programs_of_an_index_need_consent) {
    World world;
    const auto marker = world.folder.path() / "started";
    const std::string list =
        world.write("list.txt", "/usr/bin/touch " + marker.string() + "\n").string();
    BOOST_TEST(world.crawl({list}) == 3);
    BOOST_TEST(!std::filesystem::exists(marker));
    BOOST_TEST((world.attempts().begin()->second.outcome == Outcome::not_started));
}

BOOST_AUTO_TEST_CASE(without_a_sandbox_programs_of_an_index_are_not_started) {
    World world;
    // A bwrap that is there and does not work.
    const auto bin = world.folder.path() / "bin";
    std::filesystem::create_directories(bin);
    std::ofstream(bin / "bwrap") << "#!/bin/sh\necho no namespaces >&2\nexit 1\n";
    chmod((bin / "bwrap").c_str(), 0755);
    const std::string path = std::getenv("PATH");
    setenv("PATH", bin.c_str(), 1);
    const auto marker = world.folder.path() / "started";
    const std::string list =
        world.write("list.txt", "/usr/bin/touch " + marker.string() + "\n").string();
    world.crawl({list, "--yes"});
    setenv("PATH", path.c_str(), 1);
    BOOST_TEST(!std::filesystem::exists(marker));
    auto catalogue = store::Catalogue::open(world.db, store::OpenMode::read_only);
    const auto server = catalogue->servers().at(0);
    BOOST_TEST((server.last_outcome == Outcome::not_started));
    BOOST_TEST(server.last_failure.find("no namespaces") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_the_index_tells_stands_until_the_server_answers) {
    World world;
    const std::string index = world
                                  .write("told.json", R"({"qualifiedName": "@a/b",
        "connections": [{"type": "http", "deploymentUrl": "http://127.0.0.1:9/mcp"}],
        "tools": [{"name": "look", "description": "d", "inputSchema": {"type": "object"}}]})")
                                  .string();
    world.crawl({index, "--allow-private"});
    auto catalogue = store::Catalogue::open(world.db, store::OpenMode::read_only);
    const auto server = catalogue->servers().at(0);
    BOOST_TEST(server.id == "http://127.0.0.1:9/mcp");
    BOOST_TEST((server.last_outcome == Outcome::unreachable));
    BOOST_TEST(server.tools == 1U);
    const auto aliases = catalogue->aliases_of(server.id);
    BOOST_REQUIRE_EQUAL(aliases.size(), 2U);
    BOOST_TEST(aliases[1].value == "@a/b");
    BOOST_TEST(catalogue->server_by_alias("smithery", "@a/b").value() == server.id);
}

BOOST_AUTO_TEST_CASE(two_indexes_one_server_and_its_names) {
    World world;
    const std::string one = world
                                .write("one.json", R"({"qualifiedName": "@a/b",
        "connections": [{"type": "http", "deploymentUrl": "http://127.0.0.1:9/mcp"}],
        "tools": [{"name": "look", "description": "d", "inputSchema": {"type": "object"}}]})")
                                .string();
    const std::string two = world
                                .write("two.json", R"({"name": "io.example/b", "version": "2",
        "remotes": [{"type": "streamable-http", "url": "http://127.0.0.1:9/mcp"}],
        "packages": [{"registryType": "npm", "identifier": "@a/b-mcp"}]})")
                                .string();
    world.crawl({one, "--allow-private"});
    world.crawl({two, "--allow-private", "--refresh", "0"});
    auto catalogue = store::Catalogue::open(world.db, store::OpenMode::read_only);
    BOOST_REQUIRE_EQUAL(catalogue->servers().size(), 1U);
    const auto shown = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"--db", world.db.string()});
        world.console.out.str("");
        BOOST_TEST(run(words, world.console.environment) == 0);
        return world.console.out.str();
    };
    const std::string ids = shown({"show", "127.0.0.1", "--ids"});
    for (const char* name : {"@a/b-mcp", "io.example/b", "Smithery @a/b", "server.json"}) {
        BOOST_TEST(ids.find(name) != std::string::npos, name << " in " << ids);
    }
    const json as_json = json::parse(shown({"show", "127.0.0.1", "--ids", "--json"}));
    BOOST_TEST(as_json["ids"].size() == 4U);

    // A configuration names it by its package, and the catalogue knows which server that is.
    world.write("mcp.json", R"({"mcpServers": {"b": {"command": "npx", "args": ["-y", "@a/b-mcp"]},
        "c": {"command": "npx", "args": ["-y", "unknown-mcp"]}}})");
    const json scan = json::parse(shown({"scan", "mcp.json", "--no-run", "--format", "json"}));
    BOOST_TEST(scan["servers"][0]["outcome"] == "listed", scan["servers"][0].dump());
    BOOST_TEST(scan["servers"][1]["outcome"] == "not_started");
    BOOST_TEST(scan["verdicts"].size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_folder_of_configurations_from_many_machines) {
    World world;
    const auto fleet = world.folder.path() / "fleet";
    for (const char* place : {"anna/Library/Application Support/Claude", "ben/.cursor", "cem/x"}) {
        std::filesystem::create_directories(fleet / place);
    }
    std::ofstream(fleet / "anna/Library/Application Support/Claude/claude_desktop_config.json")
        << R"({"mcpServers": {"a": {"command": "C:\\Tools\\npx.cmd", "args": ["-y", "a-mcp"]}}})";
    std::ofstream(fleet / "ben/.cursor/mcp.json")
        << R"({"mcpServers": {"b": {"url": "https://b.example/${env:HOME}/mcp"}}})";
    std::ofstream(fleet / "cem/x/package.json") << R"({"name": "no configuration"})";
    std::ofstream(fleet / "ben/.cursor/notes.toml") << "broken = [";
    std::vector<std::string> words{
        "--db", world.db.string(), "scan", fleet.string(), "--no-run", "--format", "json"};
    run(words, world.console.environment);
    const json scan = json::parse(world.console.out.str());
    BOOST_REQUIRE_EQUAL(scan["servers"].size(), 2U);
    BOOST_TEST(scan["servers"][0]["id"] == "npm:a-mcp");
    const std::string all = scan.dump();
    BOOST_TEST(all.find(world.folder.path().string() + "/mcp") == std::string::npos);
    world.console.err.str("");
    std::filesystem::create_directories(world.folder.path() / "empty");
    words[3] = (world.folder.path() / "empty").string();
    world.console.out.str("");
    BOOST_TEST(run(words, world.console.environment) == 3);
}

BOOST_AUTO_TEST_CASE(operators_may_opt_out) {
    const SimulatorThread simulator({std::chrono::milliseconds{1}, false});
    World world;
    const std::string list = world.list_of(simulator, 0, 2);
    const std::string first = simulator.url(0);
    const std::string host = first.substr(7, first.find(':', 7) - 7);
    world.crawl({list,
                 "--allow-private",
                 "--timeout",
                 "3",
                 "--opt-out",
                 world.write("out.txt", "# theirs\n" + host + "\n").string()});
    BOOST_TEST((world.attempts().at(first).outcome == Outcome::refused));
    BOOST_TEST((world.attempts().at(simulator.url(1)).outcome != Outcome::refused));
}

BOOST_AUTO_TEST_CASE(wrong_usage) {
    World world;
    const std::string list = world.write("l.txt", "https://a.example/mcp\n").string();
    BOOST_TEST(world.crawl({list, "--shard", "9/2"}) == 2);
    BOOST_TEST(world.crawl({list, "--refresh", "soon"}) == 2);
    BOOST_TEST(world.crawl({list, "--only", "some"}) == 2);
    BOOST_TEST(world.crawl({list, "--contact", "two words"}) == 2);
    BOOST_TEST(world.crawl({"missing.json"}) == 3);
    BOOST_TEST(world.crawl({world.write("x.json", R"({"a": 1})").string()}) == 3);
    BOOST_TEST(world.console.err.str().find("expected an index") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(progress_in_words) {
    engine::CrawlCounts counts(43000);
    Listing listing;
    listing.document.tools.resize(3);
    for (int i = 0; i < 1500; ++i) counts.add(listing, 1);
    listing = {};
    listing.outcome = Outcome::unreachable;
    for (int i = 0; i < 500; ++i) counts.add(listing, 0);
    BOOST_TEST(progress_text(counts, std::chrono::seconds{10}) ==
               "2,000 of 43,000 \xc2\xb7 1,500 listed \xc2\xb7 500 unreachable \xc2\xb7 200/s "
               "\xc2\xb7 3:25 left");
    BOOST_TEST(counts.tools() == 4500U);
    BOOST_TEST(crawl_table(counts, 80).find("listed") != std::string::npos);
    engine::CrawlCounts failed(3);
    for (const char* name : {"alpha", "beta", "gamma"}) {
        Listing one;
        one.document.server = std::string("npm:") + name;
        one.outcome = Outcome::unreachable;
        one.failure = name == std::string("gamma")
                          ? "resolving https://gamma.example: no such host"
                          : fmt::format("fetching a package took {} ms: no such package", name[0] * 3);
        failed.add(one, 0);
    }
    BOOST_TEST(failed.main_reason(Outcome::unreachable).first ==
               "fetching a package took N ms: no such package");
    BOOST_TEST(failed.main_reason(Outcome::unreachable).second == 2U);
    BOOST_TEST(failed.main_reason(Outcome::listed).first.empty());
    BOOST_TEST(crawl_table(failed, 120).find("2: fetching") != std::string::npos);
    BOOST_TEST(grouped(999) == "999");
    BOOST_TEST(grouped(1234567) == "1,234,567");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace mcprisk::cli

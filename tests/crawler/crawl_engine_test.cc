#include "crawler/crawl_engine.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <map>

#include "crawler/index/index_source.h"
#include "crawler/process/temporary_directory.h"
#include "fake_mcp.h"

namespace mcprisk::crawler {
namespace {

using test::Connection;
using test::FakeMcp;
using test::FakeRequest;
using test::json;

Target http_target(const std::string& url) {
    Target target;
    target.id = url;
    target.how = HttpTarget{url, {}, {}};
    return target;
}

// A whole crawl of HTTP servers in one loop, with a client that tells the memory.
struct World {
    Loop loop;
    HostMemory memory;
    HttpOptions http;
    CrawlRules rules;
    std::map<std::size_t, Listing> listings;
    std::size_t started = 0;
    bool stop = false;
    HttpClient client{loop, options()};

    HttpClientOptions options() {
        HttpClientOptions options;
        options.watch.answered = [this](const HttpUrl& url, const HttpHead& head) {
            memory.answered(url, head, Loop::Clock::now());
        };
        options.watch.failed = [this](const HttpUrl& url, const HttpFailure& failure) {
            memory.failed(url, failure);
        };
        return options;
    }

    void crawl(std::vector<Target> targets) {
        CrawlHooks hooks;
        hooks.make = [this](Target target, Lister::Done done) {
            ++started;
            return make_http_lister(loop, client, std::move(target), http, std::move(done));
        };
        hooks.listed = [this](std::size_t index, Listing listing) {
            BOOST_TEST(!listings.contains(index));  // each once
            listings[index] = std::move(listing);
        };
        hooks.stop = [this] { return stop; };
        hooks.random = [] { return 0.0; };
        crawl_servers(loop, std::move(targets), rules, memory, hooks);
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(crawl_engine)

BOOST_AUTO_TEST_CASE(every_target_gets_one_listing) {
    World world;
    FakeMcp server(world.loop);
    std::vector<Target> targets(7, http_target(server.server().url()));
    targets.push_back(http_target("ftp://nowhere.example/"));
    world.rules.pace.per_host = 2;
    world.crawl(std::move(targets));
    BOOST_TEST(world.listings.size() == 8U);
    for (std::size_t i = 0; i < 7; ++i) {
        BOOST_TEST((world.listings[i].outcome == Outcome::listed));
        BOOST_TEST(world.listings[i].document.tools.size() == 2U);
    }
    BOOST_TEST((world.listings[7].outcome == Outcome::refused));
}

BOOST_AUTO_TEST_CASE(a_dead_host_is_connected_to_once) {
    World world;
    const std::string dead = "http://127.0.0.1:" + std::to_string(test::closed_port()) + "/mcp";
    world.rules.pace.per_host = 1;
    world.crawl({http_target(dead), http_target(dead + "/two"), http_target(dead + "/three")});
    BOOST_TEST(world.started == 1U);
    for (auto& [index, listing] : world.listings) {
        BOOST_TEST((listing.outcome == Outcome::unreachable));
    }
    BOOST_TEST(world.listings[2].flags.front() == "host_remembered");
}

BOOST_AUTO_TEST_CASE(trouble_that_passes_is_tried_again) {
    World world;
    FakeMcp server(world.loop);
    int closed = 0;
    // A broken connection says nothing of the server.
    server.on("server/discover", [&](const FakeRequest&, const json& body, const Connection& to) {
        if (closed++ < 1) return to->close();
        test::send_json(to, test::result_of(body["id"], test::discover_result()));
    });
    server.on("initialize",
              [&](const FakeRequest&, const json&, const Connection& to) { to->close(); });
    world.crawl({http_target(server.server().url())});
    BOOST_TEST((world.listings[0].outcome == Outcome::listed), world.listings[0].failure);
    BOOST_TEST(world.started == 2U);
}

BOOST_AUTO_TEST_CASE(retries_end) {
    World world;
    FakeMcp server(world.loop);
    for (const char* method : {"server/discover", "initialize", "GET"}) {
        server.on(method,
                  [](const FakeRequest&, const json&, const Connection& to) { to->close(); });
    }
    world.crawl({http_target(server.server().url())});
    BOOST_TEST((world.listings[0].outcome != Outcome::listed));
    BOOST_TEST(world.started == 2U);
}

BOOST_AUTO_TEST_CASE(a_stop_finishes_what_is_in_flight_and_starts_nothing) {
    World world;
    FakeMcp server(world.loop);
    server.on("tools/list", [&](const FakeRequest&, const json& body, const Connection& to) {
        world.stop = true;
        test::send_json(to, test::result_of(body["id"], test::tools_page({"a"})));
    });
    world.rules.pace.connections = 1;
    world.crawl(std::vector<Target>(5, http_target(server.server().url())));
    BOOST_TEST(world.listings.size() == 1U);
    BOOST_TEST((world.listings[0].outcome == Outcome::listed));
}

BOOST_AUTO_TEST_CASE(private_addresses_of_an_index_are_refused_on_the_connected_address) {
    World world;
    FakeMcp server(world.loop);
    world.http.allow_private = false;
    std::string by_name = server.server().url();
    by_name.replace(by_name.find("127.0.0.1"), 9, "localhost");
    world.crawl({http_target(server.server().url()), http_target(by_name)});
    BOOST_TEST((world.listings[0].outcome == Outcome::refused));
    BOOST_TEST((world.listings[1].outcome == Outcome::refused));
    BOOST_TEST(server.server().asked().empty());
}

BOOST_AUTO_TEST_CASE(an_index_is_read_page_by_page) {
    World world;
    std::vector<std::string> asked;
    test::FakeHttpServer index(world.loop, [&](const FakeRequest& request, const Connection& to) {
        asked.push_back(request.path + " " + request.header("X-Api-Key"));
        const bool second = request.path.find("cursor=b%2Fc%3A1") != std::string::npos;
        if (!second && asked.size() == 1) return to->respond(503, "text/plain", "busy");
        const json server = {{"name", second ? "b/c" : "a/b"},
                             {"version", "1"},
                             {"remotes", {{{"type", "sse"}, {"url", "https://x.example/sse"}}}}};
        json metadata = json::object();
        if (!second) metadata["nextCursor"] = "b/c:1";
        to->respond(200,
                    "application/json",
                    json{{"servers", {{{"server", server}}}}, {"metadata", metadata}}.dump());
    });
    IndexSourceOptions options;
    options.headers = {{"X-Api-Key", "k"}};
    Diagnostics diagnostics;
    std::size_t entries = 0;
    const auto totals = read_index_source(index.url("/v0.1/servers?limit=1&cursor=old"),
                                          options,
                                          world.loop,
                                          world.client,
                                          diagnostics,
                                          [&](IndexPage page) { entries += page.entries.size(); });
    BOOST_REQUIRE(totals.has_value());
    BOOST_TEST(totals->pages == 2U);
    BOOST_TEST(entries == 2U);
    BOOST_REQUIRE_EQUAL(asked.size(), 3U);  // one of them in vain
    BOOST_TEST(asked[2] == "/v0.1/servers?limit=1&cursor=b%2Fc%3A1 k");
}

BOOST_AUTO_TEST_CASE(an_index_that_answers_with_an_error_is_an_error) {
    World world;
    test::FakeHttpServer index(world.loop, [](const FakeRequest&, const Connection& to) {
        to->respond(404, "text/plain", "no");
    });
    Diagnostics diagnostics;
    const auto totals = read_index_source(
        index.url("/x"), {}, world.loop, world.client, diagnostics, [](const IndexPage&) {});
    BOOST_REQUIRE(!totals.has_value());
    BOOST_TEST(totals.error().message.find("HTTP 404") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_folder_of_server_files) {
    World world;
    const auto folder = TemporaryDirectory::make();
    BOOST_REQUIRE(folder.has_value());
    const std::filesystem::path root(folder->path());
    std::filesystem::create_directories(root / "servers/one");
    std::ofstream(root / "servers/one/server.yaml")
        << "name: one\nimage: mcp/one\ntype: server\nabout:\n  title: One\n";
    std::ofstream(root / "servers/one/tools.json") << R"([{"name": "t", "description": "d"}])";
    std::ofstream(root / "servers/notes.json") << R"({"nothing": 1})";
    std::ofstream(root / "servers/readme.md") << "text";
    Diagnostics diagnostics;
    std::vector<IndexEntry> entries;
    const auto totals = read_index_source(
        root.string(), {}, world.loop, world.client, diagnostics, [&](IndexPage page) {
            for (IndexEntry& entry : page.entries) entries.push_back(std::move(entry));
        });
    BOOST_REQUIRE(totals.has_value());
    BOOST_REQUIRE_EQUAL(entries.size(), 1U);
    BOOST_TEST(entries[0].told->document.tools.size() == 1U);
    BOOST_TEST(diagnostics.items().size() == 1U);  // notes.json is none
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace mcprisk::crawler

// Which servers of an index are asked now: no index, no network, no terminal.
#include "engine/crawl_plan.h"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(crawl_plan)

using namespace mcprisk;
using namespace mcprisk::engine;

namespace {

crawler::IndexedServer remote(const std::string& url) {
    crawler::IndexedServer server;
    server.id = url;
    crawler::IndexWay way;
    way.target.id = url;
    way.target.how = crawler::HttpTarget{.url = url};
    server.ways.push_back(std::move(way));
    return server;
}

crawler::IndexedServer program(const std::string& id) {
    crawler::IndexedServer server;
    server.id = id;
    crawler::IndexWay way;
    way.target.id = id;
    way.target.how = crawler::StdioTarget{{"npx", "-y", "x"}, {}, {}};
    server.ways.push_back(std::move(way));
    return server;
}

std::vector<crawler::IndexedServer> list_of(crawler::IndexedServer one) {
    std::vector<crawler::IndexedServer> list;
    list.push_back(std::move(one));
    return list;
}

CrawlWorld world(bool yes) {
    CrawlWorld made;
    made.now = 1'000'000;
    made.all_programs = [yes] { return yes; };
    made.consents = [yes](const crawler::Target& target) {
        return yes || std::holds_alternative<crawler::HttpTarget>(target.how);
    };
    made.is_container = [](const crawler::StdioTarget&) { return false; };
    return made;
}

const std::string kUrl = "https://mcp.example.org/mcp";

}  // namespace

BOOST_AUTO_TEST_CASE(what_was_asked_is_asked_again_when_it_is_due) {
    CrawlWorld known = world(true);
    const auto asked = [&](Outcome outcome, std::optional<std::int64_t> refresh) {
        known.attempts[kUrl].outcome = outcome;
        known.attempts[kUrl].at = known.now - 3600;
        return plan_crawl(list_of(remote(kUrl)), {.refresh = refresh}, known).servers.size() == 1;
    };
    BOOST_TEST(!asked(Outcome::listed, std::nullopt));
    BOOST_TEST(!asked(Outcome::listed, 3601));
    BOOST_TEST(asked(Outcome::listed, 3600));
    // Decided here, not answered there.
    BOOST_TEST(asked(Outcome::not_started, std::nullopt));
}

BOOST_AUTO_TEST_CASE(a_program_needs_consent_and_walls) {
    const auto settled = [](const CrawlWorld& in) {
        const CrawlPlan plan = plan_crawl(list_of(program("npm:x")), {}, in);
        BOOST_REQUIRE_EQUAL(plan.servers.size(), 1U);
        const CrawlServer& server = plan.servers[0];
        return server.target ? std::string("asked") : server.certain->failure;
    };
    BOOST_TEST(settled(world(true)) == "asked");
    BOOST_TEST(settled(world(false)).find("nobody consented") != std::string::npos);
    CrawlWorld bare = world(true);
    bare.no_sandbox = "no bwrap here";
    BOOST_TEST(settled(bare).find("no bwrap here") != std::string::npos);
    bare.is_container = [](const crawler::StdioTarget&) { return true; };
    BOOST_TEST(settled(bare) == "asked");
}

BOOST_AUTO_TEST_CASE(what_is_left_out_is_counted) {
    std::vector<crawler::IndexedServer> servers;
    for (const char* url : {"https://a.example/", "https://b.example/", "https://c.example/"}) {
        servers.push_back(remote(url));
    }
    servers.emplace_back().id = "npm:no-way";
    CrawlWorld in = world(true);
    in.opt_outs = OptOuts("a.example");
    const CrawlPlan plan = plan_crawl(std::move(servers), {.limit = 2}, in);
    BOOST_TEST(plan.named == 4U);
    BOOST_TEST(plan.without_way == 1U);
    BOOST_TEST(plan.elsewhere == 1U);
    BOOST_REQUIRE_EQUAL(plan.servers.size(), 2U);
    BOOST_REQUIRE(plan.servers[0].certain);
    BOOST_TEST((plan.servers[0].certain->outcome == Outcome::refused));
}

BOOST_AUTO_TEST_CASE(opt_outs_cover_domains_ids_and_urls) {
    const OptOuts outs("example.com\nnpm:@a/b  # asked by mail\nhttps://c.example/their/\n");
    BOOST_TEST(outs.covers("https://mcp.example.com/x", {}));
    BOOST_TEST(!outs.covers("https://notexample.com/x", {}));
    BOOST_TEST(outs.covers("NPM:@a/b", {}));
    BOOST_TEST(outs.covers("io.x/y", {{"npm", "@a/b", ""}}));
    BOOST_TEST(outs.covers("https://c.example/their/mcp", {}));
    BOOST_TEST(!outs.covers("https://c.example/other", {}));
    BOOST_TEST(!OptOuts("").covers("npm:x", {}));
}

BOOST_AUTO_TEST_CASE(shards_share_out_every_server_once) {
    for (int i = 0; i < 200; ++i) {
        const std::string id = "npm:package-" + std::to_string(i);
        const std::size_t shard = shard_of(id, 7);
        BOOST_TEST(shard >= 1U);
        BOOST_TEST(shard <= 7U);
        BOOST_TEST(shard == shard_of(id, 7));
    }
    BOOST_TEST(parse_shard("2/5").value().second == 5U);
    for (const char* text : {"", "0/5", "6/5", "2", "a/b", "2/5x", "-1/2"}) {
        BOOST_TEST(!parse_shard(text).has_value(), text);
    }
}

BOOST_AUTO_TEST_CASE(ages) {
    BOOST_TEST(parse_age("90").value() == 90);
    BOOST_TEST(parse_age("15m").value() == 900);
    BOOST_TEST(parse_age("12h").value() == 43200);
    BOOST_TEST(parse_age("7d").value() == 604800);
    BOOST_TEST(parse_age("2w").value() == 1209600);
    for (const char* text : {"", "d", "-1d", "1y", "1.5h"}) {
        BOOST_TEST(!parse_age(text).has_value(), text);
    }
}

BOOST_AUTO_TEST_SUITE_END()

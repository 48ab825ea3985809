#include "crawler/index/index_merge.h"

#include <boost/test/unit_test.hpp>

#include "crawler/index/index_parts.h"

namespace mcprisk::crawler {
namespace {

IndexEntry entry_of(std::string name, std::vector<Alias> aliases) {
    IndexEntry entry;
    entry.name = std::move(name);
    entry.aliases = std::move(aliases);
    return entry;
}

IndexWay program(std::vector<std::string> argv) {
    IndexWay way;
    way.target.how = StdioTarget{std::move(argv), {}, {}};
    return way;
}

std::vector<IndexedServer> merged(std::vector<IndexEntry> entries,
                                  const IndexMerge::Known& known = {}) {
    IndexMerge merge;
    for (IndexEntry& entry : entries) merge.add(std::move(entry));
    return merge.take(known);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(index_merge)

BOOST_AUTO_TEST_CASE(the_same_package_is_the_same_server) {
    const auto servers =
        merged({entry_of("io.example/a", {{"npm", "a", "x"}}),
                entry_of("docker-a", {{"docker", "docker-a", "y"}, {"npm", "a", "y"}}),
                entry_of("b", {{"npm", "b", "z"}})});
    BOOST_REQUIRE_EQUAL(servers.size(), 2U);
    BOOST_TEST(servers[0].id == "npm:a");
    BOOST_TEST(servers[0].entries == 2U);
    BOOST_TEST(servers[0].aliases.size() == 2U);
    BOOST_TEST(servers[0].aliases[0].evidence == "x");  // who said so first
}

BOOST_AUTO_TEST_CASE(a_later_entry_can_join_two_earlier_ones) {
    const auto servers =
        merged({entry_of("a", {{"npm", "a", ""}}),
                entry_of("b", {{"endpoint", "https://b.example/mcp", ""}}),
                entry_of("c", {{"npm", "a", ""}, {"endpoint", "https://b.example/mcp", ""}})});
    BOOST_REQUIRE_EQUAL(servers.size(), 1U);
    BOOST_TEST(servers[0].id == "npm:a");
    BOOST_TEST(servers[0].entries == 3U);
}

BOOST_AUTO_TEST_CASE(repositories_join_only_with_a_subfolder) {
    BOOST_TEST(merged({entry_of("a", {{"repository", "github.com/o/r", ""}, {"npm", "a", ""}}),
                       entry_of("b", {{"repository", "github.com/o/r", ""}, {"npm", "b", ""}})})
                   .size() == 2U);
    BOOST_TEST(merged({entry_of("a", {{"repository", "github.com/o/r#x", ""}, {"npm", "a", ""}}),
                       entry_of("b", {{"repository", "github.com/o/r#x", ""}, {"pypi", "b", ""}})})
                   .size() == 1U);
}

BOOST_AUTO_TEST_CASE(names_in_directories_and_titles_join_nothing) {
    IndexEntry one = entry_of("weather", {{"smithery", "weather", ""}});
    IndexEntry two = entry_of("weather-2", {{"mcpm", "weather", ""}});
    one.title = two.title = "Weather";
    BOOST_TEST(merged({one, two}).size() == 2U);
}

BOOST_AUTO_TEST_CASE(the_catalogue_keeps_the_id_it_has) {
    IndexEntry entry = entry_of("a", {{"npm", "a", ""}, {"endpoint", "https://a.example/mcp", ""}});
    entry.ways.push_back(program({"npx", "-y", "a"}));
    const auto servers = merged({entry}, [](const Alias& alias) -> std::optional<std::string> {
        if (alias.kind == "endpoint") return "https://a.example/mcp";
        return std::nullopt;
    });
    BOOST_TEST(servers.at(0).id == "https://a.example/mcp");
    BOOST_TEST(servers[0].ways.at(0).target.id == "https://a.example/mcp");
}

BOOST_AUTO_TEST_CASE(the_way_that_costs_least_trust) {
    IndexedServer server;
    server.ways.push_back(program({"docker", "run", "a"}));
    server.ways.push_back(program({"npx", "-y", "a"}));
    server.ways.push_back(http_way("https://a.example/mcp", "streamable-http"));
    const auto url = [](const std::optional<Target>& target) {
        return std::holds_alternative<HttpTarget>(target->how);
    };
    BOOST_TEST(url(choose_way(server, OnlyWays::all, true)));
    BOOST_TEST(std::get<StdioTarget>(choose_way(server, OnlyWays::package, true)->how).argv[0] ==
               "npx");
    // An address that wants a key comes after a program that wants none, if it may be started.
    server.ways[2].target.wanted = {"Authorization"};
    BOOST_TEST(!url(choose_way(server, OnlyWays::all, true)));
    BOOST_TEST(url(choose_way(server, OnlyWays::all, false)));
    server.ways[2].target.unresolved = {"tenant"};
    BOOST_TEST(!url(choose_way(server, OnlyWays::all, false)));
    server.ways.clear();
    BOOST_TEST(!choose_way(server, OnlyWays::all, true).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace mcprisk::crawler

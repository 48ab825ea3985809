#include "engine/guard/harden.h"

#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>

#include "data/data.h"

namespace mcprisk::engine {
namespace {

crawler::Target started(const std::string& id,
                        std::vector<std::string> argv,
                        std::map<std::string, std::string> env = {}) {
    crawler::Target target;
    target.id = id;
    target.config_name = "db";
    target.how = crawler::StdioTarget{.argv = std::move(argv), .env = std::move(env)};
    return target;
}

const std::vector<HardenRow>& built_in() {
    static const auto rows = [] {
        for (const EmbeddedFile& file : embedded::hardening()) {
            if (file.name == "packages.json") return read_harden_rows(file.text);
        }
        return std::vector<HardenRow>{};
    }();
    return rows;
}

BOOST_AUTO_TEST_SUITE(harden)

BOOST_AUTO_TEST_CASE(the_table_is_sound_and_sorted) {
    std::set<std::string> packages;
    for (const HardenRow& row : built_in()) packages.insert(row.package);
    BOOST_TEST(packages.size() >= 15U);
    BOOST_TEST(std::is_sorted(built_in().begin(), built_in().end(), [](const auto& a, const auto& b) {
        return std::tie(a.package, a.kind) < std::tie(b.package, b.kind);
    }));
    for (const HardenRow& row : built_in()) {
        // Whatever was listed both ways lost tools and got none.
        BOOST_TEST(row.listed_before >= row.listed_after, row.package);
        BOOST_TEST(row.listed_before == row.listed_after + row.gone.size(), row.package);
    }
    BOOST_CHECK_THROW(read_harden_rows(R"({"rows": [{"package": "npm:x", "kind": "read-only",
                                          "says": "y", "checked": "1"}]})"),
                      std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(what_is_switched_on_already_is_not_offered) {
    const auto offers = [](const crawler::Target& target) {
        return hardenings_of(built_in(), target).size();
    };
    BOOST_TEST(offers(started("npm:mongodb-mcp-server#3f2a", {"npx", "mongodb-mcp-server"})) == 1U);
    BOOST_TEST(offers(started("npm:mongodb-mcp-server", {"npx", "mongodb-mcp-server", "--readOnly"})) ==
               0U);
    BOOST_TEST(offers(started("npm:mongodb-mcp-server",
                              {"npx", "mongodb-mcp-server"},
                              {{"MDB_MCP_READ_ONLY", "true"}})) == 0U);
    // Another value of the same switch was somebody's choice.
    BOOST_TEST(offers(started("npm:@paddle/paddle-mcp",
                              {"npx", "@paddle/paddle-mcp", "--tools=all"})) == 0U);
    BOOST_TEST(offers(started("npm:nobody-knows", {"npx", "nobody-knows"})) == 0U);
}

BOOST_AUTO_TEST_CASE(switches_go_into_the_entry_and_every_other_byte_stays) {
    HardenRow row{.package = "npm:p", .kind = "read-only", .arguments = {"--ro"}, .says = "s"};
    const auto json = harden_entry("{\n  // mine\n  \"mcpServers\": {\"a\": {\"command\": \"x\"},\n"
                                   "    \"db\": {\"command\": \"npx\", \"args\": [\"p\"]}}\n}\n",
                                   "db",
                                   row);
    BOOST_REQUIRE(json.has_value());
    BOOST_TEST(json->find("// mine") != std::string::npos, *json);
    BOOST_TEST(json->find("\"--ro\"") > json->find("\"p\""), *json);
    const auto one_list =
        harden_entry(R"({"mcp": {"db": {"type": "local", "command": ["npx", "p"]}}})", "db", row);
    BOOST_REQUIRE(one_list.has_value());
    BOOST_TEST(one_list->find("--ro") != std::string::npos, *one_list);
    row.arguments.clear();
    row.environment = {{"RO", "true"}};
    const auto toml = harden_entry(
        "# mine\n[mcp_servers.db]\ncommand = \"npx\"\nargs = [\"p\"]\n", "db", row);
    BOOST_REQUIRE(toml.has_value());
    BOOST_TEST(toml->find("# mine") == 0U, *toml);
    BOOST_TEST(toml->find("RO = \"true\"") != std::string::npos, *toml);
    BOOST_TEST(!harden_entry("{\"mcpServers\": {}}", "db", row).has_value());
    row.by_hand = "choose";
    BOOST_TEST(!harden_entry("{}", "db", row).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace mcprisk::engine

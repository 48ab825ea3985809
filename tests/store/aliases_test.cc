#include <boost/test/unit_test.hpp>

#include "samples.h"

using namespace mcprisk;
using namespace mcprisk::store;
using namespace mcprisk::store::testing;

namespace {

struct Names {
    TempFolder folder;
    Catalogue catalogue = open_catalogue(folder.file());

    void record(const std::string& id, std::vector<Alias> aliases, Timestamp now) {
        catalogue.record(make_failure(id, Outcome::unreachable, "x"), {}, now, aliases);
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(aliases)

BOOST_FIXTURE_TEST_CASE(names_are_kept_with_who_stated_them_first, Names) {
    record("npm:a", {{"registry", "io.x/a", "one"}, {"npm", "a", "one"}}, 10);
    record("npm:a", {{"npm", "a", "two"}, {"endpoint", "https://a.example/mcp", "two"}}, 20);
    const auto names = catalogue.aliases_of("npm:a");
    BOOST_REQUIRE_EQUAL(names.size(), 3U);
    BOOST_TEST(names[0].kind == "endpoint");
    BOOST_TEST(names[1].kind == "npm");
    BOOST_TEST(names[1].evidence == "one");
    BOOST_TEST(names[2].value == "io.x/a");
    BOOST_TEST(catalogue.aliases_of("npm:b").empty());
}

BOOST_FIXTURE_TEST_CASE(a_name_leads_to_the_first_server_that_had_it, Names) {
    record("npm:new", {{"endpoint", "https://a.example/mcp", ""}}, 20);
    record("npm:old", {{"endpoint", "https://a.example/mcp", ""}}, 10);
    BOOST_TEST(catalogue.server_by_alias("endpoint", "https://a.example/mcp").value() == "npm:old");
    BOOST_TEST(!catalogue.server_by_alias("npm", "https://a.example/mcp").has_value());
    BOOST_TEST(!catalogue.server_by_alias("endpoint", "https://b.example").has_value());
}

BOOST_FIXTURE_TEST_CASE(credentials_in_a_name_are_not_kept, Names) {
    record("npm:a", {{"endpoint", "https://me:secret@a.example/mcp?key=1", "x"}}, 10);
    BOOST_TEST(catalogue.aliases_of("npm:a").at(0).value == "https://a.example/mcp");
}

BOOST_FIXTURE_TEST_CASE(the_last_attempt_at_every_server, Names) {
    record("npm:a", {}, 10);
    Listing listing = make_listing("npm:a", {make_tool("get_it")});
    listing.ttl_ms = 5000;
    catalogue.record(listing, judge_all(listing), 30);
    record("npm:b", {}, 20);
    const auto attempts = catalogue.last_attempts();
    BOOST_REQUIRE_EQUAL(attempts.size(), 2U);
    BOOST_TEST(attempts.at("npm:a").at == 30);
    BOOST_TEST((attempts.at("npm:a").outcome == Outcome::listed));
    BOOST_TEST(attempts.at("npm:a").ttl_ms.value() == 5000);
    BOOST_TEST((attempts.at("npm:b").outcome == Outcome::unreachable));
    BOOST_TEST(!attempts.at("npm:b").ttl_ms.has_value());
}

BOOST_AUTO_TEST_SUITE_END()

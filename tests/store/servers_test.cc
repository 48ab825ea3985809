#include <boost/test/unit_test.hpp>

#include "samples.h"

using namespace mcprisk;
using namespace mcprisk::store;
using namespace mcprisk::store::testing;

namespace {

struct Three {
    TempFolder folder;
    Catalogue catalogue = open_catalogue(folder.file());
    Three() {
        for (const char* id :
             {"npm:@acme/github-server", "npm:github", "https://mcp.example.org/Mail"}) {
            const Listing listing = make_listing(id, {make_tool("get_it"), make_tool("put_it")});
            std::vector<Verdict> verdicts = judge_all(listing);
            verdicts[1].category = Category::write;
            verdicts[1].risk = RiskLevel::medium;
            verdicts[1].findings = {{"concealment", RiskLevel::high, "title", "x"},
                                    {"concealment", RiskLevel::high, "description", "x"}};
            catalogue.record(listing, verdicts, 10);
        }
        catalogue.record(make_failure("pypi:gone", Outcome::exited, "ended"), {}, 20);
        catalogue.record(make_failure("npm:github", Outcome::timed_out, "slow"), {}, 30);
    }
    Error error(std::string_view part) {
        auto found = catalogue.find_server(part);
        BOOST_REQUIRE(!found.has_value());
        return found.error();
    }
};

bool says(const Error& error, std::string_view words) {
    return error.message.find(words) != std::string::npos;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(servers, Three)

BOOST_AUTO_TEST_CASE(all_in_order_of_id) {
    const std::vector<ServerRow> rows = catalogue.servers();
    BOOST_REQUIRE(rows.size() == 4U);
    BOOST_TEST(rows[0].id == "https://mcp.example.org/Mail");
    BOOST_TEST(rows[1].id == "npm:@acme/github-server");
    BOOST_TEST(rows[2].id == "npm:github");
    BOOST_TEST(rows[3].id == "pypi:gone");
    BOOST_TEST(rows[0].by_category.at(Category::write) == 1U);
    BOOST_TEST(rows[3].by_risk.empty());
}

BOOST_AUTO_TEST_CASE(one_by_id_or_part) {
    BOOST_TEST(catalogue.find_server("npm:github").value().id == "npm:github");
    BOOST_TEST(catalogue.find_server("NPM:GitHub").value().id == "npm:github");
    BOOST_TEST(catalogue.find_server("mail").value().id == "https://mcp.example.org/Mail");
    BOOST_TEST(catalogue.find_server("acme").value().tools == 2U);
}

BOOST_AUTO_TEST_CASE(several_fitting_ids_are_named) {
    const Error both = error("github");
    BOOST_TEST((both.code == ErrorCode::ambiguous));
    BOOST_TEST(says(both, "npm:@acme/github-server, npm:github"));
}

BOOST_AUTO_TEST_CASE(a_typo_names_the_nearest) {
    const Error typo = error("githbu");
    BOOST_TEST((typo.code == ErrorCode::not_found));
    BOOST_TEST(says(typo, "did you mean"));
    BOOST_TEST(says(typo, "npm:github"));
    BOOST_TEST(!says(typo, "pypi:gone"));
}

BOOST_AUTO_TEST_CASE(something_else_says_how_to_list_them) {
    const Error other = error("zzzzzzzzzzzzzz");
    BOOST_TEST((other.code == ErrorCode::not_found));
    BOOST_TEST(says(other, "mcprisk servers"));
    BOOST_TEST((error("").code == ErrorCode::not_found));
    BOOST_TEST((error(std::string(1'000'000, 'a')).code == ErrorCode::not_found));
    BOOST_TEST((error("\"'; --").code == ErrorCode::not_found));
}

BOOST_AUTO_TEST_CASE(an_empty_catalogue_says_so) {
    const Catalogue empty = open_catalogue(folder.file("empty.db"));
    BOOST_TEST(says(empty.find_server("x").error(), "empty"));
    BOOST_TEST(empty.servers().empty());
    BOOST_TEST(empty.stats().tools == 0U);
}

BOOST_AUTO_TEST_CASE(stats_count_tools_and_servers) {
    const Stats stats = catalogue.stats();
    BOOST_TEST(stats.servers == 4U);
    BOOST_TEST(stats.servers_listed == 3U);
    BOOST_TEST(stats.tools == 6U);
    BOOST_TEST(stats.observations == 5U);
    BOOST_TEST(stats.by_category.at(Category::write) == 3U);
    BOOST_TEST(stats.by_risk.at(RiskLevel::low) == 3U);
    BOOST_TEST(stats.by_transport.at("stdio") == 3U);
    BOOST_TEST(stats.by_outcome.at("timed_out") == 1U);
    BOOST_TEST(stats.by_outcome.at("listed") == 2U);
    BOOST_TEST(stats.by_finding.at("concealment") == 3U);  // tools, not places
    BOOST_TEST(stats.servers_with.at(Category::write) == 3U);
}

BOOST_AUTO_TEST_SUITE_END()

#include "crawler/start/companion.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "crawler/start/listening.h"

using namespace mcprisk::crawler;

BOOST_AUTO_TEST_SUITE(companion)

BOOST_AUTO_TEST_CASE(ports_that_listen_are_read_from_the_table_of_the_kernel) {
    const std::string table =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt\n"
        "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000\n"
        "   1: 0100007F:BEEF 0100007F:1F90 01 00000000:00000000 00:00000000 00000000\n"
        "   2: 00000000000000000000000000000000:0BB9 00000000000000000000000000000000:0000 0A 0\n"
        "   3: nonsense 0 0A\n";
    const std::set<int> ports{3001, 8080};
    BOOST_TEST((listening_ports(table) == ports));
    BOOST_TEST(listening_ports("").empty());
}

BOOST_AUTO_TEST_CASE(where_it_said_that_it_serves_comes_first) {
    const auto places = places_to_ask(
        3001, "Health: http://0.0.0.0:3001/health\nserving \x1b[1mhttp://localhost:3001/api/v1\x1b[0m.");
    const std::vector<std::string> wanted{"http://127.0.0.1:3001/api/v1",
                                          "http://127.0.0.1:3001/mcp",
                                          "http://127.0.0.1:3001/sse",
                                          "http://127.0.0.1:3001/"};
    BOOST_TEST(places == wanted, boost::test_tools::per_element());
    // Never anywhere else than on loopback.
    for (const std::string& place : places_to_ask(80, "see http://example.com:80/mcp")) {
        BOOST_TEST(place.starts_with("http://127.0.0.1:80/"), place);
    }
}

BOOST_AUTO_TEST_CASE(the_servers_own_words_stand_behind_the_dashes) {
    const std::vector<std::string> wanted{
        "/x/mcprisk", std::string(kCompanionWord), "6379", "8899", "--", "node", "--", "a"};
    BOOST_TEST(companion_argv("/x/mcprisk", {8899, 6379}, {"node", "--", "a"}) == wanted,
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(without_a_server_it_is_a_wrong_usage) {
    const std::vector<std::string> none{"8899", "--"};
    BOOST_TEST(run_companion(none) == 2);
}

BOOST_AUTO_TEST_SUITE_END()

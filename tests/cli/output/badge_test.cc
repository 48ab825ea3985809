// Badges, and the text of what moved.
#include "engine/view/badge.h"

#include <boost/test/unit_test.hpp>

#include "cli/output/movement_text.h"

BOOST_AUTO_TEST_SUITE(badge)

using namespace mcprisk;
using namespace mcprisk::cli;
using namespace mcprisk::engine;

BOOST_AUTO_TEST_CASE(badges_carry_nothing_active) {
    const std::string svg = badge_svg("a<script>&\"", "x\x1b", "#fff");
    BOOST_TEST(svg.find("<script>") == std::string::npos);
    BOOST_TEST(svg.find("&lt;script&gt;&amp;&quot;") != std::string::npos);
    BOOST_TEST(svg.find('\x1b') == std::string::npos);
    store::ServerRow server;
    server.tools = 3;
    server.by_risk[RiskLevel::medium] = server.by_attention[RiskLevel::medium] = 3;
    BOOST_TEST(server_badge(server).find("B, 3 tools") != std::string::npos);
    BOOST_TEST(server_badge({}).find("not listed") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(movers_have_a_table) {
    engine::Movement moved;
    moved.movers.push_back({"b", {1, 1}, {0, 1}});
    const std::string text = movement_text(moved, 0, 1, 100);
    BOOST_TEST(text.find("MOVERS") != std::string::npos);
    BOOST_TEST(text.find("+1") != std::string::npos);
    BOOST_TEST(movement_text({}, 0, 1, 100).find("No server moved.") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

#include "engine/movement.h"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(movement)

using namespace mcprisk;
using engine::Movement;

BOOST_AUTO_TEST_CASE(movers_are_those_that_became_more_dangerous) {
    const std::vector<store::CountAt> before{{"a", Category::read, RiskLevel::low, 5},
                                             {"b", Category::read, RiskLevel::low, 1},
                                             {"gone", Category::write, RiskLevel::medium, 2}};
    const std::vector<store::CountAt> after{{"a", Category::read, RiskLevel::low, 9},
                                            {"b", Category::financial, RiskLevel::critical, 1}};
    const Movement moved = engine::movement(before, after);
    BOOST_TEST(moved.servers.before == 3U);
    BOOST_TEST(moved.servers.after == 2U);
    BOOST_TEST(moved.tools.after == 10U);
    BOOST_TEST(moved.by_risk.at(RiskLevel::critical).after == 1U);
    BOOST_TEST(moved.servers_with.at(Category::read).before == 2U);
    BOOST_TEST(moved.servers_with.at(Category::read).after == 1U);
    BOOST_REQUIRE(moved.movers.size() == 3U);
    BOOST_TEST(moved.movers[0].id == "b");
    BOOST_TEST(moved.movers[1].id == "a");
    BOOST_TEST(engine::movement(after, after).movers.empty());
}

BOOST_AUTO_TEST_SUITE_END()

#include "model/category.h"

#include <boost/test/unit_test.hpp>

using namespace mcprisk;

BOOST_AUTO_TEST_SUITE(category)

BOOST_AUTO_TEST_CASE(words_come_back_whatever_their_case) {
    for (const Category c : kCategories) {
        BOOST_TEST((parse_category(to_string(c)) == c));
    }
    BOOST_TEST((parse_category("DESTRUCTIVE") == Category::destructive));
    BOOST_TEST((parse_risk_level("high") == RiskLevel::high));
    BOOST_TEST(!parse_category("other").has_value());
    BOOST_TEST(!parse_risk_level("").has_value());
}

BOOST_AUTO_TEST_CASE(severity_is_the_order_of_the_values) {
    BOOST_TEST((Category::financial > Category::destructive));
    BOOST_TEST((base_risk(Category::destructive) == RiskLevel::high));
    BOOST_TEST((base_risk(Category::financial) == RiskLevel::critical));
}

BOOST_AUTO_TEST_SUITE_END()

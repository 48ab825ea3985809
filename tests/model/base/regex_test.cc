#include "model/base/regex.h"

#include <boost/test/unit_test.hpp>

using namespace mcprisk;

BOOST_AUTO_TEST_SUITE(regex)

BOOST_AUTO_TEST_CASE(finds_the_leftmost_match) {
    const auto regex = Regex::compile("cannot be (undone|reversed)");
    BOOST_REQUIRE(regex.has_value());
    const auto found = regex->find("This CANNOT be undone.");
    BOOST_REQUIRE(found.has_value());
    BOOST_TEST(found->begin == 5U);
    BOOST_TEST(found->end == 21U);
    BOOST_TEST(!regex->find("can be undone").has_value());
}

BOOST_AUTO_TEST_CASE(a_bad_pattern_is_an_error_that_quotes_it) {
    const auto regex = Regex::compile("(open");
    BOOST_REQUIRE(!regex.has_value());
    BOOST_TEST(regex.error().message.find("(open") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(one_that_is_compiled_later_finds_the_same) {
    const Regex regex = Regex::later("cannot be (undone|reversed)");
    BOOST_TEST(regex.pattern() == "cannot be (undone|reversed)");
    BOOST_TEST(regex.matches("This CANNOT be undone."));
    const auto found = regex.find("This CANNOT be undone.");
    BOOST_REQUIRE(found.has_value());
    BOOST_TEST(found->begin == 5U);
    BOOST_TEST(!regex.matches("can be undone"));
    BOOST_TEST(!Regex::later("(open").matches("(open"));
    BOOST_TEST(!Regex::later("(open").find("(open").has_value());
}

BOOST_AUTO_TEST_CASE(a_set_agrees_with_its_patterns_one_by_one) {
    const std::vector<std::string> patterns{"delete", "read.only", "^list", "\\bmoney\\b", "x{3}"};
    const auto set = RegexSet::compile(patterns);
    BOOST_REQUIRE(set.has_value());
    for (const std::string text :
         {"list and delete", "a read-only view of money", "xxx", "", "none"}) {
        std::vector<int> expected;
        for (std::size_t i = 0; i < patterns.size(); ++i) {
            if (Regex::compile(patterns[i])->matches(text)) expected.push_back(static_cast<int>(i));
        }
        BOOST_TEST(set->matches(text) == expected, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_SUITE_END()

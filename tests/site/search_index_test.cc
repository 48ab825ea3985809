#include "site/search_index.h"

#include <boost/test/unit_test.hpp>

using namespace mcprisk::site;
using Words = std::vector<std::string>;

BOOST_AUTO_TEST_SUITE(search_index)

BOOST_AUTO_TEST_CASE(words_without_case_and_accents) {
    BOOST_TEST(search_words("Löscht the FILE, twice: the file.") ==
                   (Words{"file", "loscht", "the", "twice"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(scripts_without_blanks_are_pairs) {
    BOOST_TEST(search_words("\xe6\x96\x87\xe6\x9b\xb8\xe3\x82\x92") ==
                   (Words{"\xe3\x82\x92", "\xe6\x96\x87\xe6\x9b\xb8", "\xe6\x9b\xb8\xe3\x82\x92"}),
               boost::test_tools::per_element());
    BOOST_TEST(search_words("\xe6\x96\x87") == Words{"\xe6\x96\x87"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(numbers_are_packed_as_differences) {
    BOOST_TEST(packed({}).empty());
    BOOST_TEST(packed({0, 1, 2}) == "AAA");
    BOOST_TEST(packed({31}) == "f");
    BOOST_TEST(packed({32}) == "gB");
    BOOST_TEST(packed({5, 300'000}) == "F6-kJ");
}

BOOST_AUTO_TEST_CASE(broken_text_makes_no_words_of_its_bytes) {
    BOOST_TEST(search_words("a\xff\xfe"
                            "b\xc3") == (Words{"a", "b"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

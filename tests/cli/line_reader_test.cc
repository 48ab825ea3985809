#include "cli/line_reader.h"

#include <boost/test/unit_test.hpp>
#include <sstream>
#include <vector>

using mcprisk::cli::LineReader;

BOOST_AUTO_TEST_SUITE(line_reader)

BOOST_AUTO_TEST_CASE(lines_come_with_their_numbers_whatever_ends_them) {
    std::istringstream in("a\r\n\nlast");
    LineReader lines(in, 100);
    std::vector<std::string> got;
    for (std::string line; lines.next(line);) got.push_back(line);
    BOOST_TEST(got == (std::vector<std::string>{"a", "", "last"}), boost::test_tools::per_element());
    BOOST_TEST(lines.number() == 3U);
}

BOOST_AUTO_TEST_CASE(an_overlong_line_is_skipped_and_the_next_one_is_read) {
    std::istringstream in(std::string(50, 'x') + "\nshort\n");
    LineReader lines(in, 10);
    std::string line;
    BOOST_TEST(lines.next(line));
    BOOST_TEST(lines.too_long());
    BOOST_TEST(line.empty());
    BOOST_TEST(lines.next(line));
    BOOST_TEST(!lines.too_long());
    BOOST_TEST(line == "short");
    BOOST_TEST(!lines.next(line));
}

BOOST_AUTO_TEST_SUITE_END()

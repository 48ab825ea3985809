#include "model/base/text.h"

#include <boost/test/unit_test.hpp>

using namespace mcprisk;

BOOST_AUTO_TEST_SUITE(text)

BOOST_AUTO_TEST_CASE(nothing_a_terminal_obeys_or_hides_passes) {
    BOOST_TEST(printable("\x1b[31mred\x1b[0m\a") == "\\x1b[31mred\\x1b[0m\\x07");
    BOOST_TEST(printable("a\nb\tc\rd") ==
               "a b c\\x0d"
               "d");
    BOOST_TEST(printable("x\xe2\x80\xae"
                         "y") == "x\\u202ey");                   // right-to-left override
    BOOST_TEST(printable("\xf3\xa0\x81\x81") == "\\U000e0041");  // tag character
    BOOST_TEST(printable("\xc2\x9b"
                         "31m") ==
               "\\x9b"
               "31m");                                           // C1 control
    BOOST_TEST(printable("\xff\xc0\xaf") == "\\xff\\xc0\\xaf");  // invalid, overlong
    BOOST_TEST(printable("plain é 中 🎉") == "plain é 中 🎉");
    BOOST_TEST(printable_block("a\nb\tc\x1b") == "a\nb\tc\\x1b");
}

BOOST_AUTO_TEST_CASE(utf8_is_cut_at_characters_and_repaired) {
    BOOST_TEST(truncate_utf8("aé", 2) == "a");
    BOOST_TEST(truncate_utf8("aé", 3) == "aé");
    BOOST_TEST(repair_utf8("a\xed\xa0\x80z") == "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz");
    BOOST_TEST(repair_utf8("\xf4\x90\x80\x80").size() == 12U);
}

BOOST_AUTO_TEST_CASE(columns_count_wide_and_combining_characters) {
    BOOST_TEST(display_width("abc") == 3U);
    BOOST_TEST(display_width("中文") == 4U);
    BOOST_TEST(display_width("e\xcc\x81") == 1U);
    BOOST_TEST(fit_columns("abcdef", 4) == "abc…");
    BOOST_TEST(fit_columns("中文字", 4) == "中…");
    BOOST_TEST(fit_columns("abc", 3) == "abc");
    BOOST_TEST(fit_columns("abc", 0).empty());
}

BOOST_AUTO_TEST_CASE(edit_distance_counts_swaps_as_one) {
    BOOST_TEST(edit_distance("github", "gihtub") == 1U);
    BOOST_TEST(edit_distance("", "abc") == 3U);
    BOOST_TEST(edit_distance("kitten", "sitting") == 3U);
}

BOOST_AUTO_TEST_CASE(splitting_and_trimming) {
    BOOST_TEST(split("a,,b", ',').size() == 3U);
    BOOST_TEST(split("", ',').size() == 1U);
    BOOST_TEST(trim(" \n a b \t") == "a b");
    BOOST_TEST(trim("  ").empty());
}

BOOST_AUTO_TEST_SUITE_END()

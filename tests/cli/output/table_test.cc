#include "cli/output/table.h"

#include <boost/test/unit_test.hpp>

#include "cli/output/paragraph.h"
#include "model/base/text.h"

using namespace mcprisk;
using namespace mcprisk::cli;

BOOST_AUTO_TEST_SUITE(table)

BOOST_AUTO_TEST_CASE(columns_line_up_also_with_wide_characters) {
    const std::string text = render_table({{"NAME", false, 0}, {"N", true, 0}, {"WHY", false, 5}},
                                          {{{"中文", nullptr}, {"7", nullptr}, {"x", nullptr}},
                                           {{"abc", nullptr}, {"100", nullptr}, {"y z", nullptr}}},
                                          80);
    BOOST_TEST(text ==
               "NAME    N  WHY\n"
               "中文    7  x\n"
               "abc   100  y z\n");
}

BOOST_AUTO_TEST_CASE(no_line_is_wider_than_it_may_be) {
    const std::string text =
        render_table({{"A", false, 4}, {"B", false, 10}},
                     {{{std::string(40, 'a'), nullptr}, {std::string(60, 'b'), nullptr}}},
                     30);
    for (const std::string_view line : split(text, '\n')) BOOST_TEST(display_width(line) <= 30U);
    BOOST_TEST(text.find("…") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(strangers_cannot_paint_or_break_lines) {
    const std::string text =
        render_table({{"A", false, 0}}, {{{"x\x1b[31m\ny\xe2\x80\xae", nullptr}}}, 80);
    BOOST_TEST(text == "A\nx\\x1b[31m y\\u202e\n");
}

BOOST_AUTO_TEST_CASE(paint_does_not_count_as_width) {
    const auto red = [](std::string_view t) { return "\x1b[31m" + std::string(t) + "\x1b[0m"; };
    const std::string text =
        render_table({{"A", false, 0}, {"B", false, 0}}, {{{"x", red}, {"y", nullptr}}}, 80);
    BOOST_TEST(text == "A  B\n\x1b[31mx\x1b[0m  y\n");
}

BOOST_AUTO_TEST_CASE(paragraphs_wrap_and_bullets_hang) {
    BOOST_TEST(paragraph("one two three\nfour", 9, 1) == " one two\n three\n four\n");
    BOOST_TEST(bullet("- ", "one two three", 9, 1) == " - one\n   two\n   three\n");
    BOOST_TEST(paragraph("", 9).empty());
    BOOST_TEST(paragraph("averyverylongword x", 5) == "averyverylongword\nx\n");
}

BOOST_AUTO_TEST_SUITE_END()

#include "cli/output/table.h"

#include <boost/test/unit_test.hpp>

#include <set>

#include "cli/output/paragraph.h"
#include "cli/output/short_names.h"
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

BOOST_AUTO_TEST_CASE(optional_columns_go_before_anything_is_cut_and_nothing_ever_wraps) {
    const std::vector<Column> columns{
        {.title = "SERVER", .narrowest = 6, .wanted = 8, .names = true},
        {.title = "RISK"},
        {.title = "CATEGORY", .optional = true},
        {.title = "WHY", .narrowest = 10, .wanted = 20}};
    const std::vector<std::vector<Cell>> rows{{{"npm:@acme/first-server", nullptr},
                                               {"Critical", nullptr},
                                               {"Destructive", nullptr},
                                               {std::string(60, 'w'), nullptr}},
                                              {{"npm:@acme/second-server", nullptr},
                                               {"Low", nullptr},
                                               {"Read", nullptr},
                                               {"short", nullptr}}};
    BOOST_TEST(render_table(columns, rows, 80).find("CATEGORY") != std::string::npos);
    const std::string narrow = render_table(columns, rows, 44);
    BOOST_TEST(narrow.find("CATEGORY") == std::string::npos, narrow);
    BOOST_TEST(narrow.find("Critical") != std::string::npos, narrow);
    for (std::size_t width = 12; width < 120; ++width) {
        const std::string text = render_table(columns, rows, width);
        for (const std::string_view line : split(text, '\n')) {
            BOOST_TEST(display_width(line) <= width, text);
        }
    }
}

BOOST_AUTO_TEST_CASE(short_names_stay_apart) {
    const std::vector<std::string> names{"npm:@modelcontextprotocol/server-github",
                                         "npm:@modelcontextprotocol/server-gitlab",
                                         "npm:@modelcontextprotocol/server-google-maps",
                                         "https://mcp.example.com/one/mcp",
                                         "https://mcp.example.com/two/mcp",
                                         "notes",
                                         "npm:@other/server-github"};
    for (std::size_t width = 6; width < 60; ++width) {
        const auto texts = short_names(names, width);
        BOOST_REQUIRE(texts.size() == names.size());
        const std::set<std::string> different(texts.begin(), texts.end());
        BOOST_TEST_INFO("width " << width);
        BOOST_TEST(different.size() == names.size());
        for (const std::string& text : texts) BOOST_TEST(display_width(text) <= width, text);
    }
    BOOST_TEST(short_names(std::vector<std::string>{"npm:@acme/server-github"}, 15)[0] ==
               "server-github");
}

BOOST_AUTO_TEST_CASE(lines_that_are_too_long_hang) {
    BOOST_TEST(hanging_lines("  one two three\nshort\n", 12) == "  one two\n    three\nshort\n");
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

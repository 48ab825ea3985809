#include "crawler/process/line_splitter.h"

#include <boost/test/unit_test.hpp>
#include <random>
#include <string>
#include <vector>

using mcprisk::crawler::LineSplitter;

namespace {

// `text` fed in pieces of the given sizes, again and again.
std::vector<std::string> lines_of(const std::string& text,
                                  const std::vector<std::size_t>& sizes,
                                  std::size_t longest,
                                  std::size_t* dropped = nullptr) {
    LineSplitter splitter(longest);
    std::vector<std::string> lines;
    const auto keep = [&](std::string_view line) {
        lines.emplace_back(line);
        return true;
    };
    std::size_t at = 0;
    for (std::size_t i = 0; at < text.size(); ++i) {
        const std::string piece = text.substr(at, sizes[i % sizes.size()]);
        at += piece.size();
        splitter.feed(piece, keep);
    }
    splitter.finish(keep);
    if (dropped != nullptr) *dropped = splitter.dropped();
    return lines;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(line_splitter)

BOOST_AUTO_TEST_CASE(both_line_ends_the_mark_nul_and_a_last_line_without_end) {
    const std::string text = std::string(
                                 "\xEF\xBB\xBF"
                                 "one\r\ntw") +
                             '\0' + "o\n\n\xEF\xBB\xBFthree";
    const std::vector<std::string> expected{"one", "two", "", "\xEF\xBB\xBFthree"};
    BOOST_TEST(lines_of(text, {100}, 50) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(any_chunking_gives_the_same_lines) {
    std::mt19937 random(7);
    for (int round = 0; round < 200; ++round) {
        std::string text;
        const std::size_t size = random() % 200;
        const std::string alphabet = std::string("ab\n\r\n\xEF\xBB\xBF{}") + '\0';
        for (std::size_t i = 0; i < size; ++i) text += alphabet[random() % alphabet.size()];
        if (round % 2 == 0) text.insert(0, "\xEF\xBB\xBF");
        std::size_t dropped_whole = 0;
        const auto whole = lines_of(text, {1000}, 8, &dropped_whole);
        std::vector<std::size_t> sizes{1 + random() % 3, 1 + random() % 9, 1 + random() % 2};
        std::size_t dropped = 0;
        BOOST_TEST(lines_of(text, sizes, 8, &dropped) == whole, boost::test_tools::per_element());
        BOOST_TEST(dropped == dropped_whole);
    }
}

BOOST_AUTO_TEST_CASE(a_line_at_the_limit_is_kept_and_one_over_it_is_dropped_and_counted) {
    std::size_t dropped = 0;
    const auto lines = lines_of("12345\n123456\n12345\r\nend\n", {2}, 5, &dropped);
    const std::vector<std::string> expected{"12345", "12345", "end"};
    BOOST_TEST(lines == expected, boost::test_tools::per_element());
    BOOST_TEST(dropped == 1U);
}

BOOST_AUTO_TEST_CASE(the_receiver_can_stop) {
    LineSplitter splitter(10);
    int seen = 0;
    splitter.feed("a\nb\nc\n", [&](std::string_view) { return ++seen < 2; });
    BOOST_TEST(seen == 2);
}

BOOST_AUTO_TEST_SUITE_END()

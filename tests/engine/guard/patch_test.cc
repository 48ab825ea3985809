#include "engine/guard/patch.h"

#include <boost/test/unit_test.hpp>
#include <random>
#include <string>

namespace mcprisk::engine {
namespace {

BOOST_AUTO_TEST_SUITE(patch)

BOOST_AUTO_TEST_CASE(a_change_that_nobody_touched_is_taken_back_to_the_byte) {
    const std::string before = "{\n  \"a\": 1,\n  \"b\": [\n    \"x\"\n  ]\n}\n";
    const std::string after = "{\n  \"a\": 2,\n  \"b\": [\n    \"x\",\n    \"y\"\n  ]\n}\n";
    const auto hunks = hunks_between(before, after);
    BOOST_TEST(hunks.size() == 2U);
    const Reverted back = revert(after, hunks);
    BOOST_TEST(back.text == before);
    BOOST_TEST(back.kept == 0U);
}

BOOST_AUTO_TEST_CASE(what_others_wrote_since_stays) {
    const std::string before = "one\ntwo\nthree\n";
    const std::string after = "one\nTWO\nthree\nfour\n";
    const auto hunks = hunks_between(before, after);
    const Reverted back = revert("zero\none\nTWO\nthree\nfour\nfive\n", hunks);
    BOOST_TEST(back.text == "zero\none\ntwo\nthree\nfive\n");
    BOOST_TEST(back.kept == 0U);
}

BOOST_AUTO_TEST_CASE(a_place_that_was_changed_since_is_left_and_counted) {
    const auto hunks = hunks_between("a\nb\nc\n", "a\nB\nc\n");
    const Reverted back = revert("a\nBB\nc\n", hunks);
    BOOST_TEST(back.text == "a\nBB\nc\n");
    BOOST_TEST(back.kept == 1U);
}

BOOST_AUTO_TEST_CASE(half_a_line_is_never_taken) {
    const auto hunks = hunks_between("", "x\n");
    const Reverted back = revert("max\n", hunks);
    BOOST_TEST(back.text == "max\n");
    BOOST_TEST(back.kept == 1U);
}

BOOST_AUTO_TEST_CASE(a_file_that_was_made_is_empty_again) {
    const auto hunks = hunks_between("", "{\n  \"a\": 1\n}\n");
    BOOST_TEST(revert("{\n  \"a\": 1\n}\n", hunks).text.empty());
}

BOOST_AUTO_TEST_CASE(random_changes_come_back) {
    std::mt19937 random(7);
    const auto text = [&](std::size_t lines) {
        std::string out;
        for (std::size_t i = 0; i < lines; ++i) {
            out += "line " + std::to_string(random() % 12) + "\n";
        }
        return out;
    };
    for (int round = 0; round < 300; ++round) {
        const std::string before = text(random() % 12);
        const std::string after = text(random() % 12);
        const auto hunks = hunks_between(before, after);
        const Reverted back = revert(after, hunks);
        // Lines that repeat may make a place ambiguous: then it is kept and counted, never guessed.
        if (back.kept == 0) BOOST_TEST(back.text.size() == before.size());
    }
}

BOOST_AUTO_TEST_CASE(the_journal_is_read_back_as_it_was_written) {
    const std::vector<Written> written{
        {.file = "/a", .backup = "/b", .hunks = hunks_between("a\nb\n", "a\nc\n")},
        {.file = "/c", .backup = "", .hunks = hunks_between("", "new\n")}};
    const auto again = read_journal(journal_text(written));
    BOOST_REQUIRE(again.has_value());
    BOOST_REQUIRE(again->size() == 2U);
    BOOST_TEST((again->front().hunks == written.front().hunks));
    BOOST_TEST(again->back().file == "/c");
    BOOST_TEST(!read_journal("{}").has_value());
    BOOST_TEST(
        !read_journal(R"({"schema": "mcprisk-guard/1", "files": [{"file": 3}]})").has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace mcprisk::engine

#include "model/base/word_diff.h"

#include <boost/test/unit_test.hpp>

using namespace mcprisk;

namespace {

std::string marked(std::string_view before, std::string_view after, std::size_t context = 40) {
    return marked_words(diff_words(before, after), context);
}

// What the edits say the two texts were, blanks aside.
std::pair<std::string, std::string> replayed(const std::vector<WordEdit>& edits) {
    std::pair<std::string, std::string> sides;
    for (const WordEdit& edit : edits) {
        if (edit.kind != WordEdit::Kind::added) sides.first += edit.text;
        if (edit.kind != WordEdit::Kind::removed) sides.second += edit.text;
    }
    const auto strip = [](std::string& text) {
        std::erase_if(text, [](char c) { return c == ' ' || c == '\n' || c == '\t'; });
    };
    strip(sides.first);
    strip(sides.second);
    return sides;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(word_diff)

BOOST_AUTO_TEST_CASE(words_that_went_and_came) {
    BOOST_TEST(marked("Stores a note.", "Stores a note and mails it.") ==
               "Stores a [-note.-] {+note and mails it.+}");
    BOOST_TEST(marked("get the old file", "get the new file") == "get the [-old-] {+new+} file");
    BOOST_TEST(marked("", "new text") == "{+new text+}");
    BOOST_TEST(marked("a b c", "") == "[-a b c-]");
    BOOST_TEST(marked("same", "same") == "same");
}

BOOST_AUTO_TEST_CASE(blanks_are_no_difference) {
    const auto edits = diff_words("a  b\nc", "a b c");
    BOOST_REQUIRE(edits.size() == 1U);
    BOOST_TEST((edits[0].kind == WordEdit::Kind::same));
}

BOOST_AUTO_TEST_CASE(scripts_without_blanks_are_compared_by_sign) {
    BOOST_TEST(marked("删除文件", "读取文件") == "[-删除-] {+读取+}文件");
}

BOOST_AUTO_TEST_CASE(far_away_words_are_left_out) {
    const std::string long_text(200, 'x');
    const std::string line = marked(long_text + " old end", long_text + " new end", 5);
    BOOST_TEST(line == "… xxxxx [-old-] {+new+} end");
    // Never in the middle of a character.
    const std::string greek = "αβγδεζηθικλμνξοπρστυφχψω";
    for (std::size_t context = 1; context < 9; ++context) {
        const std::string out = marked("a " + greek + " b", "c " + greek + " d", context);
        for (std::size_t i = 0; i + 1 < out.size(); ++i) {
            const bool lead = static_cast<unsigned char>(out[i]) >= 0xc0;
            const bool follows = (static_cast<unsigned char>(out[i + 1]) & 0xc0U) == 0x80;
            BOOST_TEST((!lead || follows), out);
        }
    }
}

BOOST_AUTO_TEST_CASE(edits_give_both_texts_back) {
    // A small generator of texts that share words; the seed is fixed.
    unsigned state = 7;
    const auto text = [&state] {
        std::string out;
        for (int i = 0; i < 30; ++i) {
            state = state * 1103515245 + 12345;
            out += std::string(1, static_cast<char>('a' + (state >> 16) % 6)) + " ";
        }
        return out;
    };
    for (int i = 0; i < 200; ++i) {
        std::string before = text();
        std::string after = text();
        const auto sides = replayed(diff_words(before, after));
        std::erase(before, ' ');
        std::erase(after, ' ');
        BOOST_TEST(sides.first == before);
        BOOST_TEST(sides.second == after);
    }
}

BOOST_AUTO_TEST_CASE(huge_texts_are_bounded) {
    std::string a;
    std::string b;
    for (int i = 0; i < 20'000; ++i) {
        a += "a" + std::to_string(i) + " ";
        b += "b" + std::to_string(i) + " ";
    }
    const auto edits = diff_words(a, b);
    BOOST_REQUIRE(edits.size() == 2U);
    BOOST_TEST((edits[0].kind == WordEdit::Kind::removed));
}

BOOST_AUTO_TEST_SUITE_END()

#include "classifier/findings/literal_starts.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "classifier/findings/word_gate.h"

using namespace mcprisk::classifier;

namespace {

std::string joined(std::string_view pattern) {
    std::string out;
    for (const std::string& one : literal_starts(pattern)) out += one + ";";
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(literal_starts)

BOOST_AUTO_TEST_CASE(literals_that_every_match_begins_with) {
    BOOST_TEST(joined("secret") == "secret;");
    BOOST_TEST(joined("\\bSend\\s+it") == "send;");
    BOOST_TEST(joined("\\b(?:must|has to|needs?)\\b.{0,60}x") == "must;has to;need;");
    BOOST_TEST(joined("(?:(?:\\bread\\b|\\bopen[a-z]*) it|take)") == "read;open;take;");
    BOOST_TEST(joined("one|two") == "one;two;");
    BOOST_TEST(joined("ab+c") == "ab;");
}

BOOST_AUTO_TEST_CASE(nothing_where_a_match_may_begin_otherwise) {
    for (const char* pattern : {"",
                                "x",
                                "ab?",
                                "(?:must)?\\s*send",
                                "(?:must|)send",
                                "(?:must|[ab]c)",
                                "(?:^|[.(|]\\s*)note",
                                "\\w+ing",
                                ".*secret",
                                "(?:must){0,2}x",
                                "one|t"}) {
        BOOST_TEST(joined(pattern).empty(), pattern);
    }
}

BOOST_AUTO_TEST_CASE(a_gate_finds_words_of_any_length_in_any_case) {
    WordGate gate;
    gate.add("secret", 0);
    gate.add("to", 1);
    gate.add("@", 2);
    gate.add("key", 200);
    gate.build();
    BOOST_TEST(gate.scan("").none());
    BOOST_TEST(gate.scan("SECRETly").test(0));
    BOOST_TEST(!gate.scan("secre").test(0));
    BOOST_TEST(gate.scan("to").test(1));
    BOOST_TEST(gate.scan("t").none());
    BOOST_TEST(gate.scan("a@b").test(2));
    BOOST_TEST(gate.scan("monkeys").test(200));
}

BOOST_AUTO_TEST_SUITE_END()

// The one sentence for people: it ends where the phrase ends, and never says another thing than the
// definition.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>

#include "tests/classifier/workbench.h"

using namespace mcprisk;
using namespace mcprisk::test;

namespace {

std::string sentence(const std::string& name,
                     const std::string& description,
                     const std::string& properties = "{}") {
    return verdict_on(make_tool(name, description, properties)).sentence;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sentence_for_people)

BOOST_AUTO_TEST_CASE(an_object_that_goes_on_behind_a_hyphen_is_named_whole) {
    BOOST_TEST(sentence("edit_note", "Make line-based edits to a note.") ==
               "Makes line-based edits to a note.");
}

BOOST_AUTO_TEST_CASE(a_clause_about_the_object_is_left_out) {
    BOOST_TEST(sentence("refund", "Refunds an order to the card it was paid with.") ==
               "Refunds an order to the card.");
}

BOOST_AUTO_TEST_CASE(a_possessive_stays_one_word) {
    BOOST_TEST(sentence("list_rooms", "Lists the hotel's rooms.").find("hotel's") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(it_ends_in_one_full_stop_and_has_at_most_fourteen_words) {
    const std::string choice =
        sentence("notes",
                 "Works with notes.",
                 R"({"action": {"type": "string", "enum": ["list", "create", "delete"]}})");
    const std::string many = sentence(
        "report",
        "Creates a long and detailed and very carefully written report about each of the projects "
        "of all of the teams of the company in every one of its countries.");
    for (const std::string& one : {choice, many}) {
        BOOST_TEST(one.ends_with('.'), one);
        BOOST_TEST(!one.ends_with(".."), one);
        BOOST_TEST(std::count(one.begin(), one.end(), ' ') < 14, one);
    }
}

BOOST_AUTO_TEST_SUITE_END()

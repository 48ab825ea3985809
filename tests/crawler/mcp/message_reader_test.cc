#include "crawler/mcp/message_reader.h"

#include <boost/test/unit_test.hpp>

using namespace mcprisk::crawler;

namespace {

const Limits kLimits;

std::size_t messages_of(MessageReader& reader, std::initializer_list<const char*> lines) {
    std::size_t count = 0;
    for (const char* line : lines) count += reader.add(line).size();
    return count;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(message_reader)

BOOST_AUTO_TEST_CASE(one_message_a_line_and_arrays) {
    MessageReader reader(kLimits);
    BOOST_TEST(messages_of(reader,
                           {R"({"jsonrpc":"2.0","id":1,"result":{}})",
                            R"([{"id":2,"result":{}},{"method":"notifications/x"}])"}) == 3U);
    BOOST_TEST(reader.noise_lines() == 0U);
}

BOOST_AUTO_TEST_CASE(banners_json_logs_and_blank_lines_are_noise) {
    MessageReader reader(kLimits);
    BOOST_TEST(
        messages_of(reader, {"Hello", "", R"({"level":"info"})", "[x] up", "42", "\x1b[0m"}) == 0U);
    BOOST_TEST(reader.noise_lines() == 6U);
    BOOST_TEST(reader.noise_bytes() > 20U);
}

BOOST_AUTO_TEST_CASE(a_message_spread_over_lines_is_joined) {
    MessageReader reader(kLimits);
    BOOST_TEST(messages_of(reader,
                           {"{",
                            R"(  "jsonrpc": "2.0",)",
                            R"(  "id": 1,)",
                            R"(  "result": {)",
                            R"(    "text": "a } brace \" and {")",
                            "  }",
                            "}"}) == 1U);
    BOOST_TEST(reader.joined());
    BOOST_TEST(reader.noise_lines() == 0U);
}

BOOST_AUTO_TEST_CASE(an_open_brace_in_a_log_does_not_swallow_the_next_message) {
    MessageReader reader(kLimits);
    BOOST_TEST(messages_of(reader, {"{ config:", "  name: x", R"({"id":1,"result":{}})"}) == 1U);
    BOOST_TEST(!reader.joined());
    BOOST_TEST(reader.noise_lines() == 2U);
}

BOOST_AUTO_TEST_CASE(text_in_front_of_a_message_is_cut_off) {
    MessageReader reader(kLimits);
    BOOST_TEST(messages_of(reader, {"ready> {\"id\":1,\"result\":{}}"}) == 1U);
    BOOST_TEST(reader.noise_lines() == 1U);
}

BOOST_AUTO_TEST_CASE(a_value_deeper_than_allowed_is_refused_and_named) {
    MessageReader reader(kLimits);
    const std::string deep = std::string(100000, '[') + std::string(100000, ']');
    BOOST_TEST(reader.add(R"({"id":1,"result":)" + deep + "}").empty());
    BOOST_TEST(!reader.refused().empty());
    BOOST_TEST(reader.add(std::string(100000, '[')).empty());
    BOOST_TEST(reader.add(R"({"id":1,"result":{}})").size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_endless_value_is_given_up) {
    Limits limits;
    limits.message_bytes = 100;
    MessageReader reader(limits);
    reader.add("{");
    for (int i = 0; i < 50; ++i) BOOST_TEST(reader.add("  \"a\": 1,").empty());
    BOOST_TEST(reader.noise_bytes() > 100U);
}

BOOST_AUTO_TEST_SUITE_END()

#include "crawler/net/sse_parser.h"

#include <array>
#include <boost/test/unit_test.hpp>
#include <random>
#include <vector>

using namespace mcprisk::crawler;
using namespace std::string_view_literals;

namespace {

struct Parsed {
    std::string text;  // "type=data|" of each event
    std::string id;
    long retry = -1;
    bool fits = true;
    bool operator==(const Parsed&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Parsed& parsed) {
    return out << parsed.text << " id " << parsed.id << " retry " << parsed.retry;
}

Parsed parse(const std::vector<std::string_view>& pieces, std::size_t cap = 1000) {
    SseParser parser(cap);
    Parsed parsed;
    for (const std::string_view piece : pieces) {
        parsed.fits = parser.feed(piece, [&](const SseEvent& event) {
            parsed.text += event.type + "=" + event.data + "|";
        });
    }
    parsed.id = parser.last_event_id();
    if (parser.retry()) parsed.retry = parser.retry()->count();
    return parsed;
}

Parsed parse(std::string_view text) { return parse(std::vector{text}); }

}  // namespace

BOOST_AUTO_TEST_SUITE(sse_parser)

BOOST_AUTO_TEST_CASE(all_three_line_ends_and_a_byte_order_mark) {
    BOOST_TEST(parse("\xEF\xBB\xBF"
                     "data: a\n\ndata:b\r\n\r\ndata: c\r\r")
                   .text == "message=a|message=b|message=c|");
}

BOOST_AUTO_TEST_CASE(lines_of_data_are_joined_and_one_blank_is_dropped) {
    BOOST_TEST(parse("data: a\ndata:  b\ndata\n\n").text == "message=a\n b\n|");
}

BOOST_AUTO_TEST_CASE(comments_and_unknown_fields_are_ignored) {
    BOOST_TEST(parse(": hello\nfoo: bar\nevent: endpoint\ndata: /x\n\ndata: y\n\n").text ==
               "endpoint=/x|message=y|");
}

BOOST_AUTO_TEST_CASE(an_event_without_data_is_none_but_its_id_counts) {
    const Parsed parsed = parse("id: 7\nretry: 250\ndata: \n\n");
    BOOST_TEST(parsed.text.empty());
    BOOST_TEST(parsed.id == "7");
    BOOST_TEST(parsed.retry == 250);
}

BOOST_AUTO_TEST_CASE(odd_ids_and_retries_are_ignored) {
    const Parsed parsed =
        parse("id: good\ndata: x\n\nid: a\0b\nretry: 1x\nretry: -1\ndata: y\n\n"sv);
    BOOST_TEST(parsed.id == "good");
    BOOST_TEST(parsed.retry == -1);
}

BOOST_AUTO_TEST_CASE(an_event_that_was_cut_is_no_event) {
    const Parsed parsed = parse("data: a\n\nid: 9\ndata: b\n");
    BOOST_TEST(parsed.text == "message=a|");
    BOOST_TEST(parsed.id.empty());
}

BOOST_AUTO_TEST_CASE(too_large_an_event_ends_the_stream) {
    BOOST_TEST(!parse({std::string(20, 'x')}, 10).fits);
    BOOST_TEST(!parse({"data: 123456\ndata: 123456\n\n"}, 12).fits);
    BOOST_TEST(parse({"data: 123456\n\ndata: 123456\n\n"}, 12).fits);
}

BOOST_AUTO_TEST_CASE(any_cut_into_pieces_gives_the_same_events) {
    constexpr std::array<std::string_view, 12> kParts{"\n",
                                                      "\r",
                                                      "\r\n",
                                                      "data: ",
                                                      "data",
                                                      ":",
                                                      "id: 4",
                                                      "event: e",
                                                      "retry: 3",
                                                      "x",
                                                      " ",
                                                      "\xEF\xBB\xBF"};
    std::mt19937 random(20261121);  // NOLINT: the same cases each time
    for (int round = 0; round < 3000; ++round) {
        std::string text;
        for (unsigned i = random() % 40; i > 0; --i) text += kParts[random() % kParts.size()];
        std::vector<std::string_view> pieces;
        for (std::string_view left = text; !left.empty();) {
            const std::size_t size = 1 + random() % std::min<std::size_t>(left.size(), 5);
            pieces.push_back(left.substr(0, size));
            left.remove_prefix(size);
        }
        BOOST_TEST_REQUIRE(parse(pieces) == parse(text), "in round " << round << ": " << text);
    }
}

BOOST_AUTO_TEST_SUITE_END()

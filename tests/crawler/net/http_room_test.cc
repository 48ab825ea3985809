// What all answers under way may hold together: whoever holds most gives way.
#include <boost/test/unit_test.hpp>

#include "crawler/net/http_client.h"
#include "tests/support/fake_http_server.h"

namespace mcprisk::crawler {
namespace {

using test::FakeHttpServer;
using test::FakeRequest;

struct Got {
    std::size_t bytes = 0;
    bool done = false;
    std::optional<HttpFailure> why;
};

HttpCallbacks into(Got& got) {
    HttpCallbacks callbacks;
    callbacks.on_body = [&got](std::string_view bytes) { got.bytes += bytes.size(); };
    callbacks.on_done = [&got](std::optional<HttpFailure> failure) {
        got.done = true;
        got.why = std::move(failure);
    };
    return callbacks;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_room)

BOOST_AUTO_TEST_CASE(the_largest_answer_gives_way_and_the_others_are_had) {
    Loop loop;
    // /endless sends for ever; the others are small and wait until it has been given up.
    std::vector<std::shared_ptr<test::FakeConnection>> waiting;
    FakeHttpServer server(loop, [&](const FakeRequest& request, const auto& to) {
        if (request.path != "/endless") {
            waiting.push_back(to);
            return;
        }
        to->begin(200, "text/plain");
        const std::weak_ptr<test::FakeConnection> weak = to;
        to->when_sent([weak] {
            if (const auto open = weak.lock()) open->chunk(std::string(16384, 'x'));
        });
        to->chunk("x");
    });
    HttpClient client(loop, {.room = std::size_t{1} << 20});
    Got endless;
    Got small[3];
    client.start({.url = server.url("/endless")}, into(endless));
    for (Got& one : small) client.start({.url = server.url("/small")}, into(one));
    loop.run_until([&] { return endless.done; });
    BOOST_REQUIRE(endless.why.has_value());
    BOOST_TEST((endless.why->kind == HttpFailure::Kind::interrupted));
    BOOST_TEST(endless.why->message.find("together are larger than 1 MiB") != std::string::npos);
    BOOST_TEST(endless.bytes < std::size_t{2} << 20);
    loop.run_until([&] { return waiting.size() == 3U; });
    for (const auto& to : waiting) to->respond(200, "text/plain", std::string(1000, 'y'));
    loop.run_until([&] { return small[0].done && small[1].done && small[2].done; });
    for (const Got& one : small) {
        BOOST_TEST(!one.why.has_value());
        BOOST_TEST(one.bytes == 1000U);
    }
}

// What is over makes room again.
BOOST_AUTO_TEST_CASE(answers_one_after_another_do_not_add_up) {
    Loop loop;
    FakeHttpServer server(loop, [](const FakeRequest&, const auto& to) {
        to->respond(200, "text/plain", std::string(700000, 'x'));
    });
    HttpClient client(loop, {.room = std::size_t{1} << 20});
    for (int i = 0; i < 4; ++i) {
        Got got;
        client.start({.url = server.url()}, into(got));
        loop.run_until([&] { return got.done; });
        BOOST_TEST(!got.why.has_value());
        BOOST_TEST(got.bytes == 700000U);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace mcprisk::crawler

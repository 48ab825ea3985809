#include "crawler/net/redirect_listener.h"

#include <boost/test/unit_test.hpp>
#include <optional>

#include "crawler/net/http_client.h"
#include "crawler/net/http_url.h"

using namespace mcprisk::crawler;

namespace {

// Status of a GET, 0 if there was none.
int get(Loop& loop, const std::string& url) {
    HttpClient client(loop);
    HttpRequest request;
    request.url = url;
    int status = 0;
    bool done = false;
    HttpCallbacks callbacks;
    callbacks.on_head = [&](const HttpHead& head) { status = head.status; };
    callbacks.on_done = [&](const std::optional<HttpFailure>&) { done = true; };
    client.start(std::move(request), std::move(callbacks));
    loop.run_until([&] { return done; });
    return status;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(redirect_listener)

BOOST_AUTO_TEST_CASE(only_the_awaited_answer_ends_the_waiting) {
    Loop loop;
    const auto listener = RedirectListener::open(loop, 0);
    BOOST_REQUIRE(listener.has_value());
    const std::string address = (*listener)->redirect_uri();
    BOOST_TEST(address.starts_with("http://127.0.0.1:"));
    std::string visited;
    BOOST_TEST(get(loop, address + "?code=early&state=s1") == 400);
    (*listener)->await("s1", [&](std::string url) { visited = std::move(url); });
    BOOST_TEST(get(loop, address + "?code=c&state=forged") == 400);
    BOOST_TEST(get(loop, address + "?code=c") == 400);
    BOOST_TEST(get(loop, parse_http_url(address)->site() + "/favicon.ico") == 404);
    BOOST_TEST(visited.empty());
    BOOST_TEST(get(loop, address + "?code=c%2B&state=s1&iss=x") == 200);
    BOOST_TEST(visited == address + "?code=c%2B&state=s1&iss=x");
    BOOST_TEST(get(loop, address + "?code=again&state=s1") == 400);
}

BOOST_AUTO_TEST_CASE(a_port_in_use_is_an_error) {
    Loop loop;
    const auto first = RedirectListener::open(loop, 0);
    const auto port = std::stoi(parse_http_url((*first)->redirect_uri())->port);
    const auto second = RedirectListener::open(loop, static_cast<std::uint16_t>(port));
    BOOST_REQUIRE(!second.has_value());
    BOOST_TEST(second.error().message.find("listening on port") == 0U);
}

BOOST_AUTO_TEST_CASE(an_endless_head_is_cut) {
    Loop loop;
    const auto listener = RedirectListener::open(loop, 0);
    std::string visited;
    (*listener)->await("s1", [&](std::string url) { visited = std::move(url); });
    BOOST_TEST(get(loop, (*listener)->redirect_uri() + "?state=s1&x=" + std::string(7000, 'x')) ==
               200);
    BOOST_TEST(!visited.empty());
    HttpClient client(loop);
    HttpRequest request;
    request.url = (*listener)->redirect_uri();
    request.headers.emplace_back("X-Long", std::string(100000, 'x'));
    bool failed = false;
    HttpCallbacks callbacks;
    bool done = false;
    callbacks.on_done = [&](const std::optional<HttpFailure>& failure) {
        failed = failure.has_value();
        done = true;
    };
    client.start(std::move(request), std::move(callbacks));
    loop.run_until([&] { return done; });
    BOOST_TEST(failed);
}

BOOST_AUTO_TEST_SUITE_END()

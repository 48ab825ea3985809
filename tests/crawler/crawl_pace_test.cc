#include "crawler/crawl_pace.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "crawler/net/host_memory.h"

namespace mcprisk::crawler {

using std::chrono::milliseconds;
using std::chrono::seconds;

BOOST_AUTO_TEST_SUITE(crawl_pace)

BOOST_AUTO_TEST_CASE(waits_double_up_to_a_minute) {
    BOOST_TEST(retry_delay(1, std::nullopt, 1).count() == 1000);
    BOOST_TEST(retry_delay(2, std::nullopt, 1).count() == 2000);
    BOOST_TEST(retry_delay(5, std::nullopt, 1).count() == 16000);
    BOOST_TEST(retry_delay(7, std::nullopt, 1).count() == 60000);
    BOOST_TEST(retry_delay(1000, std::nullopt, 1).count() == 60000);
}

BOOST_AUTO_TEST_CASE(jitter_decides_the_upper_half) {
    BOOST_TEST(retry_delay(3, std::nullopt, 0).count() == 2000);
    BOOST_TEST(retry_delay(3, std::nullopt, 0.5).count() == 3000);
    BOOST_TEST(retry_delay(3, std::nullopt, 7).count() == 4000);
    BOOST_TEST(retry_delay(3, std::nullopt, -1).count() == 2000);
}

BOOST_AUTO_TEST_CASE(what_the_host_demands_is_the_least) {
    BOOST_TEST(retry_delay(1, seconds{9}, 1).count() == 9000);
    BOOST_TEST(retry_delay(4, seconds{1}, 1).count() == 8000);
}

BOOST_AUTO_TEST_CASE(retry_after) {
    BOOST_TEST(read_retry_after("30").value().count() == 30000);
    BOOST_TEST(read_retry_after("0").value().count() == 0);
    for (const char* text : {"", "-1", "soon", "Fri, 31 Dec 1999 23:59:59 GMT", "99999999", "5x"}) {
        BOOST_TEST(!read_retry_after(text).has_value(), text);
    }
}

BOOST_AUTO_TEST_CASE(domains) {
    BOOST_TEST(registrable_domain("a.b.Example.com") == "example.com");
    BOOST_TEST(registrable_domain("example.com") == "example.com");
    BOOST_TEST(registrable_domain("x.example.co.uk") == "example.co.uk");
    BOOST_TEST(registrable_domain("tenant.platform.app") == "platform.app");
    BOOST_TEST(registrable_domain("localhost") == "localhost");
    BOOST_TEST(registrable_domain("127.1.2.3") == "127.1.2.3");
    BOOST_TEST(registrable_domain("[2001:db8::1]") == "[2001:db8::1]");
}

BOOST_AUTO_TEST_CASE(a_host_gets_no_more_than_its_share) {
    CrawlQueue queue({.connections = 10, .processes = 1, .per_host = 2, .per_domain = 3});
    for (std::size_t i = 0; i < 4; ++i) queue.add(i, "a.example.com");
    for (std::size_t i = 4; i < 8; ++i) queue.add(i, "b.example.com");
    queue.add(8, "other.org");
    BOOST_TEST(queue.take().value() == 0U);
    BOOST_TEST(queue.take().value() == 1U);
    BOOST_TEST(queue.take().value() == 4U);  // the third of the domain
    BOOST_TEST(queue.take().value() == 8U);  // the domain is full, others are not
    BOOST_TEST(!queue.take().has_value());
    BOOST_TEST(queue.running() == 4U);
    BOOST_TEST(queue.waiting() == 5U);
    queue.done(0);
    BOOST_TEST(queue.take().value() == 2U);
    BOOST_TEST(!queue.take().has_value());
    std::size_t ended = 1;
    std::vector<std::size_t> running{1, 2, 4, 8};
    while (!running.empty()) {
        queue.done(running.back());
        running.pop_back();
        ++ended;
        while (const auto next = queue.take()) running.push_back(*next);
    }
    BOOST_TEST(ended == 9U);
    BOOST_TEST(queue.waiting() == 0U);
    BOOST_TEST(queue.running() == 0U);
}

BOOST_AUTO_TEST_CASE(programs_and_connections_do_not_take_each_others_place) {
    CrawlQueue queue({.connections = 1, .processes = 1, .per_host = 9, .per_domain = 9});
    queue.add(0, "");
    queue.add(1, "");
    queue.add(2, "a.example");
    queue.add(3, "b.example");
    BOOST_TEST(queue.take().value() == 2U);
    BOOST_TEST(queue.take().value() == 0U);
    BOOST_TEST(!queue.take().has_value());
    queue.done(0);
    BOOST_TEST(queue.take().value() == 1U);
    queue.done(2);
    BOOST_TEST(queue.take().value() == 3U);
}

BOOST_AUTO_TEST_CASE(dead_hosts_are_remembered) {
    HostMemory memory;
    const HttpUrl url = *parse_http_url("https://dead.example/mcp");
    memory.failed(url, {HttpFailure::Kind::timed_out, "no answer"});
    BOOST_TEST(memory.dead(url.origin()).empty());
    memory.failed(url, {HttpFailure::Kind::unreachable, "connecting failed"});
    BOOST_TEST(memory.dead(url.origin()) == "connecting failed");
    BOOST_TEST(memory.dead("https://dead.example:8443").empty());
}

BOOST_AUTO_TEST_CASE(a_host_that_has_answered_is_not_dead) {
    HostMemory memory;
    const HttpUrl url = *parse_http_url("https://a.example/mcp");
    HttpHead head;
    head.status = 200;
    memory.answered(url, head, {});
    memory.failed(url, {HttpFailure::Kind::unreachable, "connecting failed"});
    BOOST_TEST(memory.dead(url.origin()).empty());
    BOOST_TEST(!memory.take_trouble(url.origin()).has_value());
}

BOOST_AUTO_TEST_CASE(trouble_that_may_pass) {
    HostMemory memory;
    const HttpUrl url = *parse_http_url("https://a.example/mcp");
    HttpHead head;
    head.status = 429;
    head.headers = {{"retry-after", "12"}};
    const HostMemory::Time now{seconds{100}};
    memory.answered(url, head, now);
    BOOST_TEST((memory.not_before(url.origin()).value() == now + seconds{12}));
    BOOST_TEST(memory.take_trouble(url.origin())->retry_after->count() == 12000);
    BOOST_TEST(!memory.take_trouble(url.origin()).has_value());
    memory.failed(url, {HttpFailure::Kind::interrupted, "closed"});
    BOOST_TEST(!memory.take_trouble(url.origin())->retry_after.has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace mcprisk::crawler

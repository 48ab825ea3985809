#include "crawler/start/fake_backend.h"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace mcprisk::crawler;

namespace {

// The answer to `bytes`, which may not depend on how they are cut.
std::string answer(BackendKind kind, const std::string& bytes) {
    FakeBackend whole(kind);
    const std::string once = whole.received(bytes).value_or("over");
    FakeBackend cut(kind);
    std::string pieces;
    for (const char c : bytes) pieces += cut.received(std::string(1, c)).value_or("over");
    BOOST_TEST(pieces == once);
    return once;
}

std::string big(unsigned value) {
    std::string out;
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xFF);
    return out;
}

std::string startup() {
    const std::string body = big(196608) + std::string("user\0x\0\0", 8);
    return big(static_cast<unsigned>(body.size() + 4)) + body;
}

std::string query(const std::string& sql) {
    return "Q" + big(static_cast<unsigned>(sql.size() + 5)) + sql + std::string(1, '\0');
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fake_backend)

BOOST_AUTO_TEST_CASE(redis_says_pong_and_holds_nothing) {
    BOOST_TEST(answer(BackendKind::redis, "*1\r\n$4\r\nPING\r\n") == "+PONG\r\n");
    BOOST_TEST(answer(BackendKind::redis, "PING\r\n") == "+PONG\r\n");
    BOOST_TEST(answer(BackendKind::redis, "*2\r\n$3\r\nGET\r\n$1\r\na\r\n*1\r\n$4\r\nKEYS\r\n") ==
               "$-1\r\n*0\r\n");
    BOOST_TEST(answer(BackendKind::redis, "*2\r\n$4\r\nAUTH\r\n$3\r\nkey\r\n") == "+OK\r\n");
    FakeBackend backend(BackendKind::redis);
    (void)backend.received("*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n");
    BOOST_TEST(backend.asked() == "AUTH");
}

BOOST_AUTO_TEST_CASE(postgres_lets_everybody_in_and_has_no_rows) {
    const std::string hello = answer(BackendKind::postgres, startup());
    BOOST_TEST(hello.starts_with(std::string("R\0\0\0\x08\0\0\0\0", 9)));
    BOOST_TEST(hello.ends_with(std::string("Z\0\0\0\x05I", 6)));
    // A wish for TLS is declined and not taken for the beginning.
    const std::string ssl = big(8) + big(80877103);
    BOOST_TEST(answer(BackendKind::postgres, ssl + startup()) == "N" + hello);
    const std::string rows = answer(BackendKind::postgres, startup() + query("DROP TABLE x"));
    BOOST_TEST(rows.find("SELECT 0") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(mysql_speaks_first_and_says_yes) {
    FakeBackend backend(BackendKind::mysql);
    const std::string greeting = backend.greeting();
    BOOST_TEST(greeting.substr(4, 7) == "\x0A" "8.0.30");
    BOOST_TEST(greeting.size() == 4U + static_cast<unsigned char>(greeting[0]));
    const std::string login = std::string("\4\0\0\1", 4) + "user";
    const auto welcome = backend.received(login);
    BOOST_REQUIRE(welcome);
    BOOST_TEST(welcome->substr(3, 2) == std::string("\2\0", 2));
    const auto ok = backend.received(std::string("\x09\0\0\0\3", 5) + "SELECT 1");
    BOOST_REQUIRE(ok);
    BOOST_TEST(ok->substr(3, 2) == std::string("\1\0", 2));
    BOOST_TEST(backend.asked() == "SELECT 1");
}

BOOST_AUTO_TEST_CASE(mongo_says_that_it_is_the_primary) {
    const auto little = [](unsigned value) {
        std::string text = big(value);
        return std::string(text.rbegin(), text.rend());
    };
    // OP_MSG { hello: 1 }
    const std::string document = little(16) + std::string("\x10hello\0", 7) + little(1) + '\0';
    const std::string body = little(0) + std::string(1, '\0') + document;
    const std::string message =
        little(static_cast<unsigned>(16 + body.size())) + little(7) + little(0) + little(2013) + body;
    const std::string said = answer(BackendKind::mongo, message);
    BOOST_TEST(said.substr(8, 4) == little(7));
    BOOST_TEST(said.find("isWritablePrimary") != std::string::npos);
    BOOST_TEST(said.substr(0, 4) == little(static_cast<unsigned>(said.size())));
}

BOOST_AUTO_TEST_CASE(http_is_an_empty_object) {
    const std::string said =
        answer(BackendKind::http, "POST /v1/x?key=1 HTTP/1.1\r\nContent-Length: 2\r\n\r\nab");
    BOOST_TEST(said.starts_with("HTTP/1.1 200 OK\r\n"));
    BOOST_TEST(said.ends_with("\r\n\r\n{}"));
    FakeBackend backend(BackendKind::http);
    (void)backend.received("GET /v1/x?key=1 HTTP/1.1\r\n\r\n");
    BOOST_TEST(backend.asked() == "GET /v1/x");
}

BOOST_AUTO_TEST_CASE(what_is_none_of_its_protocol_or_has_no_end_is_over) {
    for (const BackendKind kind : {BackendKind::redis, BackendKind::postgres, BackendKind::mysql,
                                   BackendKind::mongo, BackendKind::http}) {
        FakeBackend backend(kind);
        bool over = false;
        for (int i = 0; i < 64 && !over; ++i) {
            over = !backend.received(std::string(32768, '\xFF')).has_value();
        }
        BOOST_TEST(over, to_string(kind));
    }
    FakeBackend redis(BackendKind::redis);
    BOOST_TEST(!redis.received("*99999999\r\n").has_value());
}

BOOST_AUTO_TEST_SUITE_END()

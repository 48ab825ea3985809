// Servers that misbehave: each costs a bounded time and gives an outcome and a line that says why.
#include <zlib.h>
#include <algorithm>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/crawler/fake_mcp.h"

using namespace mcprisk;
using namespace mcprisk::test;
using namespace mcprisk::crawler;

namespace {

// Answers every request in the same way.
Listing list_from(FakeHttpServer::Handler handler, HttpOptions options = quick_options()) {
    Loop loop;
    FakeHttpServer server(loop, std::move(handler));
    return list_tools(loop, {server.url(), {}, ""}, options);
}

void expect(const Listing& listing, Outcome outcome, std::string_view text) {
    BOOST_TEST(std::string(to_string(listing.outcome)) == std::string(to_string(outcome)),
               listing.failure);
    BOOST_TEST(listing.failure.find(text) != std::string::npos, listing.failure);
    BOOST_TEST(listing.document.tools.empty());
}

std::string gzip(const std::string& text) {
    z_stream stream{};
    BOOST_REQUIRE_EQUAL(deflateInit2(&stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string out(text.size() + 1024, '\0');
    std::string in = text;
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    BOOST_REQUIRE_EQUAL(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

struct Status {
    int status;
    const char* type;
    const char* body;
    Outcome outcome;
    const char* text;
};

const std::vector<Status> kStatuses{
    {200,
     "application/json",
     R"({"jsonrpc": "2.0", "id": 999, "result": "surprise"})",
     Outcome::wrong_protocol,
     "JSON-RPC that is no answer"},
    {401,
     "application/json",
     "{}",
     Outcome::auth_required,
     "--header 'Authorization: Bearer $TOKEN'"},
    {403, "text/html", "<html>", Outcome::auth_required, "HTTP 403 (Forbidden)"},
    {404,
     "text/html",
     "<html>",
     Outcome::wrong_protocol,
     "HTTP 404 (Not Found); check the address"},
    {402, "application/json", "{}", Outcome::auth_required, "it serves paid accounts"},
    {405,
     "text/plain",
     "no",
     Outcome::wrong_protocol,
     "HTTP 405 (Method Not Allowed) to a request of MCP and has no event stream of the older "
     "transport; check the address, it often ends in /mcp"},
    {410,
     "text/plain",
     "",
     Outcome::wrong_protocol,
     "HTTP 410 (Gone): it is no longer there; look up where it went"},
    {200, "text/html", "<html>hi</html>", Outcome::wrong_protocol, "answers with HTML, not MCP"},
    {200,
     "text/plain",
     "<!DOCTYPE html><p>",
     Outcome::wrong_protocol,
     "answers with HTML, not MCP"},
    {200, "text/plain", "hello", Outcome::wrong_protocol, "answers with text/plain, not MCP"},
    {200, "application/json", "{\"a\":", Outcome::wrong_protocol, "cannot be read"},
    {200, "application/json", "{\"hello\":1}", Outcome::wrong_protocol, "not JSON-RPC"},
    {200, "application/json", "", Outcome::wrong_protocol, "without content"},
    {202, "application/json", "", Outcome::wrong_protocol, "HTTP 202 (Accepted) without content"},
    {200, "text/event-stream", ": nothing\n\n", Outcome::wrong_protocol, "ended without an answer"},
    {500, "text/plain", "oops", Outcome::server_error, "HTTP 500 (Internal Server Error)"},
    {429, "text/plain", "slow", Outcome::server_error, "HTTP 429 (Too Many Requests)"},
    {304, "text/plain", "", Outcome::wrong_protocol, "HTTP 304"},
};

std::ostream& operator<<(std::ostream& out, const Status& status) {
    return out << status.status << ' ' << status.type << ' ' << status.body;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_lister_broken)

BOOST_DATA_TEST_CASE(an_answer_that_is_no_mcp_is_named,
                     boost::unit_test::data::make(kStatuses),
                     row) {
    expect(list_from([&](const FakeRequest&, const Connection& to) {
               to->respond(row.status, row.type, row.body);
           }),
           row.outcome,
           row.text);
}

BOOST_AUTO_TEST_CASE(the_challenge_of_a_401_is_kept_and_no_other_era_tried) {
    Loop loop;
    FakeHttpServer server(loop, [](const FakeRequest&, const Connection& to) {
        to->respond(
            401, "text/plain", "", "WWW-Authenticate: Bearer realm=\"x\", scope=\"read\"\r\n");
    });
    const Listing listing =
        list_tools(loop, {server.url("/mcp?key=hidden"), {{"Authorization", "Bearer wrong"}}, ""});
    expect(listing, Outcome::auth_required, "check that the credential is valid");
    BOOST_TEST(listing.challenge == "Bearer realm=\"x\", scope=\"read\"");
    const auto asked = server.asked();
    BOOST_TEST(std::count(asked.begin(), asked.end(), "POST server/discover") == 1);
    for (const std::string& what : asked) {
        BOOST_TEST((what == "POST server/discover" || what.starts_with("GET /.well-known/")), what);
    }
    BOOST_TEST(listing.failure.find("wrong") == std::string::npos, listing.failure);
    BOOST_TEST(listing.failure.find("hidden") == std::string::npos, listing.failure);
}

// Without a login an operator reads who gives tokens, and how to get one.
BOOST_AUTO_TEST_CASE(a_401_whose_metadata_can_be_read_says_where_tokens_come_from) {
    Loop loop;
    std::string origin;
    FakeHttpServer server(loop, [&](const FakeRequest& request, const Connection& to) {
        if (request.path.starts_with("/.well-known/oauth-protected-resource")) {
            return to->respond(200,
                               "application/json",
                               R"({"resource": ")" + origin +
                                   R"(/mcp", "authorization_servers": [")" + origin + R"("]})");
        }
        if (request.path.starts_with("/.well-known/oauth-authorization-server")) {
            return to->respond(200,
                               "application/json",
                               R"({"issuer": ")" + origin + R"(", "authorization_endpoint": ")" +
                                   origin + R"(/authorize", "token_endpoint": ")" + origin +
                                   R"(/token", "response_types_supported": ["code"],
                                       "code_challenge_methods_supported": ["S256"]})");
        }
        to->respond(401,
                    "text/plain",
                    "",
                    "WWW-Authenticate: Bearer resource_metadata=\"" + origin +
                        "/.well-known/oauth-protected-resource/mcp\"\r\n");
    });
    origin = server.url("");
    const Listing listing = list_tools(loop, {server.url("/mcp"), {}, ""});
    expect(listing, Outcome::auth_required, "mcprisk login " + server.url("/mcp"));
    BOOST_TEST(listing.failure.find("pass a credential: --header") != std::string::npos,
               listing.failure);
    BOOST_TEST(listing.authorization.find(origin) != std::string::npos, listing.authorization);
}

BOOST_AUTO_TEST_CASE(a_500_to_the_first_question_is_no_verdict) {
    Loop loop;
    FakeMcp mcp(loop);
    mcp.on("server/discover", [](const FakeRequest&, const json&, const Connection& to) {
        to->respond(500, "text/plain", "");
    });
    BOOST_TEST((list_tools(loop, {mcp.server().url(), {}, ""}).outcome == Outcome::listed));
}

BOOST_AUTO_TEST_CASE(a_short_retry_after_is_honoured_once) {
    Loop loop;
    FakeMcp mcp(loop);
    int asked = 0;
    mcp.on("initialize", [&](const FakeRequest&, const json& body, const Connection& to) {
        if (++asked == 1) {
            to->respond(503, "text/plain", "", "Retry-After: 0\r\n");
        } else {
            send_json(to, result_of(body["id"], initialize_result()));
        }
    });
    BOOST_TEST((list_tools(loop, {mcp.server().url(), {}, ""}).outcome == Outcome::listed));
    BOOST_TEST(asked == 2);

    asked = 0;
    mcp.on("initialize", [&](const FakeRequest&, const json&, const Connection& to) {
        ++asked;
        to->respond(
            429, "text/plain", "", asked == 1 ? "Retry-After: 0\r\n" : "Retry-After: 60\r\n");
    });
    expect(list_tools(loop, {mcp.server().url(), {}, ""}), Outcome::server_error, "HTTP 429");
    BOOST_TEST(asked == 2);
}

BOOST_AUTO_TEST_CASE(credentials_do_not_follow_a_redirect_to_another_origin) {
    Loop loop;
    FakeMcp elsewhere(loop);
    FakeHttpServer server(loop, [&](const FakeRequest&, const Connection& to) {
        to->respond(307, "text/plain", "", "Location: " + elsewhere.server().url("/real") + "\r\n");
    });
    const Listing listing = list_tools(
        loop, {server.url(), {{"Authorization", "Bearer secret"}, {"X-Api-Key", "secret"}}, ""});
    BOOST_TEST((listing.outcome == Outcome::listed), listing.failure);
    BOOST_TEST(server.requests().front().header("Authorization") == "Bearer secret");
    BOOST_REQUIRE(!elsewhere.server().requests().empty());
    for (const FakeRequest& request : elsewhere.server().requests()) {
        BOOST_TEST(!request.has_header("Authorization"));
        BOOST_TEST(!request.has_header("X-Api-Key"));
    }
    const auto& flags = listing.flags;
    BOOST_TEST((std::find(flags.begin(), flags.end(), "redirected") != flags.end()));
    BOOST_TEST(elsewhere.server().requests().front().method == "POST");
    BOOST_TEST(!elsewhere.server().requests().front().body.empty());
}

BOOST_AUTO_TEST_CASE(a_redirect_within_the_origin_keeps_credentials_and_is_remembered) {
    Loop loop;
    FakeMcp mcp(loop);
    mcp.on("server/discover",
           [](const FakeRequest& request, const json& body, const Connection& to) {
               if (request.path == "/mcp")
                   return to->respond(308, "text/plain", "", "Location: /mcp/\r\n");
               send_json(to, result_of(body["id"], discover_result()));
           });
    const Listing listing = list_tools(loop, {mcp.server().url(), {{"X-Key", "k"}}, ""});
    BOOST_TEST((listing.outcome == Outcome::listed), listing.failure);
    const auto& requests = mcp.server().requests();
    BOOST_REQUIRE_EQUAL(requests.size(), 3U);
    BOOST_TEST(listing.flags.empty());
    BOOST_TEST(requests[2].path == "/mcp/");
    for (const FakeRequest& request : requests) BOOST_TEST(request.header("X-Key") == "k");
}

BOOST_AUTO_TEST_CASE(redirects_end) {
    expect(list_from([](const FakeRequest&, const Connection& to) {
               to->respond(307, "text/plain", "", "Location: /mcp\r\n");
           }),
           Outcome::refused,
           "redirects more than 5 times");
    expect(list_from([](const FakeRequest&, const Connection& to) {
               to->respond(303, "text/plain", "", "Location: /other\r\n");
           }),
           Outcome::refused,
           "redirect to read");
    expect(list_from([](const FakeRequest&, const Connection& to) {
               to->respond(302, "text/plain", "", "Location: file:///etc/passwd\r\n");
           }),
           Outcome::refused,
           "no http:// or https:// address");
}

BOOST_AUTO_TEST_CASE(a_slow_drip_is_cut_off) {
    HttpOptions options = quick_options();
    options.era = Era::legacy;
    options.limits.start = std::chrono::milliseconds{100};
    Loop loop;
    std::vector<Connection> open;
    FakeHttpServer server(loop, [&](const FakeRequest&, const Connection& to) {
        to->begin(200, "application/json");
        open.push_back(to);
    });
    std::function<void()> drip = [&] {
        for (const auto& to : open) to->chunk(" ");
        loop.after(std::chrono::milliseconds{10}, drip);
    };
    drip();
    expect(list_tools(loop, {server.url(), {}, ""}, options),
           Outcome::timed_out,
           "no answer to initialize within 0.1 s");
}

BOOST_AUTO_TEST_CASE(silence_ends_at_the_deadline) {
    HttpOptions options = quick_options();
    options.limits.total = std::chrono::milliseconds{120};
    expect(list_from([](const FakeRequest&, const Connection&) {}, options),
           Outcome::timed_out,
           "no list of tools within 0.12 s");
}

BOOST_AUTO_TEST_CASE(bodies_without_end_are_cut_off) {
    HttpOptions options = quick_options();
    options.limits.message_bytes = 64 << 10;
    options.limits.total_bytes = 256 << 10;
    for (const char* type : {"application/json", "text/event-stream"}) {
        expect(list_from(
                   [&](const FakeRequest&, const Connection& to) {
                       to->begin(200, type);
                       to->when_sent([to = std::weak_ptr(to)] {
                           if (const auto open = to.lock()) open->chunk(std::string(4096, 'x'));
                       });
                   },
                   options),
               Outcome::wrong_protocol,
               "larger than 64 KiB");
    }
    expect(list_from(
               [&](const FakeRequest&, const Connection& to) {
                   to->begin(200, "text/event-stream");
                   to->when_sent([to = std::weak_ptr(to)] {
                       if (const auto open = to.lock()) open->chunk(sse({{"method", "x"}}));
                   });
               },
               options),
           Outcome::wrong_protocol,
           "more than 256 KiB");
}

BOOST_AUTO_TEST_CASE(what_unpacks_to_too_much_is_refused) {
    HttpOptions options = quick_options();
    options.limits.message_bytes = 1 << 20;
    options.limits.total_bytes = 4 << 20;
    const std::string bomb = gzip(std::string(8 << 20, ' '));
    BOOST_TEST(bomb.size() < 64U << 10);
    expect(list_from(
               [&](const FakeRequest&, const Connection& to) {
                   to->respond(200, "application/json", bomb, "Content-Encoding: gzip\r\n");
               },
               options),
           Outcome::wrong_protocol,
           "more than 4096 KiB");
}

BOOST_AUTO_TEST_CASE(a_packed_answer_is_read) {
    Loop loop;
    FakeMcp mcp(loop);
    mcp.on("tools/list", [](const FakeRequest& request, const json& body, const Connection& to) {
        BOOST_TEST(request.header("Accept-Encoding").find("gzip") != std::string::npos);
        to->respond(200,
                    "application/json",
                    gzip(result_of(body["id"], tools_page({"packed"})).dump()),
                    "Content-Encoding: gzip\r\n");
    });
    const Listing listing = list_tools(loop, {mcp.server().url(), {}, ""});
    BOOST_REQUIRE_EQUAL(listing.document.tools.size(), 1U);
    BOOST_TEST(listing.document.tools[0].name == "packed");
}

BOOST_AUTO_TEST_CASE(deep_json_and_huge_heads_are_refused) {
    expect(list_from([](const FakeRequest&, const Connection& to) {
               to->respond(
                   200, "application/json", std::string(5000, '[') + std::string(5000, ']'));
           }),
           Outcome::wrong_protocol,
           "nested deeper than 128");
    expect(list_from([](const FakeRequest&, const Connection& to) {
               to->respond(
                   200, "application/json", "{}", "X: " + std::string(80 << 10, 'a') + "\r\n");
           }),
           Outcome::wrong_protocol,
           "head of the answer is larger than 64 KiB");
}

BOOST_AUTO_TEST_CASE(broken_connections_are_told_apart) {
    expect(list_from([](const FakeRequest&, const Connection& to) { to->reset(); }),
           Outcome::unreachable,
           "closed without an answer");
    expect(list_from([](const FakeRequest&, const Connection& to) {
               to->send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
               to->close();
           }),
           Outcome::unreachable,
           "in the middle of the answer");
    expect(list_from([](const FakeRequest&, const Connection& to) {
               to->begin(200, "application/json");
               to->chunk("{");
               to->close();
           }),
           Outcome::unreachable,
           "in the middle of the answer");
    expect(list_from([](const FakeRequest&, const Connection& to) {
               to->send("220 mail.example ESMTP\r\n");
               to->close();
           }),
           Outcome::wrong_protocol,
           "not HTTP");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_reached_is_unreachable) {
    Loop loop;
    FakeMcp mcp(loop);
    std::string tls = mcp.server().url();
    tls.replace(0, 4, "https");
    // The server waits for the end of a request's head and never answers the TLS handshake.
    HttpOptions options = quick_options();
    options.limits.start = std::chrono::milliseconds{300};
    expect(list_tools(loop, {tls, {}, ""}, options), Outcome::unreachable, "within 0.1 s");
    expect(list_tools(loop, {"http://127.0.0.1:" + std::to_string(closed_port()) + "/mcp", {}, ""}),
           Outcome::unreachable,
           "Connection refused");
    expect(list_tools(loop, {"http://name.invalid/mcp", {}, ""}),
           Outcome::unreachable,
           "name.invalid cannot be resolved");
}

BOOST_AUTO_TEST_CASE(our_own_rules_refuse) {
    Loop loop;
    FakeMcp mcp(loop);
    HttpOptions options = quick_options();
    options.allow_private = false;
    expect(list_tools(loop, {mcp.server().url(), {}, ""}, options),
           Outcome::refused,
           "127.0.0.1 is a private address");
    BOOST_TEST(mcp.server().requests().empty());
    expect(list_tools(loop, {"ftp://host.example/", {}, ""}), Outcome::refused, "http://");
    expect(list_tools(loop, {mcp.server().url(), {{"X-Key", "a\r\nHost: evil"}}, ""}),
           Outcome::refused,
           "line break");
    BOOST_TEST(mcp.server().requests().empty());
}

BOOST_AUTO_TEST_CASE(json_under_a_wrong_content_type_is_read_and_flagged) {
    Loop loop;
    FakeMcp mcp(loop);
    mcp.on("tools/list", [](const FakeRequest&, const json& body, const Connection& to) {
        to->respond(200, "text/plain", result_of(body["id"], tools_page({"a"})).dump());
    });
    const Listing listing = list_tools(loop, {mcp.server().url(), {}, ""});
    BOOST_TEST(listing.document.tools.size() == 1U);
    BOOST_TEST(listing.flags == std::vector<std::string>{"wrong_content_type"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_lister_can_be_destroyed_at_any_time) {
    Loop loop;
    FakeMcp mcp(loop);
    HttpClient client(loop);
    for (int rounds = 0; rounds < 12; ++rounds) {
        Target target;
        target.how = HttpTarget{mcp.server().url(), {}, ""};
        bool done = false;
        auto lister = make_http_lister(
            loop, client, target, quick_options(), [&](const Listing&) { done = true; });
        lister->start();
        for (int i = 0; i < rounds && !done; ++i) loop.run_once(std::chrono::milliseconds{5});
        lister.reset();
        loop.run_once(std::chrono::milliseconds{0});
    }
    BOOST_TEST(mcp.server().requests().size() > 0U);
}

BOOST_AUTO_TEST_SUITE_END()

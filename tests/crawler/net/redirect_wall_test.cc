// A public server must not lead us to what only we can reach.
#include <netinet/in.h>
#include <boost/test/unit_test.hpp>
#include <set>

#include "crawler/net/http_client.h"
#include "crawler/net/http_url.h"
#include "tests/crawler/fake_mcp.h"

namespace mcprisk::crawler {
namespace {

using test::FakeConnection;
using test::FakeHttpServer;
using test::FakeRequest;

// Ports that play a public address; all others of loopback are what they are.
std::set<int>& public_ports() {
    static std::set<int> ports;
    return ports;
}

bool played_private(const sockaddr& address) {
    const auto& in = reinterpret_cast<const sockaddr_in&>(address);
    return address.sa_family != AF_INET || !public_ports().contains(ntohs(in.sin_port));
}

int port_of(const FakeHttpServer& server) {
    return std::stoi(parse_http_url(server.url())->port);
}

struct World {
    Loop loop;
    HttpClient client{loop, {.is_private = played_private}};
    FakeHttpServer inside{loop, [](const FakeRequest&, const auto& to) {
                              to->respond(200, "text/plain", "the key");
                          }};
    FakeHttpServer outside{loop, [this](const FakeRequest&, const auto& to) {
                               to->respond(307, "text/plain", "", "Location: " + inside.url("/meta") +
                                                                      "\r\n");
                           }};

    ~World() { public_ports().clear(); }

    std::pair<std::string, std::optional<HttpFailure>> get(HttpRequest request) {
        std::string body;
        std::optional<HttpFailure> why;
        bool done = false;
        HttpCallbacks callbacks;
        callbacks.on_body = [&](std::string_view bytes) { body += bytes; };
        callbacks.on_done = [&](std::optional<HttpFailure> failure) {
            why = std::move(failure);
            done = true;
        };
        client.start(std::move(request), std::move(callbacks));
        loop.run_until([&] { return done; });
        return {body, why};
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(redirect_wall)

BOOST_AUTO_TEST_CASE(a_public_server_does_not_lead_to_a_private_one) {
    World world;
    public_ports() = {port_of(world.outside)};
    const auto [body, why] = world.get({.url = world.outside.url()});
    BOOST_REQUIRE(why.has_value());
    BOOST_TEST((why->kind == HttpFailure::Kind::refused));
    BOOST_TEST(why->message.find("a redirect from a public address leads to 127.0.0.1") == 0U);
    BOOST_TEST(world.inside.requests().empty());
}

// A connection that stands open for somebody who named the private address is no way around.
BOOST_AUTO_TEST_CASE(an_open_connection_to_the_private_one_is_not_used) {
    World world;
    public_ports() = {port_of(world.outside)};
    BOOST_TEST(world.get({.url = world.inside.url()}).first == "the key");
    BOOST_TEST(world.get({.url = world.outside.url()}).second.has_value());
    BOOST_TEST(world.inside.requests().size() == 1U);
}

BOOST_AUTO_TEST_CASE(whoever_allows_private_addresses_or_names_one_is_led_there) {
    World world;
    BOOST_TEST(world.get({.url = world.outside.url()}).first == "the key");  // both private
    public_ports() = {port_of(world.outside)};
    BOOST_TEST(world.get({.url = world.outside.url(), .private_redirects = true}).first ==
               "the key");
    public_ports().insert(port_of(world.inside));
    BOOST_TEST(world.get({.url = world.outside.url()}).first == "the key");  // both public
}

// What it names elsewhere than in a redirect: where to ask for tokens.
BOOST_AUTO_TEST_CASE(a_public_server_names_no_private_authorization_server) {
    for (const bool is_public : {true, false}) {
        World world;
        world.outside.answer_with([&](const FakeRequest&, const auto& to) {
            to->respond(401,
                        "text/plain",
                        "",
                        "WWW-Authenticate: Bearer resource_metadata=\"" +
                            world.inside.url("/.well-known/oauth-protected-resource") + "\"\r\n");
        });
        if (is_public) public_ports() = {port_of(world.outside)};
        Target target;
        target.id = "s";
        target.how = HttpTarget{world.outside.url(), {}, {}};
        std::optional<Listing> listing;
        auto lister = make_http_lister(
            world.loop, world.client, target, {}, [&](Listing done) { listing = std::move(done); });
        lister->start();
        world.loop.run_until([&] { return listing.has_value(); });
        BOOST_TEST((listing->outcome == Outcome::auth_required));
        BOOST_TEST(world.inside.requests().empty() == is_public);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace mcprisk::crawler

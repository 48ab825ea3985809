// Listing a server that wants a token, over loopback: one fake plays MCP and authorization server.
#include "crawler/auth/authorizer.h"

#include <boost/test/unit_test.hpp>

#include "model/base/text.h"
#include "tests/crawler/fake_fortress.h"

using namespace mcprisk;
using namespace mcprisk::test;
using namespace mcprisk::crawler;

namespace {

// Listing it, with a world that keeps one token and visits what it is told to.
class Fortress : public FakeFortress {
  public:
    explicit Fortress(Loop& loop) : FakeFortress(loop), loop_(loop) {}

    Listing list(const AuthorizerOptions& options, bool visits = true) {
        AuthorizerWorld world;
        world.sources = {[] { return std::string("0123456789abcdef"); }, [this] { return now; }};
        world.load = [this](const std::string&) { return kept; };
        world.keep = [this](const std::string& url, const OAuthToken& token) {
            BOOST_TEST(url == server().url());
            kept = token;
        };
        if (visits) {
            world.visit = [this](const std::string& url, AuthorizerWorld::Redirected done) {
                ++visited;
                std::string back = "http://127.0.0.1:1/callback?code=c";
                for (const auto& [name, value] : decode_form(query_of(url))) {
                    if (name == "state") back += "&state=" + value;
                }
                loop_.post([done = std::move(done), back] { done(back); });
            };
        }
        HttpClient client(loop_);
        Authorizer authorizer(loop_, client, options, world);
        HttpOptions http = quick_options();
        http.authorizer = &authorizer;
        return list_tools(loop_, {server().url(), {}, ""}, http);
    }

    [[nodiscard]] std::size_t count(const std::string& what) {
        const auto asked = server().asked();
        return static_cast<std::size_t>(std::count(asked.begin(), asked.end(), what));
    }

    std::optional<OAuthToken> kept;
    std::int64_t now = 1000;
    int visited = 0;

  private:
    Loop& loop_;
};

AuthorizerOptions usual_options() {
    AuthorizerOptions options;
    options.redirect_uri = "http://127.0.0.1:1/callback";
    return options;
}

OAuthToken old_token(Fortress& fortress, const std::string& access) {
    OAuthToken token;
    token.access_token = access;
    token.refresh_token = "r0";
    token.scope = "read";
    token.issuer = fortress.server().url("");
    token.token_endpoint = token.issuer + "/token";
    token.auth_method = "none";
    token.client.client_id = "c";
    return token;
}

void expect_listed(const Listing& listing) {
    BOOST_TEST((listing.outcome == Outcome::listed), listing.failure);
    BOOST_TEST(listing.document.tools.size() == 1U);
    BOOST_TEST(listing.credential_class == "configured");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(authorizer)

BOOST_AUTO_TEST_CASE(a_login_leads_to_the_list_and_is_kept) {
    Loop loop;
    Fortress fortress(loop);
    expect_listed(fortress.list(usual_options()));
    BOOST_TEST(fortress.visited == 1);
    BOOST_REQUIRE(fortress.kept.has_value());
    BOOST_TEST(fortress.kept->access_token == "good");
    BOOST_TEST(fortress.kept->refresh_token == "r1");
    // The token is nobody else's.
    for (const FakeRequest& request : fortress.server().requests()) {
        if (request.path != "/mcp") BOOST_TEST(!request.has_header("Authorization"), request.path);
    }
}

BOOST_AUTO_TEST_CASE(a_kept_token_is_enough) {
    Loop loop;
    Fortress fortress(loop);
    fortress.kept = old_token(fortress, "good");
    expect_listed(fortress.list(usual_options(), false));
    BOOST_TEST(fortress.count("POST /token") == 0U);
    BOOST_TEST(fortress.count("POST server/discover") == 1U);
}

BOOST_AUTO_TEST_CASE(a_token_that_is_over_is_refreshed) {
    Loop loop;
    Fortress fortress(loop);
    fortress.kept = old_token(fortress, "good");
    fortress.kept->expires_at = fortress.now + 5;
    fortress.tokens = {R"({"access_token": "better", "expires_in": 3600})"};
    expect_listed(fortress.list(usual_options(), false));
    BOOST_TEST(fortress.kept->access_token == "better");
    BOOST_TEST(fortress.kept->refresh_token == "r0");
    const auto& requests = fortress.server().requests();
    const auto refresh = std::find_if(requests.begin(), requests.end(), [](const auto& request) {
        return request.path == "/token";
    });
    BOOST_REQUIRE(refresh != requests.end());
    BOOST_TEST(refresh->body.find("grant_type=refresh_token&refresh_token=r0") == 0U);
}

BOOST_AUTO_TEST_CASE(a_refresh_token_is_used_once_for_all_who_wait) {
    Loop loop;
    Fortress fortress(loop);
    fortress.kept = old_token(fortress, "revoked");
    fortress.tokens = {R"({"access_token": "good", "refresh_token": "r1"})"};
    AuthorizerWorld world;
    world.sources = {[] { return std::string("r"); }, [] { return std::int64_t{0}; }};
    world.load = [&](const std::string&) { return fortress.kept; };
    HttpClient client(loop);
    Authorizer authorizer(loop, client, usual_options(), world);
    HttpOptions options = quick_options();
    options.authorizer = &authorizer;
    std::vector<Listing> listings;
    std::vector<std::unique_ptr<Lister>> listers;
    for (int i = 0; i < 3; ++i) {
        Target target;
        target.id = "server";
        target.how = HttpTarget{fortress.server().url(), {}, ""};
        listers.push_back(make_http_lister(loop, client, target, options, [&](Listing done) {
            listings.push_back(std::move(done));
        }));
        listers.back()->start();
    }
    loop.run_until([&] { return listings.size() == 3; });
    for (const Listing& listing : listings) expect_listed(listing);
    BOOST_TEST(fortress.count("POST /token") == 1U);
}

BOOST_AUTO_TEST_CASE(a_token_that_the_server_repeats_is_not_told) {
    Loop loop;
    FakeMcp mcp(loop);
    mcp.on("server/discover",
           [](const FakeRequest& request, const json& body, const Connection& to) {
               send_json(
                   to,
                   error_of(body["id"], -32022, "no", {{"supported", {request.header("X-Key")}}}),
                   400);
           });
    mcp.on("initialize", [](const FakeRequest& request, const json& body, const Connection& to) {
        send_json(to, error_of(body["id"], -1, "bad " + request.header("X-Key")));
    });
    const Listing listing = list_tools(loop, {mcp.server().url(), {{"X-Key", "tell-nobody"}}, ""});
    BOOST_TEST((listing.outcome != Outcome::listed));
    BOOST_TEST(listing.failure.find("tell-nobody") == std::string::npos, listing.failure);
    BOOST_TEST(listing.failure.find("[redacted]") != std::string::npos, listing.failure);
}

BOOST_AUTO_TEST_CASE(a_refused_refresh_falls_back_to_the_login) {
    Loop loop;
    Fortress fortress(loop);
    fortress.kept = old_token(fortress, "revoked");
    fortress.tokens = {R"({"error": "invalid_grant"})", R"({"access_token": "good"})"};
    expect_listed(fortress.list(usual_options()));
    BOOST_TEST(fortress.visited == 1);
}

BOOST_AUTO_TEST_CASE(a_weak_token_is_stepped_up_with_both_scopes) {
    Loop loop;
    Fortress fortress(loop);
    fortress.needs_scope = "write";
    fortress.tokens.push_back(R"({"access_token": "better"})");
    expect_listed(fortress.list(usual_options()));
    BOOST_TEST(fortress.visited == 2);
    BOOST_TEST(fortress.kept->scope == "read write");
}

BOOST_AUTO_TEST_CASE(a_step_up_that_asks_for_nothing_new_ends) {
    Loop loop;
    Fortress fortress(loop);
    fortress.needs_scope = "read";
    const Listing listing = fortress.list(usual_options());
    BOOST_TEST((listing.outcome == Outcome::auth_required));
    BOOST_TEST(fortress.visited == 1);
    BOOST_TEST(listing.failure.find("no other rights") != std::string::npos, listing.failure);
}

BOOST_AUTO_TEST_CASE(tokens_that_do_not_help_end_after_three) {
    Loop loop;
    Fortress fortress(loop);
    fortress.tokens = {};
    for (int i = 0; i < 9; ++i) fortress.tokens.emplace_back(R"({"access_token": "bad"})");
    const Listing listing = fortress.list(usual_options());
    BOOST_TEST((listing.outcome == Outcome::auth_required));
    BOOST_TEST(fortress.visited == 3);
}

BOOST_AUTO_TEST_CASE(with_nobody_there_it_says_what_would_be_needed) {
    Loop loop;
    Fortress fortress(loop);
    const Listing listing = fortress.list(usual_options(), false);
    BOOST_TEST((listing.outcome == Outcome::auth_required));
    BOOST_TEST(fortress.count("POST /register") == 0U);
    const json found = json::parse(listing.authorization);
    BOOST_TEST(found["access"] == "oauth_interactive");
    BOOST_TEST(found["issuer"] == fortress.server().url(""));
    BOOST_TEST(found["status"] == 401);
    BOOST_TEST(found["scope"] == "read");
    BOOST_TEST(listing.challenge == "Bearer scope=\"read\"");
}

BOOST_AUTO_TEST_CASE(without_an_authorizer_the_metadata_is_recorded_all_the_same) {
    Loop loop;
    Fortress fortress(loop);
    const Listing listing = list_tools(loop, {fortress.server().url(), {}, ""});
    BOOST_TEST((listing.outcome == Outcome::auth_required));
    const json found = json::parse(listing.authorization);
    BOOST_TEST(found["token_endpoint"] == fortress.server().url("/token"));
    BOOST_TEST(found["authorization_servers"] == json({fortress.server().url("")}));
    HttpOptions blind = quick_options();
    blind.look_up_authorization = false;
    const std::size_t before = fortress.server().requests().size();
    BOOST_TEST(list_tools(loop, {fortress.server().url(), {}, ""}, blind).authorization.empty());
    BOOST_TEST(fortress.server().requests().size() == before + 1);
}

BOOST_AUTO_TEST_CASE(metadata_that_never_comes_or_never_ends_costs_a_bounded_time) {
    for (const bool endless : {false, true}) {
        Loop loop;
        FakeHttpServer server(loop, [&](const FakeRequest& request, const Connection& to) {
            if (request.path == "/mcp") {
                to->respond(401, "text/plain", "", "WWW-Authenticate: Bearer\r\n");
            } else if (endless) {
                to->begin(200, "application/json");
                to->when_sent([to = to.get()] { to->chunk(std::string(10000, ' ')); });
            }
        });
        HttpOptions options = quick_options();
        options.limits.total = std::chrono::milliseconds{1000};
        const Listing listing = list_tools(loop, {server.url(), {}, ""}, options);
        BOOST_TEST((listing.outcome == Outcome::auth_required), listing.failure);
        BOOST_TEST(json::parse(listing.authorization)["access"] == "token_required");
    }
}

BOOST_AUTO_TEST_CASE(a_configured_header_goes_before_any_login) {
    Loop loop;
    Fortress fortress(loop);
    HttpClient client(loop);
    Authorizer authorizer(loop,
                          client,
                          usual_options(),
                          {{[] { return std::string("r"); }, [] { return std::int64_t{0}; }},
                           [&](const std::string&) { return old_token(fortress, "good"); },
                           {},
                           [](const std::string&, const AuthorizerWorld::Redirected&) {
                               BOOST_ERROR("nobody is to be asked");
                           }});
    HttpOptions options = quick_options();
    options.authorizer = &authorizer;
    const Listing listing =
        list_tools(loop, {fortress.server().url(), {{"authorization", "Bearer own"}}, ""}, options);
    BOOST_TEST((listing.outcome == Outcome::auth_required));
    for (const FakeRequest& request : fortress.server().requests()) {
        if (request.path != "/mcp") continue;
        BOOST_TEST(
            std::count_if(request.headers.begin(), request.headers.end(), [](const auto& header) {
                return equals_ignoring_case(header.first, "authorization");
            }) == 1);
        BOOST_TEST(request.header("Authorization") == "Bearer own");
    }
}

BOOST_AUTO_TEST_CASE(a_lister_that_is_gone_is_not_called_back) {
    Loop loop;
    Fortress fortress(loop);
    HttpClient client(loop);
    AuthorizerWorld::Redirected later;
    Authorizer authorizer(
        loop,
        client,
        usual_options(),
        {{[] { return std::string("r"); }, [] { return std::int64_t{0}; }},
         {},
         {},
         [&](const std::string&, AuthorizerWorld::Redirected done) { later = std::move(done); }});
    HttpOptions options = quick_options();
    options.authorizer = &authorizer;
    Target target;
    target.id = "server";
    target.how = HttpTarget{fortress.server().url(), {}, ""};
    auto lister = make_http_lister(loop, client, target, options, [](const Listing&) {
        BOOST_ERROR("an abandoned server reports nothing");
    });
    lister->start();
    loop.run_until([&] { return static_cast<bool>(later); });
    lister.reset();
    later(std::string("http://127.0.0.1:1/callback?code=c&state=r"));
    BOOST_TEST(fortress.count("POST /token") == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

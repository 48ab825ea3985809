// The way from a challenge to a token, every answer written by hand.
#include "crawler/auth/oauth_flow.h"

#include <boost/test/unit_test.hpp>
#include <map>

#include "crawler/net/http_url.h"

using namespace mcprisk;
using namespace mcprisk::crawler;

namespace {

// Plays resource and authorization servers: answers by address, 404 for the rest.
struct World {
    std::map<std::string, std::string> documents;
    std::vector<std::string> asked;
    std::vector<std::string> bodies;
    std::string visited;
    std::string way_back;  // added to the redirect

    Result<OAuthToken> run(const std::string& server,
                           OAuthOptions options,
                           const BearerChallenge& challenge = {}) {
        options.redirect_uri = "http://127.0.0.1:5/callback";
        int calls = 0;
        const OAuthSources sources{[&calls] { return "random" + std::to_string(++calls); },
                                   [] { return std::int64_t{1000}; }};
        OAuthFlow flow(parse_http_url(server).value(), challenge, std::move(options), sources);
        OAuthFlow::Action action = flow.start();
        for (int steps = 0; steps < 20; ++steps) {
            if (const auto* request = std::get_if<HttpRequest>(&action)) {
                asked.push_back(request->method + " " + request->url);
                bodies.push_back(request->body);
                const auto found = documents.find(request->url);
                action = flow.on_reply(found == documents.end()
                                           ? OAuthReply{404, "", std::nullopt}
                                           : OAuthReply{200, found->second, std::nullopt});
            } else if (const auto* visit = std::get_if<OAuthFlow::Visit>(&action)) {
                visited = visit->url;
                std::string state;
                for (const auto& [name, value] : decode_form(query_of(visited))) {
                    if (name == "state") state = value;
                }
                action = flow.on_redirect(
                    "http://127.0.0.1:5/callback?code=the-code&state=" + state + way_back);
            } else {
                return std::get<Result<OAuthToken>>(action);
            }
        }
        return fail(ErrorCode::too_large, "it never ends");
    }

    [[nodiscard]] bool was_asked(const std::string& what) const {
        return std::find(asked.begin(), asked.end(), what) != asked.end();
    }
};

constexpr const char* kPrm = "https://h.example/.well-known/oauth-protected-resource/mcp";
constexpr const char* kAs = "https://as.example/.well-known/oauth-authorization-server";

World usual_world() {
    World world;
    world.documents[kPrm] = R"({"resource": "https://h.example/mcp",
        "authorization_servers": ["https://as.example"], "scopes_supported": ["read"]})";
    world.documents[kAs] = R"({"issuer": "https://as.example",
        "authorization_endpoint": "https://as.example/authorize",
        "token_endpoint": "https://as.example/token",
        "registration_endpoint": "https://as.example/register",
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"]})";
    world.documents["https://as.example/register"] = R"({"client_id": "registered"})";
    world.documents["https://as.example/token"] =
        R"({"access_token": "secret-token", "token_type": "Bearer", "refresh_token": "again"})";
    return world;
}

void expect_error(const Result<OAuthToken>& token, std::string_view words) {
    BOOST_REQUIRE(!token.has_value());
    BOOST_TEST(token.error().message.find(words) != std::string::npos, token.error().message);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(oauth_flow)

BOOST_AUTO_TEST_CASE(from_nothing_to_a_token) {
    World world = usual_world();
    const auto token = world.run("https://h.example/mcp", {});
    BOOST_REQUIRE(token.has_value());
    BOOST_TEST(token->access_token == "secret-token");
    BOOST_TEST(token->refresh_token == "again");
    BOOST_TEST(token->client.client_id == "registered");
    BOOST_TEST(token->scope == "read");
    BOOST_TEST(world.asked.size() == 4U);
    const std::string& body = world.bodies.back();
    BOOST_TEST(body.find("grant_type=authorization_code&code=the-code") == 0U, body);
    BOOST_TEST(body.find("code_verifier=random2") != std::string::npos, body);
    BOOST_TEST(body.find("resource=https%3A%2F%2Fh.example%2Fmcp") != std::string::npos, body);
}

BOOST_AUTO_TEST_CASE(only_the_document_that_the_challenge_names_is_asked) {
    World world = usual_world();
    BearerChallenge challenge;
    challenge.resource_metadata = "https://h.example/elsewhere.json";
    expect_error(world.run("https://h.example/mcp", {}, challenge), "404");
    BOOST_TEST(world.asked.size() == 1U);
}

BOOST_AUTO_TEST_CASE(metadata_about_another_server_is_refused) {
    World world = usual_world();
    world.documents[kPrm] = R"({"resource": "https://evil.example/mcp",
        "authorization_servers": ["https://as.example"]})";
    expect_error(world.run("https://h.example/mcp", {}), "not about this server");
    BOOST_TEST(world.visited.empty());
}

BOOST_AUTO_TEST_CASE(metadata_of_another_issuer_is_refused) {
    World world = usual_world();
    world.documents[kAs] = R"({"issuer": "https://as.example/", "token_endpoint":
        "https://as.example/token"})";
    expect_error(world.run("https://h.example/mcp", {}), "is of the issuer");
    BOOST_TEST(world.asked.size() == 2U);
}

BOOST_AUTO_TEST_CASE(an_answer_from_another_issuer_gets_no_code) {
    World world = usual_world();
    world.way_back = "&iss=https%3A%2F%2Fevil.example";
    expect_error(world.run("https://h.example/mcp", {}), "evil.example");
    BOOST_TEST(!world.was_asked("POST https://as.example/token"));
}

BOOST_AUTO_TEST_CASE(unprotected_endpoints_are_not_asked) {
    World world = usual_world();
    world.documents[kAs] = R"({"issuer": "https://as.example",
        "authorization_endpoint": "https://as.example/authorize",
        "token_endpoint": "http://as.example/token", "code_challenge_methods_supported": ["S256"]})";
    expect_error(world.run("https://h.example/mcp", {}), "not protected by https");
    world.documents[kPrm] = R"({"resource": "https://h.example/mcp",
        "authorization_servers": ["http://169.254.169.254"]})";
    expect_error(world.run("https://h.example/mcp", {}), "not protected by https");
}

BOOST_AUTO_TEST_CASE(without_pkce_nobody_is_sent_anywhere) {
    World world = usual_world();
    world.documents[kAs] = R"({"issuer": "https://as.example",
        "authorization_endpoint": "https://as.example/authorize",
        "token_endpoint": "https://as.example/token",
        "registration_endpoint": "https://as.example/register"})";
    expect_error(world.run("https://h.example/mcp", {}), "PKCE");
    BOOST_TEST(world.visited.empty());
}

BOOST_AUTO_TEST_CASE(a_server_of_2025_03_26_is_its_own_authorization_server) {
    World world;
    world.documents["https://h.example/register"] = R"({"client_id": "c", "client_secret": "s"})";
    world.documents["https://h.example/token"] = R"({"access_token": "t"})";
    const auto token = world.run("https://h.example/mcp", {});
    BOOST_REQUIRE(token.has_value());
    BOOST_TEST(world.visited.starts_with("https://h.example/authorize?"));
    BOOST_TEST(token->auth_method == "client_secret_basic");
    BOOST_TEST(token->resource.empty());
}

BOOST_AUTO_TEST_CASE(a_known_client_goes_before_a_document_and_that_before_registration) {
    World world = usual_world();
    std::string& as = world.documents[kAs];
    as.insert(1, R"("client_id_metadata_document_supported": true, )");
    OAuthOptions options;
    options.client_metadata_url = "https://us.example/client.json";
    auto token = world.run("https://h.example/mcp", options);
    BOOST_TEST(token->client.client_id == "https://us.example/client.json");
    options.clients = {{"https://other.example", "not-here", "s", "", "", ""},
                       {"https://as.example", "ours", "", "", "", ""}};
    token = world.run("https://h.example/mcp", options);
    BOOST_TEST(token->client.client_id == "ours");
    BOOST_TEST(!world.was_asked("POST https://as.example/register"));
}

BOOST_AUTO_TEST_CASE(client_credentials_stay_with_their_issuer) {
    World world = usual_world();
    OAuthOptions options;
    options.grant = OAuthGrant::client_credentials;
    options.clients = {{"https://as.example", "machine", "hush", "", "client_secret_post", ""}};
    const auto token = world.run("https://h.example/mcp", options);
    BOOST_REQUIRE(token.has_value());
    BOOST_TEST(world.visited.empty());
    BOOST_TEST(world.bodies.back().find("grant_type=client_credentials&scope=read") == 0U);
    options.clients.front().issuer = "https://other.example";
    World again = usual_world();
    const auto refused = again.run("https://h.example/mcp", options);
    expect_error(refused, "belongs to https://other.example");
    BOOST_TEST(refused.error().message.find("hush") == std::string::npos);
    for (const std::string& body : again.bodies) BOOST_TEST(body.find("hush") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(nobody_there_still_tells_who_would_be_asked) {
    World world = usual_world();
    OAuthOptions options;
    options.grant = OAuthGrant::none;
    expect_error(world.run("https://h.example/mcp", options), "a token of https://as.example");
    BOOST_TEST(world.asked.size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()

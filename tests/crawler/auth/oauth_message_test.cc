#include "crawler/auth/oauth_message.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <map>

#include "crawler/net/http_url.h"

using namespace mcprisk;
using namespace mcprisk::crawler;
using Strings = std::vector<std::string>;

namespace {

const OAuthSources kSources{[] { return std::string("random"); },
                            [] { return std::int64_t{1000}; }};

AuthServerMetadata server_with(std::optional<Strings> methods) {
    AuthServerMetadata server;
    server.issuer = "https://as.example";
    server.token_endpoint = "https://as.example/token";
    server.auth_methods = std::move(methods);
    return server;
}

std::map<std::string, std::string> fields_of(std::string_view form) {
    std::map<std::string, std::string> fields;
    for (auto& [name, value] : decode_form(form)) BOOST_TEST(fields.emplace(name, value).second);
    return fields;
}

OAuthToken token_about(const std::string& method) {
    OAuthToken token;
    token.issuer = "https://as.example";
    token.token_endpoint = "https://as.example/token";
    token.resource = "https://h.example/mcp";
    token.auth_method = method;
    token.client.client_id = "id with:odd";
    token.client.client_secret = "s&cret";
    return token;
}

const AuthorizationQuestion kQuestion{"https://as.example/authorize?tenant=1",
                                      "client",
                                      "http://127.0.0.1:4711/callback",
                                      "st",
                                      "verifier",
                                      "a b",
                                      "https://h.example/mcp"};

struct Redirected {
    const char* url;
    bool promises_issuer;
    const char* code;   // null: refused
    const char* words;  // of the message
};
const std::vector<Redirected> kRedirected{
    {"http://127.0.0.1:4711/callback?code=c%2B1&state=st", false, "c+1", ""},
    {"http://127.0.0.1:4711/callback?code=c&state=st&iss=https%3A%2F%2Fas.example", true, "c", ""},
    {"http://127.0.0.1:4711/callback?code=c&state=st", true, nullptr, "(iss)"},
    {"http://127.0.0.1:4711/callback?code=c&state=st&iss=https%3A%2F%2Fas.example%2F",
     false,
     nullptr,
     "is from https://as.example/ and not"},
    {"http://127.0.0.1:4711/callback?code=c&state=other", false, nullptr, "(state)"},
    {"http://127.0.0.1:4711/callback?code=c", false, nullptr, "(state)"},
    {"http://127.0.0.1:4712/callback?code=c&state=st", false, nullptr, "somewhere else"},
    {"https://evil.example/callback?code=c&state=st", false, nullptr, "somewhere else"},
    {"http://127.0.0.1:4711/callback?state=st", false, nullptr, "no code"},
    {"http://127.0.0.1:4711/callback?code=a&code=b&state=st", false, nullptr, "twice"},
    {"http://127.0.0.1:4711/callback?state=st&error=access_denied&error_description=No+way",
     false,
     nullptr,
     "access_denied (No way)"},
};
std::ostream& operator<<(std::ostream& out, const Redirected& row) { return out << row.url; }

struct Method {
    bool secret;
    const char* registered;
    std::optional<Strings> offered;
    const char* chosen;  // null: none fits
};
const std::vector<Method> kMethods{
    {true, "", std::nullopt, "client_secret_basic"},
    {true, "", Strings{"client_secret_post", "client_secret_basic"}, "client_secret_basic"},
    {true, "", Strings{"client_secret_post"}, "client_secret_post"},
    {true, "", Strings{"none"}, "none"},
    {true, "", Strings{"private_key_jwt"}, nullptr},
    {true, "client_secret_post", Strings{"client_secret_basic"}, "client_secret_post"},
    {true, "none", Strings{"client_secret_basic"}, "none"},
    {true, "tls_client_auth", std::nullopt, "client_secret_basic"},
    {false, "", Strings{"client_secret_basic"}, "none"},
    {false, "client_secret_basic", std::nullopt, "none"},
};
std::ostream& operator<<(std::ostream& out, const Method& row) {
    return out << (row.secret ? "secret " : "no secret ") << row.registered;
}

OAuthReply reply(int status, std::string body) { return {status, std::move(body), std::nullopt}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(oauth_message)

BOOST_AUTO_TEST_CASE(scopes_come_from_the_challenge_then_from_the_resource) {
    OAuthFacts facts;
    facts.resource = ResourceMetadata{"https://h.example", {}, {"r", "w"}};
    facts.auth_server = server_with(std::nullopt);
    BearerChallenge challenge;
    BOOST_TEST(choose_scope(challenge, facts, "", true) == "r w");
    challenge.scope = "w";
    BOOST_TEST(choose_scope(challenge, facts, "", true) == "w");
    BOOST_TEST(choose_scope(challenge, facts, "r x", true) == "r x w");
    facts.auth_server->scopes_supported = {"offline_access"};
    BOOST_TEST(choose_scope(challenge, facts, "", true) == "w offline_access");
    BOOST_TEST(choose_scope(challenge, facts, "", false) == "w");
    challenge.scope.clear();
    facts.resource->scopes_supported.clear();
    BOOST_TEST(choose_scope(challenge, facts, "", true).empty());
}

BOOST_DATA_TEST_CASE(the_method_is_one_both_sides_can,
                     boost::unit_test::data::make(kMethods),
                     row) {
    OAuthClient client;
    client.client_id = "id";
    if (row.secret) client.client_secret = "hush";
    client.auth_method = row.registered;
    const auto method = choose_auth_method(client, server_with(row.offered));
    BOOST_TEST(method.has_value() == (row.chosen != nullptr));
    if (method && row.chosen != nullptr) {
        BOOST_TEST(*method == row.chosen);
    } else if (!method) {
        BOOST_TEST(method.error().message.find("hush") == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(the_address_to_visit_holds_the_challenge_and_not_the_verifier) {
    const std::string address = authorization_url(kQuestion);
    BOOST_TEST(address.starts_with("https://as.example/authorize?tenant=1&"));
    const auto fields = fields_of(query_of(address));
    BOOST_TEST(fields.at("response_type") == "code");
    BOOST_TEST(fields.at("code_challenge_method") == "S256");
    BOOST_TEST(fields.at("code_challenge") == "iMnq5o6zALKXGivsnlom_0F5_WYda32GHkxlV7mq7hQ");
    BOOST_TEST(fields.at("redirect_uri") == kQuestion.redirect_uri);
    BOOST_TEST(fields.at("scope") == "a b");
    BOOST_TEST(fields.at("resource") == "https://h.example/mcp");
    BOOST_TEST(!fields.contains("prompt"));
    BOOST_TEST(address.find("verifier") == std::string::npos);
}

BOOST_DATA_TEST_CASE(the_way_back_is_checked, boost::unit_test::data::make(kRedirected), row) {
    AuthServerMetadata server = server_with(std::nullopt);
    server.iss_parameter = row.promises_issuer;
    const auto code = read_authorization_code(row.url, kQuestion, server);
    BOOST_TEST(code.has_value() == (row.code != nullptr));
    if (code && row.code != nullptr) BOOST_TEST(*code == row.code);
    if (!code)
        BOOST_TEST(code.error().message.find(row.words) != std::string::npos, code.error().message);
}

BOOST_AUTO_TEST_CASE(a_secret_travels_where_its_method_says) {
    const auto basic =
        token_request(token_about("client_secret_basic"), {{"grant_type", "x"}}, {}, kSources);
    BOOST_REQUIRE(basic.has_value());
    // base64 of "id%20with%3Aodd:s%26cret"
    BOOST_TEST(basic->private_headers.at(0).second == "Basic aWQlMjB3aXRoJTNBb2RkOnMlMjZjcmV0");
    BOOST_TEST(!fields_of(basic->body).contains("client_secret"));
    BOOST_TEST(fields_of(basic->body).at("resource") == "https://h.example/mcp");
    BOOST_TEST(basic->limits.redirects == 0);

    const auto post = token_request(token_about("client_secret_post"), {}, {}, kSources);
    BOOST_TEST(post->private_headers.empty());
    BOOST_TEST(fields_of(post->body).at("client_id") == "id with:odd");
    BOOST_TEST(fields_of(post->body).at("client_secret") == "s&cret");

    const auto open = token_request(token_about("none"), {}, {}, kSources);
    BOOST_TEST(open->private_headers.empty());
    BOOST_TEST(open->body.find("cret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_unreadable_key_is_an_error_without_the_key) {
    OAuthToken token = token_about("private_key_jwt");
    token.client.private_key_pem =
        "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----";
    const auto request = token_request(token, {}, {}, kSources);
    BOOST_REQUIRE(!request.has_value());
    BOOST_TEST(request.error().message.find("c2VjcmV0") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_token_answer_completes_what_is_known) {
    OAuthToken about = token_about("none");
    about.scope = "asked";
    about.refresh_token = "old";
    auto token =
        read_token(reply(200, R"({"access_token": "t", "token_type": "BEARER", "expires_in": 60})"),
                   about,
                   1000);
    BOOST_REQUIRE(token.has_value());
    BOOST_TEST(token->access_token == "t");
    BOOST_TEST(token->expires_at.value() == 1060);
    BOOST_TEST(token->scope == "asked");
    BOOST_TEST(token->refresh_token == "old");
    token = read_token(
        reply(200, R"({"access_token": "t", "scope": "less", "refresh_token": "new"})"), about, 0);
    BOOST_TEST(token->scope == "less");
    BOOST_TEST(token->refresh_token == "new");
    BOOST_TEST(!token->expires_at.has_value());
}

BOOST_AUTO_TEST_CASE(token_answers_that_are_none) {
    const OAuthToken about = token_about("none");
    for (const auto& [status, body] : std::vector<std::pair<int, std::string>>{
             {200, "<html>"},
             {200, "{}"},
             {200, R"({"access_token": ""})"},
             {200, R"({"access_token": "a\r\nX-Evil: 1"})"},
             {200, R"({"access_token": "t", "token_type": "DPoP"})"},
             {200, R"({"error": "slow_down"})"},
             {302, R"({"access_token": "t"})"},
             {500, ""}}) {
        BOOST_TEST(!read_token(reply(status, body), about, 0).has_value(), body);
    }
    const auto refused = read_token(
        reply(400, R"({"error": "invalid_grant", "error_description": "too old"})"), about, 0);
    BOOST_TEST(refused.error().message ==
               "asking https://as.example/token for a token: the authorization server refuses: "
               "invalid_grant (too old)");
    const auto endless =
        read_token(reply(200, R"({"access_token": "t", "expires_in": 1e300})"), about, 1000);
    BOOST_TEST(endless->expires_at.value() > 1000);
}

BOOST_AUTO_TEST_CASE(a_registration_is_that_of_a_native_program) {
    AuthServerMetadata server = server_with(Strings{"none", "client_secret_basic"});
    server.registration_endpoint = "https://as.example/register";
    const HttpRequest request =
        registration_request(server, "http://127.0.0.1:1/callback", "a", {});
    BOOST_TEST(request.method == "POST");
    BOOST_TEST(request.body.find(R"("application_type":"native")") != std::string::npos);
    BOOST_TEST(request.body.find(R"("token_endpoint_auth_method":"none")") != std::string::npos);
    BOOST_TEST(request.body.find("refresh_token") != std::string::npos);
    const auto client = read_registration(
        reply(201, R"({"client_id": "c", "token_endpoint_auth_method": "none"})"), server);
    BOOST_REQUIRE(client.has_value());
    BOOST_TEST(client->issuer == "https://as.example");
    BOOST_TEST(client->auth_method == "none");
    BOOST_TEST(!read_registration(reply(201, "{}"), server).has_value());
    BOOST_TEST(!read_registration(reply(403, "no"), server).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

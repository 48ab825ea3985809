#include "crawler/auth/oauth_files.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace mcprisk;
using namespace mcprisk::crawler;

namespace {

VariableScope scope() {
    VariableScope scope;
    scope.environment = [](std::string_view name) -> std::optional<std::string> {
        if (name == "SECRET") return "from-environment";
        return std::nullopt;
    };
    scope.read_file = [](const std::string& path) -> std::optional<std::string> {
        if (path == "key.pem") return "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n";
        return std::nullopt;
    };
    return scope;
}

struct Bad {
    const char* text;
    const char* words;
};
const std::vector<Bad> kBad{
    {"[]", "list \"clients\""},
    {"{}", "list \"clients\""},
    {R"({"clients": [{"issuer": "https://as", "client_id": "c", "client_secret": "hush"}]})",
     "clients[0]: it has no \"server\""},
    {R"({"clients": [{"server": "https://h", "client_id": "c", "client_secret": "hush"}]})",
     "no \"issuer\""},
    {R"({"clients": [{"server": "https://h", "issuer": "https://as", "client_id": "c"}]})",
     "either \"client_secret\" or \"private_key\""},
    {R"({"clients": [{"server": "https://h", "issuer": "https://as", "client_id": "c",
         "client_secret": "hush", "private_key": "hush"}]})",
     "either \"client_secret\" or \"private_key\""},
    {R"({"clients": [{"server": "https://h", "issuer": "https://as", "client_id": "c",
         "client_secret": "$MISSING"}]})",
     "variable MISSING is not set"},
    {R"({"clients": [{"server": "https://h", "issuer": "https://as", "client_id": "c",
         "private_key": "@gone.pem"}]})",
     "file gone.pem cannot be read"},
    {R"({"clients": [{"server": "ftp://h", "issuer": "https://as", "client_id": "c",
         "client_secret": "hush"}]})",
     "no http:// or https:// address"},
};
std::ostream& operator<<(std::ostream& out, const Bad& bad) { return out << bad.text; }

}  // namespace

BOOST_AUTO_TEST_SUITE(oauth_files)

BOOST_AUTO_TEST_CASE(a_token_comes_back_as_it_was) {
    OAuthToken token;
    token.access_token = "a";
    token.refresh_token = "r";
    token.scope = "s t";
    token.expires_at = 5;
    token.issuer = "https://as";
    token.token_endpoint = "https://as/token";
    token.resource = "https://h/mcp";
    token.auth_method = "client_secret_post";
    token.client = {
        "https://as", "c", "hush", "a key", "client_secret_post", "http://127.0.0.1:1/"};
    const std::string text = write_token("https://h/mcp", token);
    BOOST_TEST(text.find("a key") == std::string::npos);
    const auto read = read_token_file(text, "https://h/mcp");
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(read->access_token == token.access_token);
    BOOST_TEST(read->refresh_token == token.refresh_token);
    BOOST_TEST(read->scope == token.scope);
    BOOST_TEST(read->expires_at.value() == 5);
    BOOST_TEST(read->issuer == token.issuer);
    BOOST_TEST(read->token_endpoint == token.token_endpoint);
    BOOST_TEST(read->resource == token.resource);
    BOOST_TEST(read->auth_method == token.auth_method);
    BOOST_TEST(read->client.client_secret == "hush");
    BOOST_TEST(read->client.issuer == "https://as");
    BOOST_TEST(!read_token_file(text, "https://other/mcp").has_value());
    BOOST_TEST(!read_token_file("{}", "https://h/mcp").has_value());
    BOOST_TEST(!read_token_file("", "https://h/mcp").has_value());
}

BOOST_AUTO_TEST_CASE(clients_name_server_and_issuer_and_hide_their_secrets) {
    const auto clients = read_client_file(R"({
        // the nightly job
        "clients": [
          {"server": "https://H.example", "issuer": "https://as.example", "client_id": "job",
           "client_secret": "$SECRET", "scope": "tools"},
          {"server": "https://h.example/mcp", "issuer": "https://as.example", "client_id": "key",
           "private_key": "@key.pem"},
        ]})",
                                          scope());
    BOOST_REQUIRE(clients.has_value());
    BOOST_REQUIRE(clients->size() == 2U);
    BOOST_TEST(clients->front().client.client_secret == "from-environment");
    BOOST_TEST(clients->front().scope == "tools");
    BOOST_TEST(clients->front().client_credentials);
    BOOST_TEST(clients->back().client.private_key_pem.starts_with("-----BEGIN"));
    BOOST_TEST(clients->back().client.issuer == "https://as.example");
}

BOOST_DATA_TEST_CASE(a_bad_file_says_where_and_why, boost::unit_test::data::make(kBad), bad) {
    const auto clients = read_client_file(bad.text, scope());
    BOOST_REQUIRE(!clients.has_value());
    const std::string& message = clients.error().message;
    BOOST_TEST(message.find(bad.words) != std::string::npos, message);
    BOOST_TEST(message.find("hush") == std::string::npos, message);
}

BOOST_AUTO_TEST_SUITE_END()

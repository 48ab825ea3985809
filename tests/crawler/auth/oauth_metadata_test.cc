#include "crawler/auth/oauth_metadata.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace mcprisk::crawler;
using boost::test_tools::per_element;
using Strings = std::vector<std::string>;

namespace {

HttpUrl url(std::string_view text) { return parse_http_url(text).value(); }

struct Covers {
    const char* resource;
    const char* server;
    bool covers;
};
const std::vector<Covers> kCovers{
    {"https://h.example/mcp", "https://h.example/mcp", true},
    {"https://h.example", "https://h.example/mcp", true},
    {"https://h.example/", "https://h.example/mcp/v1", true},
    {"https://h.example/mcp/", "https://h.example/mcp", true},
    {"https://H.example:443/mcp", "https://h.example/mcp", true},
    {"https://h.example/mc", "https://h.example/mcp", false},
    {"https://h.example/mcp/more", "https://h.example/mcp", false},
    {"https://evil.example/mcp", "https://h.example/mcp", false},
    {"http://h.example/mcp", "https://h.example/mcp", false},
    {"https://h.example:8443/mcp", "https://h.example/mcp", false},
    {"https://h.example/mcp#part", "https://h.example/mcp", false},
    {"h.example", "https://h.example/mcp", false},
};
std::ostream& operator<<(std::ostream& out, const Covers& row) {
    return out << row.resource << " for " << row.server;
}

struct Reach {
    const char* address;
    const char* server;
    bool allowed;
};
const std::vector<Reach> kReach{
    {"https://as.example/token", "https://h.example/mcp", true},
    {"http://as.example/token", "https://h.example/mcp", false},
    {"http://as.example/token", "http://as.example/mcp", false},
    {"http://127.0.0.1:9/token", "http://localhost:8/mcp", true},
    {"http://[::1]:9/token", "http://127.9.9.9:8/mcp", true},
    {"http://127.0.0.1:9/token", "https://h.example/mcp", false},
    {"https://localhost/token", "https://h.example/mcp", false},
    {"http://127.0.0.1.evil.example/", "http://127.0.0.1/mcp", false},
    {"ftp://as.example/token", "https://h.example/mcp", false},
    {"file:///etc/passwd", "http://127.0.0.1/mcp", false},
    {"https://good.example@as.example/token", "https://h.example/mcp", false},
    {"https://as.example/token?mail=a@b", "https://h.example/mcp", true},
};
std::ostream& operator<<(std::ostream& out, const Reach& row) {
    return out << row.address << " from " << row.server;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(oauth_metadata)

BOOST_DATA_TEST_CASE(a_resource_stands_for_what_lies_below_it,
                     boost::unit_test::data::make(kCovers),
                     row) {
    BOOST_TEST(resource_covers(row.resource, url(row.server)) == row.covers);
}

BOOST_DATA_TEST_CASE(only_https_is_asked_and_our_own_machine_only_from_itself,
                     boost::unit_test::data::make(kReach),
                     row) {
    BOOST_TEST(read_oauth_url(row.address, url(row.server)).has_value() == row.allowed);
}

BOOST_AUTO_TEST_CASE(documents_have_their_places) {
    BOOST_TEST(resource_metadata_urls(url("https://h.example/a/mcp?key=1")) ==
                   (Strings{"https://h.example/.well-known/oauth-protected-resource/a/mcp",
                            "https://h.example/.well-known/oauth-protected-resource"}),
               per_element());
    BOOST_TEST(resource_metadata_urls(url("https://h.example:8443")) ==
                   (Strings{"https://h.example:8443/.well-known/oauth-protected-resource"}),
               per_element());
    BOOST_TEST(auth_server_metadata_urls(url("https://as.example")) ==
                   (Strings{"https://as.example/.well-known/oauth-authorization-server",
                            "https://as.example/.well-known/openid-configuration"}),
               per_element());
    BOOST_TEST(auth_server_metadata_urls(url("https://as.example/t1/")) ==
                   (Strings{"https://as.example/.well-known/oauth-authorization-server/t1",
                            "https://as.example/.well-known/openid-configuration/t1",
                            "https://as.example/t1/.well-known/openid-configuration"}),
               per_element());
}

BOOST_AUTO_TEST_CASE(the_resource_is_kept_byte_for_byte) {
    const auto read = read_resource_metadata(
        R"({"resource": "HTTPS://h.example", "authorization_servers": ["https://as.example", 7, ""],
            "scopes_supported": ["a", "b"], "more": {}})");
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(read->resource == "HTTPS://h.example");
    BOOST_TEST(read->authorization_servers == (Strings{"https://as.example"}), per_element());
    BOOST_TEST(read->scopes_supported == (Strings{"a", "b"}), per_element());
}

BOOST_AUTO_TEST_CASE(documents_that_say_too_little_or_too_much_are_refused) {
    for (const char* text :
         {"",
          "[]",
          "{}",
          "<html>",
          R"({"resource": "https://h"})",
          R"({"authorization_servers": ["https://as"]})",
          R"({"resource": "https://h", "authorization_servers": "https://as"})"}) {
        BOOST_TEST(!read_resource_metadata(text).has_value(), text);
    }
    for (const char* text :
         {"", "{}", R"({"issuer": "https://as"})", R"({"token_endpoint": "https://as/token"})"}) {
        BOOST_TEST(!read_auth_server_metadata(text).has_value(), text);
    }
    const std::string large = R"({"issuer": "i", "token_endpoint": "t", "x": ")" +
                              std::string(kOAuthDocumentBytes, 'x') + "\"}";
    BOOST_TEST(!read_auth_server_metadata(large).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_left_out_has_its_defaults) {
    const auto read = read_auth_server_metadata(
        R"({"issuer": "https://as.example", "token_endpoint": "https://as.example/token"})");
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(names(read->grant_types_supported, "authorization_code"));
    BOOST_TEST(!read->auth_methods.has_value());
    BOOST_TEST(!read->challenge_methods.has_value());
    BOOST_TEST(!read->iss_parameter);
    BOOST_TEST(!read->client_id_metadata_documents);
}

BOOST_AUTO_TEST_SUITE_END()

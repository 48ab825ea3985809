#include "crawler/net/http_url.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace mcprisk::crawler;
namespace data = boost::unit_test::data;

namespace {

bool is_private(const std::string& text) {
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    if (inet_pton(AF_INET6, text.c_str(), &six.sin6_addr) == 1) {
        return is_private_address(reinterpret_cast<const sockaddr&>(six));
    }
    sockaddr_in four{};
    four.sin_family = AF_INET;
    BOOST_REQUIRE_EQUAL(inet_pton(AF_INET, text.c_str(), &four.sin_addr), 1);
    return is_private_address(reinterpret_cast<const sockaddr&>(four));
}

HttpUrl url(const char* text) { return parse_http_url(text).value(); }

}  // namespace

BOOST_AUTO_TEST_SUITE(http_url)

BOOST_AUTO_TEST_CASE(origins_know_default_ports_and_ignore_case) {
    BOOST_TEST(url("HTTPS://Host.Example/MCP?x=1").origin() == "https://host.example:443");
    BOOST_TEST(url("http://host.example:8080").origin() == "http://host.example:8080");
    BOOST_TEST(url("http://[::1]:3000/mcp").origin() == "http://[::1]:3000");
    BOOST_TEST(url("http://u:p@h.example/").origin() == "http://h.example:80");
}

const std::vector<std::string> kBadUrls{"",
                                        "mcp.example/mcp",
                                        "ftp://host.example/",
                                        "file:///etc/passwd",
                                        "http://",
                                        "http://a b/",
                                        "http://a/\r\nX: y",
                                        "unix:///tmp/socket"};
BOOST_DATA_TEST_CASE(only_whole_http_addresses_are_read, data::make(kBadUrls), text) {
    BOOST_TEST(!parse_http_url(text).has_value());
}

BOOST_AUTO_TEST_CASE(addresses_without_end_or_host_are_refused) {
    const std::string longest(8192, 'a');
    BOOST_TEST(!parse_http_url("http://h.example/" + longest).has_value());
    BOOST_TEST(!resolve_http_url(url("http://h.example/"), "/" + longest).has_value());
    for (const char* reference : {"a b", "/x\ny", "http://", "ftp://h.example/"}) {
        BOOST_TEST(!resolve_http_url(url("http://h.example/"), reference).has_value(), reference);
    }
    BOOST_TEST(parse_http_url("ftp://h.example/").error().message.find("no http://") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(this_machine_itself_is_known) {
    for (const char* own : {"http://localhost/",
                            "http://LOCALHOST:1/",
                            "http://a.localhost/",
                            "http://127.9.9.9/",
                            "http://[::1]:2/"}) {
        BOOST_TEST(url(own).is_loopback(), own);
    }
    for (const char* other : {"http://localhost.example/",
                              "http://notlocalhost/",
                              "http://128.0.0.1/",
                              "http://[::2]/",
                              "http://127.example/"}) {
        BOOST_TEST(!url(other).is_loopback(), other);
    }
}

BOOST_AUTO_TEST_CASE(a_site_is_written_without_the_usual_port) {
    BOOST_TEST(url("https://h.example/").site() == "https://h.example");
    BOOST_TEST(url("http://h.example:80/").site() == "http://h.example");
    BOOST_TEST(url("http://h.example:443/").site() == "http://h.example:443");
    BOOST_TEST(url("https://h.example:80/").site() == "https://h.example:80");
}

BOOST_AUTO_TEST_CASE(forms_are_written_and_read) {
    BOOST_TEST(encode_form({{"a b", "1&2"}, {"c", ""}}) == "a%20b=1%262&c=");
    const auto fields = decode_form("a%20b=1%262&&c&d+e=%zz%4");
    BOOST_REQUIRE_EQUAL(fields.size(), 3U);
    BOOST_TEST(fields[0].first == "a b");
    BOOST_TEST(fields[0].second == "1&2");
    BOOST_TEST(fields[1].first == "c");
    BOOST_TEST(fields[1].second == "");
    BOOST_TEST(fields[2].first == "d e");
    BOOST_TEST(fields[2].second == "%zz%4");
    BOOST_TEST(query_of("https://h.example/a?b=c?d#e?f") == "b=c?d");
    BOOST_TEST(query_of("https://h.example/a#b?c") == "");
}

BOOST_AUTO_TEST_CASE(an_address_of_no_known_family_is_private) {
    sockaddr address{};
    address.sa_family = AF_UNIX;
    BOOST_TEST(is_private_address(address));
}

BOOST_AUTO_TEST_CASE(references_are_resolved_and_lose_user_info_elsewhere) {
    const HttpUrl base = url("http://u:p@h.example/a/sse?x=1");
    BOOST_TEST(resolve_http_url(base, "/m?s=2")->text == "http://u:p@h.example/m?s=2");
    BOOST_TEST(resolve_http_url(base, "m")->text == "http://u:p@h.example/a/m");
    BOOST_TEST(resolve_http_url(base, "//o.example/m")->origin() == "http://o.example:80");
    BOOST_TEST(resolve_http_url(base, "http://x:y@o.example/m")->text == "http://o.example/m");
    BOOST_TEST(!resolve_http_url(base, "javascript:alert(1)").has_value());
    BOOST_TEST(!resolve_http_url(base, "").has_value());
}

BOOST_AUTO_TEST_CASE(redirects_keep_the_method_and_never_lose_protection) {
    const HttpUrl from = url("https://h.example/mcp");
    for (const int status : {301, 302, 307, 308}) {
        const auto to = follow_redirect(from, "POST", status, "/mcp/");
        BOOST_REQUIRE(to.has_value());
        BOOST_TEST(to->method == "POST");
        BOOST_TEST(to->same_origin);
    }
    BOOST_TEST(!follow_redirect(from, "POST", 303, "/x").has_value());
    BOOST_TEST(follow_redirect(from, "GET", 303, "/x").has_value());
    BOOST_TEST(!follow_redirect(from, "POST", 307, "http://h.example/mcp").has_value());
    BOOST_TEST(!follow_redirect(from, "POST", 307, "https://h.example:444/")->same_origin);
    BOOST_TEST(
        !follow_redirect(url("http://h.example/"), "GET", 301, "https://h.example/")->same_origin);
}

const std::vector<std::string> kPrivate{
    "127.0.0.1",       "10.1.2.3",        "172.16.0.1",    "172.31.255.255",
    "192.168.1.1",     "169.254.169.254", "100.64.0.1",    "0.0.0.0",
    "224.0.0.1",       "255.255.255.255", "::1",           "::",
    "fe80::1",         "fd00::1",         "ff02::1",       "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::a00:1",  "2002:7f00:1::", "2001:db8::1",
    "2001:0:1::1",     "fec0::1"};
BOOST_DATA_TEST_CASE(private_addresses_are_known, data::make(kPrivate), text) {
    BOOST_TEST(is_private(text));
}

const std::vector<std::string> kPublic{"8.8.8.8",
                                       "172.15.0.1",
                                       "172.32.0.1",
                                       "100.128.0.1",
                                       "192.169.0.1",
                                       "2606:4700::1111",
                                       "::ffff:8.8.8.8",
                                       "64:ff9b::808:808",
                                       "2002:808:808::1"};
BOOST_DATA_TEST_CASE(public_addresses_are_let_through, data::make(kPublic), text) {
    BOOST_TEST(!is_private(text));
}

BOOST_AUTO_TEST_SUITE_END()

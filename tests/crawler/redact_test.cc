#include "crawler/redact.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace mcprisk::crawler;
namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(redact)

const std::vector<std::string> kSecretTexts{
    "Authorization: Bearer abcDEF123456secretvalue",
    "using token=secretvalue-1 for you",
    R"({"api_key": "secretvalue"})",
    "https://user:secretvalue@host.example/x",
    "key ghp_secretvalue1234567890 is bad",
    "-----BEGIN RSA PRIVATE KEY-----\nsecretvalue\n-----END RSA PRIVATE KEY-----",
};

BOOST_DATA_TEST_CASE(what_looks_like_a_secret_is_replaced, data::make(kSecretTexts), text) {
    const std::string out = mcprisk::crawler::redact(text);
    BOOST_TEST(out.find("secretvalue") == std::string::npos, out);
    BOOST_TEST(out.find(kRedacted) != std::string::npos, out);
}

BOOST_AUTO_TEST_CASE(what_is_no_secret_of_the_text_stays) {
    BOOST_TEST(mcprisk::crawler::redact("https://user:pw@host.example/x") ==
               "https://[redacted]@host.example/x");
    BOOST_TEST(mcprisk::crawler::redact("x-token: abcd, y") == "x-token: [redacted], y");
    // Signs of key=value pairs are in keys too, as the padding of base64.
    BOOST_TEST(mcprisk::crawler::redact("-----BEGIN PRIVATE KEY-----\nsecretvalue=more\n"
                                        "-----END PRIVATE KEY----- end") == "[redacted] end");
}

BOOST_AUTO_TEST_CASE(known_values_are_replaced_wherever_they_stand) {
    BOOST_TEST(mcprisk::crawler::redact("got hunter22 twice: hunter22", {"hunter22"}) ==
               "got [redacted] twice: [redacted]");
}

BOOST_AUTO_TEST_CASE(ordinary_text_stays) {
    const std::string text = "Listening on http://127.0.0.1:3000/mcp, 12 tools";
    BOOST_TEST(mcprisk::crawler::redact(text) == text);
}

BOOST_AUTO_TEST_CASE(urls_lose_user_info_query_and_fragment) {
    BOOST_TEST(redact_url("https://u:p@h.example:8443/mcp?key=1#x") ==
               "https://h.example:8443/mcp");
    BOOST_TEST(redact_url("http://h/a@b") == "http://h/a@b");
    BOOST_TEST(redact_url("https://u:p@h.example") == "https://h.example");
}

BOOST_AUTO_TEST_CASE(command_lines_lose_the_values_of_secret_options) {
    BOOST_TEST(redact_command({"npx", "-y", "p", "--api-key", "abcd", "--token=zzzz", "a b"}) ==
               "npx -y p --api-key [redacted] --token=[redacted] 'a b'");
}

BOOST_AUTO_TEST_SUITE_END()

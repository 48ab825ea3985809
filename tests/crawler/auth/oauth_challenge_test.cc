#include "crawler/auth/oauth_challenge.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace mcprisk::crawler;

namespace {

struct Row {
    const char* header;
    std::size_t challenges;
    const char* resource_metadata;
    const char* scope;
    const char* error;
};

const std::vector<Row> kRows{
    {"", 0, "", "", ""},
    {"Bearer", 1, "", "", ""},
    {"bearer SCOPE=read", 1, "", "read", ""},
    {R"(Bearer resource_metadata="https://h/x", scope="a b", error="invalid_token")",
     1,
     "https://h/x",
     "a b",
     "invalid_token"},
    {R"(Bearer scope = "a" , error = insufficient_scope)", 1, "", "a", "insufficient_scope"},
    {R"(Basic realm="x, Bearer scope=\"no\"", Bearer scope="yes")", 2, "", "yes", ""},
    {R"(Negotiate abc==, Bearer scope="yes")", 2, "", "yes", ""},
    {R"(Basic, Bearer, DPoP algs="ES256")", 3, "", "", ""},
    {R"(Bearer scope="first", scope="second")", 1, "", "first", ""},
    {R"(Bearer scope="a \"quoted\" word")", 1, "", "a \"quoted\" word", ""},
    {R"(Bearer scope="never closed)", 1, "", "never closed", ""},
    {"Bearer ,,, = \"x\" scope=late", 1, "", "", ""},
    {"\x01\x02 nonsense \"", 0, "", "", ""},
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.header; }

}  // namespace

BOOST_AUTO_TEST_SUITE(oauth_challenge)

BOOST_DATA_TEST_CASE(a_header_is_read_as_far_as_it_makes_sense,
                     boost::unit_test::data::make(kRows),
                     row) {
    BOOST_TEST(read_challenges(row.header).size() == row.challenges);
    const BearerChallenge bearer = read_bearer_challenge(std::string_view(row.header));
    BOOST_TEST(bearer.resource_metadata == row.resource_metadata);
    BOOST_TEST(bearer.scope == row.scope);
    BOOST_TEST(bearer.error == row.error);
}

BOOST_AUTO_TEST_CASE(several_headers_are_one_list) {
    HttpHead head;
    head.headers = {{"WWW-Authenticate", "Basic realm=\"r\""},
                    {"Date", "today"},
                    {"www-authenticate", "Bearer scope=\"s\""}};
    BOOST_TEST(joined_challenges(head) == "Basic realm=\"r\", Bearer scope=\"s\"");
    BOOST_TEST(read_bearer_challenge(head).scope == "s");
    BOOST_TEST(read_bearer_challenge(head).present);
}

BOOST_AUTO_TEST_CASE(a_flood_is_bounded) {
    std::string many;
    for (int i = 0; i < 5000; ++i) many += "Bearer a" + std::to_string(i) + "=1, ";
    const auto challenges = read_challenges(many);
    BOOST_TEST(challenges.size() <= 16U);
    std::string parameters = "Bearer a=1";
    for (int i = 0; i < 500; ++i) parameters += ", p" + std::to_string(i) + "=1";
    BOOST_TEST(read_challenges(parameters).front().parameters.size() <= 32U);
}

BOOST_AUTO_TEST_SUITE_END()

#include "site/address.h"

#include <boost/test/unit_test.hpp>
#include <set>

using namespace mcprisk::site;

BOOST_AUTO_TEST_SUITE(address)

BOOST_AUTO_TEST_CASE(plain_ids_are_their_own_address) {
    BOOST_TEST(server_slug("github") == "github");
    BOOST_TEST(server_slug("awslabs/core-mcp") == "awslabs/core-mcp");
    BOOST_TEST(server_slug("npm:@scope/name") == "npm/@scope/name");
    BOOST_TEST(tool_slug("Create_Issue", false, "") == "Create_Issue");
}

BOOST_AUTO_TEST_CASE(no_two_ids_share_one) {
    std::set<std::string> slugs;
    const char* ids[]{
        "npm:x",        "npm/x",        "NPM:x",    "pypi:x",      "x",          "X",
        "x/",           "/x",           "x//y",     "x/y",         "x\\y",       "x y",
        "x-y",          "..",           "../..",    ".",           "a/../b",     "con",
        "x.html",       "x.html/y",     "x-html/y", "https://x/y", "http://x/y", "x\ny",
        "\xe6\x97\xa5", "\xe6\x9c\xac", "",         "x~1",         "npm:x#3f2a"};
    for (const char* id : ids) {
        const std::string slug = server_slug(id);
        BOOST_TEST(slugs.insert(slug).second, id << " is at " << slug << " too");
        BOOST_TEST(slug.find("..") == std::string::npos, slug);
        BOOST_TEST(slug.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789@._-~/") ==
                       std::string::npos,
                   slug);
        BOOST_TEST((slug.front() != '/' && slug.front() != '.' && slug.front() != '-'), slug);
    }
    BOOST_TEST(server_slug(std::string(5000, 'a')).size() < 160U);
    BOOST_TEST(server_slug("x.html/y").find("x.html/") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(tools_that_differ_in_case_only_are_told_apart) {
    const auto slugs = tool_slugs({{"Get", ""}, {"get", ""}, {"put", ""}, {"-x", ""}, {"", ""}});
    BOOST_TEST(slugs[0] != slugs[1]);
    BOOST_TEST(slugs[0].find('~') != std::string::npos);
    BOOST_TEST(slugs[2] == "put");
    for (const std::string& slug : slugs) BOOST_TEST(slug.front() != '-');
}

BOOST_AUTO_TEST_CASE(the_way_to_the_root) {
    BOOST_TEST(to_root("index.html").empty());
    BOOST_TEST(to_root("s/npm/x.html") == "../../");
}

BOOST_AUTO_TEST_SUITE_END()

#include "crawler/start/newer_node.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "crawler/process/temporary_directory.h"

using namespace mcprisk::crawler;

namespace {

// A package "acme" that was unpacked, with this package.json.
std::string unpacked(const TemporaryDirectory& directory, const std::string& manifest) {
    const std::string home = directory.path() + "/node_modules/acme";
    std::filesystem::create_directories(home);
    std::ofstream(home + "/package.json") << manifest;
    return directory.path();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(newer_node)

BOOST_AUTO_TEST_CASE(the_least_major_version_of_a_range) {
    BOOST_TEST(least_major(">=22.12.0") == 22);
    BOOST_TEST(least_major("^20.19.0 || >=22") == 20);
    BOOST_TEST(least_major(">= 18") == 18);
    BOOST_TEST(least_major("24.x") == 24);
    BOOST_TEST(least_major("*") == 0);
    BOOST_TEST(least_major("") == 0);
}

BOOST_AUTO_TEST_CASE(engines_count_where_node_named_an_older_version_of_itself) {
    const auto directory = TemporaryDirectory::make().value();
    const std::string at = unpacked(directory, R"({"engines": {"node": ">=23"}})");
    const auto wanted = mcprisk::crawler::newer_node("boom\n\nNode.js v20.1.0\n", at, "acme");
    BOOST_REQUIRE(wanted);
    BOOST_TEST(wanted->package.starts_with("node-linux-"));
    BOOST_TEST(wanted->version == "24");
    BOOST_TEST(!mcprisk::crawler::newer_node("boom\n\nNode.js v26.1.0\n", at, "acme"));
    const std::string any = unpacked(directory, R"({"engines": {"node": ">=18"}})");
    BOOST_TEST(!mcprisk::crawler::newer_node("boom\n\nNode.js v20.1.0\n", any, "acme"));
}

BOOST_AUTO_TEST_SUITE_END()

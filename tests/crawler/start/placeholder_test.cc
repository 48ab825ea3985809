#include "crawler/start/placeholder.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "crawler/start/placeholder_files.h"

using namespace mcprisk::crawler;

namespace {

struct Case {
    const char* name;
    Shape shape;
};
std::ostream& operator<<(std::ostream& out, const Case& value) { return out << value.name; }

const Case kCases[]{
    {"ACME_API_KEY", Shape::key},
    {"apiKey", Shape::key},
    {"BASE_URL", Shape::url},
    {"AZURE_DEVOPS_ORG_URL", Shape::url},
    {"DATABASE_URL", Shape::database},
    {"redis-url", Shape::database},
    {"MONGODB_URI", Shape::database},
    {"SERVER_PORT", Shape::port},
    {"vault-directory", Shape::directory},
    {"allowed-directories", Shape::directory},
    {"GMAIL_OAUTH_PATH", Shape::json_file},
    {"GOOGLE_OAUTH_CREDENTIALS", Shape::json_file},
    {"CCLSP_CONFIG_PATH", Shape::json_file},
    {"KUBECONFIG", Shape::yaml_file},
    {"private-key-path", Shape::pem_file},
    {"ADMIN_EMAIL", Shape::email},
    {"TENANT_ID", Shape::uuid},
    {"AWS_REGION", Shape::region},
    {"project-id", Shape::word},
    {"REQUEST_TIMEOUT", Shape::number},
    {"ENABLE_CACHE", Shape::boolean},
    {"EXTRA_HEADERS", Shape::json},
    {"MCP_TRANSPORT", Shape::transport},
    {"shop-domain", Shape::domain},
    {"DB_HOST", Shape::host},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(placeholder)

BOOST_DATA_TEST_CASE(names_tell_the_shape, boost::unit_test::data::make(kCases), value) {
    BOOST_TEST(static_cast<int>(shape_of(value.name)) == static_cast<int>(value.shape));
    BOOST_TEST(!placeholder_value(value.shape, value.name).empty());
}

BOOST_AUTO_TEST_CASE(complaints_change_it) {
    const auto after = [](const char* complaint) { return shape_after(complaint, Shape::key); };
    BOOST_TEST((after("Error: ENOENT: no such file or directory, open 'x'") == Shape::json_file));
    BOOST_TEST((after("must be a valid URL") == Shape::url));
    BOOST_TEST((after("Unexpected token p in JSON at position 0") == Shape::json));
    BOOST_TEST((after("Invalid uuid") == Shape::uuid));
    BOOST_TEST((after("it is too cold") == Shape::key));
    BOOST_TEST((shape_after("x is not a directory", Shape::json_file) == Shape::directory));
}

BOOST_AUTO_TEST_CASE(no_value_opens_or_reaches_anything) {
    for (const Case& one : kCases) {
        const std::string value = placeholder_value(one.shape, one.name);
        const auto scheme = value.find("://");
        if (scheme != std::string::npos) {
            BOOST_TEST(value.find("127.0.0.1") != std::string::npos, value);
        }
        const auto at = value.find('@');
        if (at != std::string::npos && scheme == std::string::npos) {
            BOOST_TEST(value.ends_with(".invalid"), value);
        }
    }
    BOOST_TEST(placeholder_value(Shape::key, "STRIPE_SECRET_KEY").starts_with("sk_test_000"));
}

BOOST_AUTO_TEST_CASE(files_exist_while_their_owner_does) {
    std::string where;
    {
        const auto files = PlaceholderFiles::make();
        BOOST_REQUIRE(files.has_value());
        where = files->directory();
        for (const Case& one : kCases) {
            if (!is_path(one.shape)) continue;
            const std::string path = files->value(one.shape, one.name);
            BOOST_TEST(path.starts_with(where + "/"));
            BOOST_TEST(std::filesystem::exists(path), path);
            BOOST_TEST(std::filesystem::is_directory(path) == (one.shape == Shape::directory));
        }
    }
    BOOST_TEST(!std::filesystem::exists(where));
}

BOOST_AUTO_TEST_SUITE_END()

#include "model/base/safe_name.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "model/base/text.h"

using namespace mcprisk;
namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(safe_name)

const std::vector<std::string> kHostile{"",
                                        ".",
                                        "..",
                                        "../../etc/passwd",
                                        "/abs",
                                        "-rf",
                                        ".hidden",
                                        "con",
                                        "LPT1.txt",
                                        "a\\b",
                                        std::string("nul\0byte", 8),
                                        "new\nline",
                                        "\xe4\xb8\xad\xe6\x96\x87",
                                        "\xff\xfe",
                                        std::string(5000, 'x'),
                                        "npm:@scope/name",
                                        "https://h.example/mcp"};

BOOST_DATA_TEST_CASE(hostile_names_become_harmless_files, data::make(kHostile), name) {
    const std::string safe = safe_file_name(name);
    BOOST_TEST(!safe.empty());
    BOOST_TEST(safe.size() <= 100U);
    BOOST_TEST(safe.find_first_of("/\\\n:") == std::string::npos);
    BOOST_TEST(safe.find('\0') == std::string::npos);
    BOOST_TEST(safe.front() != '.');
    BOOST_TEST(safe.front() != '-');
    BOOST_TEST(printable(safe) == safe);
}

BOOST_AUTO_TEST_CASE(ordinary_names_stay_and_changed_ones_stay_apart) {
    BOOST_TEST(safe_file_name("piwik-pro-mcp") == "piwik-pro-mcp");
    BOOST_TEST(safe_file_name("a/b") != safe_file_name("a:b"));
    BOOST_TEST(safe_file_name("npm:@scope/name").starts_with("npm-@scope-name-"));
}

BOOST_AUTO_TEST_CASE(names_handed_out_are_distinct_whatever_their_case) {
    SafeNames names;
    BOOST_TEST(names.take("Server") == "Server");
    BOOST_TEST(names.take("server") == "server-2");
    BOOST_TEST(names.take("server-2") == "server-2-2");
}

BOOST_AUTO_TEST_SUITE_END()

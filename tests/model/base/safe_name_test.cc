#include "model/base/safe_name.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <set>

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

// A server that is called as another one's folder must not take that folder, in this run or later.
BOOST_AUTO_TEST_CASE(no_name_can_be_chosen_to_meet_the_folder_of_another) {
    for (const std::string& name : kHostile) {
        const std::string folder = safe_file_name(name);
        BOOST_TEST(safe_file_name(folder) != folder, folder);
        BOOST_TEST(lower_ascii(safe_file_name(folder)) != lower_ascii(folder), folder);
    }
    SafeNames first;
    const std::string big = first.take("Server");
    const std::string small = first.take("server");
    BOOST_TEST(big == "Server");
    SafeNames second;
    BOOST_TEST(second.take(small) != small);
    // Sorted in front of it, the imitation is asked first.
    SafeNames third;
    BOOST_TEST(third.take(safe_file_name("a/b")) != safe_file_name("a/b"));
    BOOST_TEST(third.take("a/b") == safe_file_name("a/b"));
}

BOOST_AUTO_TEST_CASE(names_handed_out_are_distinct_whatever_their_case) {
    SafeNames names;
    std::set<std::string> seen;
    for (const char* name : {"Server", "server", "SERVER", "server-2", "server", "a/b", "A/B"}) {
        BOOST_TEST(seen.insert(lower_ascii(names.take(name))).second, name);
    }
}

BOOST_AUTO_TEST_SUITE_END()

#include "crawler/start/placeholder_files.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <string>

using namespace mcprisk::crawler;
namespace fs = std::filesystem;

BOOST_AUTO_TEST_SUITE(placeholder_files)

BOOST_AUTO_TEST_CASE(what_is_missed_below_its_directory_is_made_once) {
    auto files = PlaceholderFiles::make().value();
    const std::string missing = files.directory() + "/folder/projects";
    BOOST_TEST(files.make_wanted("Please ensure the following exists:\n- " + missing + "\n"));
    BOOST_TEST(fs::is_directory(missing));
    BOOST_TEST(!files.make_wanted("- " + missing));
    BOOST_TEST(files.make_wanted("ENOENT, open '" + files.directory() + "/a/b.json'"));
    BOOST_TEST(fs::is_regular_file(files.directory() + "/a/b.json"));
    BOOST_TEST((files.made() == std::set<std::string>{"b.json", "projects"}));
    BOOST_TEST(files.sandbox_home() == "");
}

BOOST_AUTO_TEST_CASE(what_is_missed_in_its_home_is_made_in_a_home_of_ours) {
    auto files = PlaceholderFiles::make().value();
    BOOST_TEST(files.make_wanted(
        "Error: keys file not found. Please place oauth.keys.json in /home/mcprisk/.acme"));
    BOOST_TEST(files.sandbox_home() == files.directory() + "/home");
    BOOST_TEST(fs::is_regular_file(files.sandbox_home() + "/.acme/oauth.keys.json"));
    auto others = PlaceholderFiles::make().value();
    BOOST_TEST(!others.make_wanted("Tokens are saved to: /home/mcprisk/.config/acme/tokens.json"));
}

BOOST_AUTO_TEST_CASE(nothing_is_made_elsewhere_whatever_the_text_says) {
    auto files = PlaceholderFiles::make().value();
    const auto outside = TemporaryDirectory::make().value();
    const std::string way_out = fs::path(files.directory()).parent_path().string() + "/mcprisk-escape";
    BOOST_TEST(!files.make_wanted("no such file " + files.directory() + "/../mcprisk-escape"));
    BOOST_TEST(!fs::exists(way_out));
    BOOST_TEST(!files.make_wanted("not found: /home/mcprisk/../../" + way_out + "/x.json"));
    fs::create_directory_symlink(outside.path(), files.directory() + "/link");
    fs::create_symlink(outside.path() + "/new", files.directory() + "/loose.json");
    BOOST_TEST(!files.make_wanted("no such file " + files.directory() + "/link/x.json"));
    BOOST_TEST(!files.make_wanted("no such file " + files.directory() + "/loose.json"));
    BOOST_TEST(fs::is_empty(outside.path()));
}

BOOST_AUTO_TEST_SUITE_END()

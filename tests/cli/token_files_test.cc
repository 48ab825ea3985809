#include "cli/token_files.h"

#include <sys/stat.h>
#include <boost/test/unit_test.hpp>
#include <fstream>

#include "tests/cli/console.h"

using namespace mcprisk;
using namespace mcprisk::cli;
namespace fs = std::filesystem;

namespace {

constexpr const char* kServer = "https://h.example/mcp";

crawler::OAuthToken token_named(const std::string& text) {
    crawler::OAuthToken token;
    token.access_token = text;
    token.issuer = "https://as.example";
    return token;
}

unsigned mode_of(const fs::path& path) {
    struct stat info {};
    BOOST_REQUIRE(stat(path.c_str(), &info) == 0);
    return info.st_mode & 0777U;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(token_files)

BOOST_AUTO_TEST_CASE(a_token_is_its_owners_alone) {
    const TemporaryFolder home;
    const mode_t before = umask(0);  // the worst there is
    const TokenFiles files(home.path() / "state" / "tokens");
    BOOST_TEST(files.load(kServer).value().has_value() == false);
    BOOST_REQUIRE(files.keep(kServer, token_named("one")).has_value());
    umask(before);
    BOOST_TEST(mode_of(files.file_for(kServer)) == 0600U);
    BOOST_TEST(mode_of(home.path() / "state" / "tokens") == 0700U);
    BOOST_TEST(files.load(kServer).value()->access_token == "one");
    BOOST_REQUIRE(files.keep(kServer, token_named("two")).has_value());
    BOOST_TEST(files.load(kServer).value()->access_token == "two");
    const auto names = fs::directory_iterator(home.path() / "state" / "tokens");
    BOOST_TEST(std::distance(fs::begin(names), fs::end(names)) == 1);
}

BOOST_AUTO_TEST_CASE(servers_do_not_share_a_file) {
    const TokenFiles files("/nowhere");
    BOOST_TEST(files.file_for("https://h.example/a") != files.file_for("https://h.example/b"));
    BOOST_TEST(files.file_for("https://h.example/../../etc/x").parent_path() == "/nowhere");
}

BOOST_AUTO_TEST_CASE(a_file_that_others_may_read_is_not_used) {
    const TemporaryFolder home;
    const TokenFiles files(home.path());
    BOOST_REQUIRE(files.keep(kServer, token_named("secret-one")).has_value());
    fs::permissions(files.file_for(kServer), fs::perms(0640));
    const auto loaded = files.load(kServer);
    BOOST_REQUIRE(!loaded.has_value());
    BOOST_TEST(loaded.error().message.find("chmod 600") != std::string::npos);
    BOOST_TEST(loaded.error().message.find("secret-one") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(links_and_nonsense_are_not_followed) {
    const TemporaryFolder home;
    const TokenFiles files(home.path());
    const fs::path elsewhere = home.path() / "elsewhere";
    std::ofstream(elsewhere) << "{}";
    fs::permissions(elsewhere, fs::perms(0600));
    fs::create_symlink(elsewhere, files.file_for(kServer));
    BOOST_TEST(!files.load(kServer).has_value());
    BOOST_REQUIRE(files.keep(kServer, token_named("one")).has_value());
    BOOST_TEST(!fs::is_symlink(files.file_for(kServer)));
    BOOST_TEST(files.forget(kServer));
    BOOST_TEST(!files.forget(kServer));
    std::ofstream(files.file_for(kServer)) << "no json";
    fs::permissions(files.file_for(kServer), fs::perms(0600));
    BOOST_TEST(!files.load(kServer).has_value());
}

BOOST_AUTO_TEST_CASE(a_folder_that_cannot_be_made_is_named) {
    const TokenFiles files("/proc/none/tokens");
    const auto kept = files.keep(kServer, token_named("one"));
    BOOST_REQUIRE(!kept.has_value());
    BOOST_TEST(kept.error().message.find("/proc/none/tokens") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

#include "cli/private_file.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <fstream>

#include "tests/cli/console.h"

using namespace mcprisk;
using namespace mcprisk::cli;
namespace fs = std::filesystem;

BOOST_AUTO_TEST_SUITE(private_file)

BOOST_AUTO_TEST_CASE(what_is_written_is_ours_alone_and_read_again) {
    const TemporaryFolder folder;
    const fs::path file = folder.path() / "a" / "b" / "file";
    BOOST_TEST(!read_private(file, 100).value().has_value());
    BOOST_REQUIRE(write_private(file, "one").has_value());
    BOOST_REQUIRE(write_private(file, "two").has_value());
    BOOST_TEST(read_private(file, 100).value().value() == "two");
    struct stat info {};
    BOOST_REQUIRE_EQUAL(stat(file.c_str(), &info), 0);
    BOOST_TEST((info.st_mode & 0777U) == 0600U);
    BOOST_REQUIRE_EQUAL(stat(file.parent_path().c_str(), &info), 0);
    BOOST_TEST((info.st_mode & 0777U) == 0700U);
    BOOST_TEST((read_private(file, 2).error().code == ErrorCode::too_large));
    // Nothing stays beside it.
    BOOST_TEST(std::distance(fs::directory_iterator(file.parent_path()), {}) == 1);
}

BOOST_AUTO_TEST_CASE(what_others_could_have_written_is_refused) {
    const TemporaryFolder folder;
    const fs::path file = folder.path() / "file";
    const auto why = [&] {
        const auto text = read_private(file, 100);
        return text ? std::string("read") : text.error().message;
    };
    BOOST_REQUIRE(write_private(file, "x").has_value());
    for (const mode_t mode : {0620U, 0602U, 0666U}) {
        chmod(file.c_str(), mode);
        BOOST_TEST(why().find("others may write it") != std::string::npos, why());
    }
    chmod(file.c_str(), 0644);
    BOOST_TEST(why() == "read");
    fs::rename(file, folder.path() / "other");
    fs::create_symlink(folder.path() / "other", file);
    BOOST_TEST(why().find("it is a link") != std::string::npos, why());
    fs::remove(file);
    fs::create_directory(file);
    BOOST_TEST(why().find("no regular file") != std::string::npos, why());
    fs::remove(file);
    BOOST_REQUIRE_EQUAL(mkfifo(file.c_str(), 0600), 0);
    BOOST_TEST(why().find("no regular file") != std::string::npos, why());
    fs::remove(file);
    if (geteuid() != 0) return;
    BOOST_REQUIRE(write_private(file, "x").has_value());
    BOOST_REQUIRE_EQUAL(chown(file.c_str(), 65534, 65534), 0);
    BOOST_TEST(why().find("belongs to somebody else") != std::string::npos, why());
}

BOOST_AUTO_TEST_CASE(a_link_that_waits_for_us_is_not_written_through) {
    const TemporaryFolder folder;
    const fs::path file = folder.path() / "file";
    std::ofstream(folder.path() / "victim") << "precious";
    fs::create_symlink(folder.path() / "victim",
                       file.string() + "." + std::to_string(getpid()) + ".part");
    fs::create_symlink(folder.path() / "victim", file);
    BOOST_REQUIRE(write_private(file, "x").has_value());
    std::string text;
    std::ifstream(folder.path() / "victim") >> text;
    BOOST_TEST(text == "precious");
    BOOST_TEST(!fs::is_symlink(file));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_said_and_is_not_empty) {
    const TemporaryFolder folder;
    const auto why = [](const fs::path& file) {
        const auto text = read_private(file, 100);
        return text ? std::string("read") : text.error().message;
    };
    BOOST_TEST(why(folder.path() / std::string(300, 'x')).find("File name too long") !=
               std::string::npos);
    // A regular file of ours that opens and gives nothing.
    BOOST_TEST(why("/proc/self/mem").find("Input/output error") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_is_said_and_leaves_nothing) {
    const TemporaryFolder folder;
    const auto why = [](const fs::path& file) {
        const auto done = write_private(file, "x");
        return done ? std::string("written") : done.error().message;
    };
    const auto entries = [](const fs::path& place) {
        return std::distance(fs::directory_iterator(place), {});
    };
    std::ofstream(folder.path() / "plain") << "";
    BOOST_TEST(why(folder.path() / "plain" / "folder" / "file").starts_with("making the folder"));
    const fs::path taken = folder.path() / "taken";
    fs::create_directories(taken / "something");
    BOOST_TEST(why(taken).starts_with("writing " + taken.string() + ": "), why(taken));
    BOOST_TEST(entries(folder.path()) == 2);
    const fs::path file = folder.path() / "file";
    fs::create_directories(file.string() + "." + std::to_string(getpid()) + ".part/x");
    BOOST_TEST(why(file).find("File exists") != std::string::npos, why(file));
    BOOST_TEST(!fs::exists(file));

    const TemporaryFolder full;
    rlimit before{};
    BOOST_REQUIRE_EQUAL(getrlimit(RLIMIT_FSIZE, &before), 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit none = before;
    none.rlim_cur = 0;
    BOOST_REQUIRE_EQUAL(setrlimit(RLIMIT_FSIZE, &none), 0);
    const std::string message = why(full.path() / "file");
    BOOST_REQUIRE_EQUAL(setrlimit(RLIMIT_FSIZE, &before), 0);
    std::signal(SIGXFSZ, handler);
    BOOST_TEST(message.find("File too large") != std::string::npos, message);
    BOOST_TEST(entries(full.path()) == 0);
}

BOOST_AUTO_TEST_CASE(a_folder_is_ones_own_or_none) {
    Console console;
    const auto folder = [&] {
        return own_folder(console.environment, "XDG_STATE_HOME", ".local/state").string();
    };
    BOOST_TEST(folder().empty());
    console.variables["HOME"] = "relative";
    BOOST_TEST(folder().empty());
    console.variables["HOME"] = "/home/me";
    BOOST_TEST(folder() == "/home/me/.local/state/mcprisk");
    console.variables["XDG_STATE_HOME"] = "relative";
    BOOST_TEST(folder() == "/home/me/.local/state/mcprisk");
    console.variables["XDG_STATE_HOME"] = "/state";
    BOOST_TEST(folder() == "/state/mcprisk");
}

BOOST_AUTO_TEST_SUITE_END()

#include "cli/new_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <array>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli/exit_code.h"
#include "cli/session.h"
#include "tests/cli/console.h"

using namespace mcprisk::cli;
namespace fs = std::filesystem;

namespace {

struct Folder : TemporaryFolder {
    [[nodiscard]] static std::string read(const fs::path& file) {
        std::ifstream in(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    [[nodiscard]] std::size_t entries() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(path()), fs::directory_iterator()));
    }
    [[nodiscard]] std::string failure(const fs::path& file, const std::string& text) const {
        try {
            write_whole(file, text);
        } catch (const CommandFailure& failure) {
            BOOST_TEST((failure.code() == ExitCode::failed));
            return failure.what();
        }
        return "";
    }
};

unsigned mode_of(const fs::path& file) {
    struct stat info {};
    BOOST_REQUIRE(::stat(file.c_str(), &info) == 0);
    return info.st_mode & 0777U;
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(new_file, Folder)

BOOST_AUTO_TEST_CASE(a_file_is_there_as_a_whole_or_not_at_all) {
    const fs::path file = path() / "deep/er/a.json";
    const std::string big(300'000, 'x');
    write_whole(file, big);
    BOOST_TEST(read(file) == big);
    write_whole(file, "new");
    BOOST_TEST(read(file) == "new");
    {
        NewFile given_up(file);
        given_up.out() << "half";
    }
    BOOST_TEST(read(file) == "new");
    BOOST_TEST(
        std::distance(fs::directory_iterator(file.parent_path()), fs::directory_iterator()) == 1);
}

BOOST_AUTO_TEST_CASE(the_rights_of_the_file_before_it_stay) {
    const fs::path file = path() / "settings.json";
    write_whole(file, "1");
    ::chmod(file.c_str(), 0600);
    write_whole(file, "2");
    BOOST_TEST(mode_of(file) == 0600U);
}

// Somebody who may write to the folder must not lead us elsewhere.
BOOST_AUTO_TEST_CASE(a_link_is_never_written_through) {
    const fs::path victim = path() / "victim";
    std::ofstream(victim) << "precious";
    const fs::path file = path() / "out.json";
    // The name that used to be taken.
    fs::create_symlink(victim, file.string() + "." + std::to_string(::getpid()) + ".part");
    fs::create_symlink(victim, file);
    write_whole(file, "ours");
    BOOST_TEST(read(victim) == "precious");
    BOOST_TEST(read(file) == "ours");
    BOOST_TEST(!fs::is_symlink(file));
}

BOOST_AUTO_TEST_CASE(a_failure_says_what_the_system_says) {
    BOOST_TEST(has(failure("/dev/full", "x"), "No space left on device"));
    BOOST_TEST(has(failure("/dev/full", std::string(300'000, 'x')), "No space left on device"));
    BOOST_TEST(fs::is_character_file("/dev/full"));
    fs::create_directory(path() / "folder");
    BOOST_TEST(has(failure(path() / "folder", "x"), "Is a directory"));
    std::ofstream(path() / "file") << "x";
    BOOST_TEST(has(failure(path() / "file/below", "x"), "Not a directory"));
    BOOST_TEST(entries() == 2U);
}

BOOST_AUTO_TEST_CASE(a_pipe_is_written_to_as_it_is) {
    const fs::path pipe = path() / "pipe";
    BOOST_REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
    write_whole(pipe, "through");
    std::array<char, 16> text{};
    BOOST_TEST(::read(reader, text.data(), text.size()) == 7);
    BOOST_TEST(std::string(text.data()) == "through");
    ::close(reader);
    BOOST_TEST(fs::is_fifo(pipe));
}

BOOST_AUTO_TEST_SUITE_END()

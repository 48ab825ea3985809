#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <utility>

#include "build_places.h"
#include "samples.h"
#include "store/open_database.h"
#include "store/recorder.h"
#include "store/without_secrets.h"

using namespace mcprisk;
using namespace mcprisk::store;
using namespace mcprisk::store::testing;

namespace {

namespace fs = std::filesystem;
constexpr std::chrono::milliseconds kBusy{10'000};

Listing numbered(const std::string& server, int tools) {
    std::vector<Tool> all;
    for (int i = 0; i < tools; ++i) {
        all.push_back(
            make_tool("tool_" + std::to_string(i) + "_of_" + server, std::string(300, 'd')));
    }
    return make_listing(server, std::move(all));
}

std::string one_word(Database& database, std::string_view sql) {
    Run run(database.statement(sql));
    BOOST_REQUIRE(run.step());
    return std::string(run.text(0));
}

void check_whole(const fs::path& file) {
    Database database = open_database(file, OpenMode::read_write, kBusy).value();
    BOOST_TEST(one_word(database, "PRAGMA integrity_check") == "ok");
    Run foreign(database.statement("PRAGMA foreign_key_check"));
    BOOST_TEST(!foreign.step());
    database.execute("checking the index",
                     "INSERT INTO tool_search (tool_search) VALUES ('integrity-check')");
}

// A child process of this test. It runs `work` and never returns into the test program.
template <typename Work>
pid_t start_child(Work work) {
    const pid_t child = ::fork();
    BOOST_REQUIRE(child >= 0);
    if (child == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // whatever happens, it does not outlive the test
        int code = 1;
        try {
            work();
            code = 0;
        } catch (const std::exception& error) {
            std::fprintf(stderr, "child: %s\n", error.what());
            code = 2;
        }
        ::_exit(code);
    }
    return child;
}

int wait_for(pid_t child) {
    int status = 0;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    return status;
}

struct Pipe {
    std::array<int, 2> ends{};
    Pipe() { BOOST_REQUIRE(::pipe(ends.data()) == 0); }
    ~Pipe() {
        ::close(ends[0]);
        if (ends[1] >= 0) ::close(ends[1]);
    }
    void tell() const { static_cast<void>(!::write(ends[1], "x", 1)); }
    // Closes the other end first: a child that ends without a word must not hang the test.
    void hear() {
        if (ends[1] >= 0) ::close(std::exchange(ends[1], -1));
        char c = 0;
        BOOST_REQUIRE(::read(ends[0], &c, 1) == 1);
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(safety)

BOOST_AUTO_TEST_CASE(reading_a_missing_file_says_what_to_do_and_makes_nothing) {
    const TempFolder folder;
    const auto opened = Catalogue::open(folder.file("sub/none.db"), OpenMode::read_only);
    BOOST_REQUIRE(!opened.has_value());
    BOOST_TEST((opened.error().code == ErrorCode::not_found));
    BOOST_TEST(opened.error().message ==
               "no catalogue at " + folder.file("sub/none.db").string() +
                   " yet: run `mcprisk scan` first, or name one with --db");
    BOOST_TEST(!fs::exists(folder.file("sub")));
}

BOOST_AUTO_TEST_CASE(what_is_no_database_is_named_so_and_left_alone) {
    const TempFolder folder;
    const std::string text =
        "just some text, longer than a header of a database file " + std::string(2000, '.');
    std::ofstream(folder.file("notes.txt")) << text;
    for (const OpenMode mode : {OpenMode::read_only, OpenMode::read_write}) {
        const auto opened = Catalogue::open(folder.file("notes.txt"), mode);
        BOOST_REQUIRE(!opened.has_value());
        BOOST_TEST((opened.error().code == ErrorCode::invalid_input));
        BOOST_TEST(opened.error().message.find("not a database") != std::string::npos);
        const auto a_folder = Catalogue::open(folder.path(), mode);
        BOOST_REQUIRE(!a_folder.has_value());
        BOOST_TEST((a_folder.error().code == ErrorCode::invalid_input));
    }
    BOOST_TEST(read_file(folder.file("notes.txt")) == text);
}

BOOST_AUTO_TEST_CASE(files_and_folders_are_private) {
    const TempFolder folder;
    { const Catalogue made = open_catalogue(folder.file("a/b/catalogue.db")); }
    const auto mode_of = [&](const char* name) {
        struct stat info {};
        BOOST_REQUIRE(::stat(folder.file(name).c_str(), &info) == 0);
        return static_cast<int>(info.st_mode & 0777);
    };
    BOOST_TEST(mode_of("a") == 0700);
    BOOST_TEST(mode_of("a/b") == 0700);
    BOOST_TEST(mode_of("a/b/catalogue.db") == 0600);
}

BOOST_AUTO_TEST_CASE(a_reader_cannot_write) {
    const TempFolder folder;
    const Listing listing = numbered("s", 3);
    { open_catalogue(folder.file()).record(listing, judge_all(listing), 1); }
    const std::string before = read_file(folder.file());
    {
        Catalogue reader = open_catalogue(folder.file(), OpenMode::read_only);
        BOOST_TEST(reader.query({}).total == 3U);
        BOOST_TEST(reader.stats().tools == 3U);
        BOOST_CHECK_THROW(reader.record(listing, judge_all(listing), 2), DatabaseError);
    }
    BOOST_TEST((read_file(folder.file()) == before));
}

BOOST_AUTO_TEST_CASE(a_full_disk_throws_and_leaves_nothing_half_written) {
    const TempFolder folder;
    Database database = open_database(folder.file(), OpenMode::read_write, kBusy).value();
    const Listing small = numbered("small", 2);
    record_listing(database, small, judge_all(small), 1);
    const Listing big = numbered("big", 400);
    database.execute("limiting the file", "PRAGMA max_page_count = 60");
    BOOST_CHECK_EXCEPTION(record_listing(database, big, judge_all(big), 2),
                          SqliteError,
                          [&](const SqliteError& error) {
                              const std::string_view what = error.what();
                              return error.failure() == SqliteFailure::full &&
                                     what.find("full") != std::string_view::npos &&
                                     what.find("free some space") != std::string_view::npos &&
                                     what.find(folder.file().string()) != std::string_view::npos;
                          });
    BOOST_TEST(!database.in_transaction());
    // The connection goes on, and nothing of the big one is there.
    record_listing(database, small, judge_all(small), 3);
    const Catalogue catalogue = open_catalogue(folder.file());
    BOOST_TEST(catalogue.servers().size() == 1U);
    BOOST_TEST(catalogue.stats().observations == 2U);
    BOOST_TEST(catalogue.query({.text = "big"}).total == 0U);
    check_whole(folder.file());
}

BOOST_AUTO_TEST_CASE(several_processes_make_and_write_the_same_file) {
    const TempFolder folder;
    constexpr int kEach = 20;
    std::vector<pid_t> children;
    for (int n = 0; n < 4; ++n) {
        children.push_back(start_child([&folder, n] {
            Catalogue catalogue = open_catalogue(folder.file());
            for (int i = 0; i < kEach; ++i) {
                const Listing own = numbered("s" + std::to_string(n) + "-" + std::to_string(i), 3);
                catalogue.record(own, judge_all(own), i);
                const Listing shared = numbered("shared", 3);
                catalogue.record(shared, judge_all(shared), i);
            }
        }));
    }
    for (const pid_t child : children) BOOST_TEST(wait_for(child) == 0);
    const Catalogue catalogue = open_catalogue(folder.file());
    BOOST_TEST(catalogue.stats().servers == 4U * kEach + 1);
    BOOST_TEST(catalogue.stats().observations == 4U * kEach * 2);
    BOOST_TEST(catalogue.tools_of("shared").size() == 3U);
    check_whole(folder.file());
}

BOOST_AUTO_TEST_CASE(a_process_killed_within_a_transaction_leaves_the_file_whole) {
    const TempFolder folder;
    const Listing before = numbered("before", 5);
    { open_catalogue(folder.file()).record(before, judge_all(before), 1); }
    Pipe pipe;
    const pid_t child = start_child([&] {
        Database database = open_database(folder.file(), OpenMode::read_write, kBusy).value();
        // A small cache makes SQLite write pages of the open transaction out.
        database.execute("limiting the cache", "PRAGMA cache_size = 2");
        const Transaction transaction(database, Transaction::Kind::write);
        database.execute("writing half of something",
                         "DELETE FROM current_tools; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
                         "SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO servers (name, title, "
                         "description, source, version, transport, origin, first_seen) SELECT "
                         "'half' || i, '', hex(zeroblob(50)), '', '', '', '', 0 FROM n");
        pipe.tell();
        ::pause();
    });
    pipe.hear();
    BOOST_TEST(fs::file_size(folder.file().string() + "-wal") > 100'000U);
    BOOST_REQUIRE(::kill(child, SIGKILL) == 0);
    BOOST_TEST(WIFSIGNALED(wait_for(child)));
    check_whole(folder.file());
    const Catalogue catalogue = open_catalogue(folder.file());
    BOOST_TEST(catalogue.servers().size() == 1U);
    BOOST_TEST(catalogue.tools_of("before").size() == 5U);
}

BOOST_AUTO_TEST_CASE(a_process_killed_while_recording_loses_no_finished_server) {
    const TempFolder folder;
    Pipe pipe;
    const pid_t child = start_child([&] {
        Catalogue catalogue = open_catalogue(folder.file());
        for (int i = 0; i < 100'000; ++i) {
            const Listing one = numbered("s" + std::to_string(i), 5);
            catalogue.record(one, judge_all(one), i);
            pipe.tell();
        }
    });
    constexpr std::size_t kHeard = 25;
    for (std::size_t i = 0; i < kHeard; ++i) pipe.hear();
    BOOST_REQUIRE(::kill(child, SIGKILL) == 0);
    BOOST_TEST(WIFSIGNALED(wait_for(child)));
    check_whole(folder.file());
    const Catalogue catalogue = open_catalogue(folder.file());
    const Stats stats = catalogue.stats();
    BOOST_TEST(stats.servers >= kHeard);
    BOOST_TEST(stats.tools == stats.servers * 5);
    BOOST_TEST(stats.observations == stats.servers);
}

BOOST_AUTO_TEST_CASE(two_writers_and_many_readers_at_once) {
    const TempFolder folder;
    { const Catalogue made = open_catalogue(folder.file()); }
    constexpr int kServers = 40;
    std::vector<pid_t> children;
    for (int n = 0; n < 2; ++n) {
        children.push_back(start_child([&folder, n] {
            Catalogue catalogue = open_catalogue(folder.file());
            for (int i = 0; i < kServers; ++i) {
                const Listing one = numbered("s" + std::to_string(n) + "-" + std::to_string(i), 4);
                catalogue.record(one, judge_all(one), i);
            }
        }));
    }
    for (int n = 0; n < 6; ++n) {
        children.push_back(start_child([&folder] {
            const Catalogue catalogue = open_catalogue(folder.file(), OpenMode::read_only);
            std::size_t seen = 0;
            for (int i = 0; i < 60; ++i) {
                const Stats stats = catalogue.stats();
                // A server is there with all of its tools or not at all, and nothing goes away.
                if (stats.tools != stats.servers * 4 || stats.servers < seen) {
                    throw std::runtime_error("a reader saw half of a server");
                }
                seen = stats.servers;
            }
        }));
    }
    for (const pid_t child : children) BOOST_TEST(wait_for(child) == 0);
    BOOST_TEST(open_catalogue(folder.file()).stats().servers == 2U * kServers);
    check_whole(folder.file());
}

// What a command of its own does, ended at once after a while of computing, again and again with
// more time until it is through.
template <typename Work>
void kill_until_done(Work work) {
    for (suseconds_t delay = 1000; delay < 500'000; delay = delay * 3 / 2) {
        const pid_t child = start_child([&] {
            // Nobody catches SIGPROF: the process ends as by SIGKILL, wherever it is.
            const itimerval timer{{0, 0}, {0, delay}};
            if (::setitimer(ITIMER_PROF, &timer, nullptr) != 0) {
                throw std::runtime_error("setting a timer");
            }
            work();
        });
        const int status = wait_for(child);
        if (!WIFSIGNALED(status)) {
            BOOST_TEST(status == 0);
            return;
        }
    }
    BOOST_FAIL("it never came to an end");
}

BOOST_AUTO_TEST_CASE(killed_while_judging_merging_rebuilding_or_copying) {
    const TempFolder folder;
    {
        Catalogue catalogue = open_catalogue(folder.file());
        Catalogue other = open_catalogue(folder.file("other.db"));
        for (int i = 0; i < 60; ++i) {
            const Listing one = numbered("s" + std::to_string(i), 5);
            catalogue.record(one, judge_all(one), i);
            const Listing two = numbered("t" + std::to_string(i), 5);
            other.record(two, judge_all(two), i);
        }
    }
    kill_until_done([&] {
        Catalogue catalogue = open_catalogue(folder.file());
        for (const ListingId listing : catalogue.listings_to_judge("r2", false)) {
            Listing again;
            again.document = catalogue.document_of(listing);
            catalogue.judge(listing, judge_all(again, Category::execute, "r2"), 100);
        }
    });
    check_whole(folder.file());
    BOOST_TEST(open_catalogue(folder.file()).query({.category = Category::execute}).total == 300U);
    kill_until_done([&] {
        Catalogue catalogue = open_catalogue(folder.file());
        catalogue.merge(open_catalogue(folder.file("other.db"), OpenMode::read_only));
    });
    check_whole(folder.file());
    BOOST_TEST(open_catalogue(folder.file()).stats().servers == 120U);
    BOOST_TEST(open_catalogue(folder.file()).stats().observations == 120U);
    kill_until_done([&] { open_catalogue(folder.file()).rebuild(); });
    check_whole(folder.file());
    BOOST_TEST(open_catalogue(folder.file()).check().empty());
    kill_until_done([&] {
        // The one before may have been ended after its work was done and before it said so.
        if (fs::exists(folder.file("copy.db"))) return;
        const auto copied =
            open_catalogue(folder.file(), OpenMode::read_only).backup(folder.file("copy.db"));
        if (!copied) throw std::runtime_error(copied.error().message);
    });
    // A copy that was cut short never has the name that was asked for.
    BOOST_TEST(open_catalogue(folder.file("copy.db"), OpenMode::read_only).check().empty());
    BOOST_TEST(open_catalogue(folder.file("copy.db")).stats().servers == 120U);
}

BOOST_AUTO_TEST_CASE(killed_while_an_older_file_is_brought_up_to_date) {
    const TempFolder folder;
    {
        Database old =
            Database::open(folder.file(), Database::Access::create, std::chrono::seconds(1));
        old.execute("making an old file",
                    read_file(fs::path(MCPRISK_SOURCE_DIR) / "tests/store/fixtures/version_1.sql"));
    }
    kill_until_done([&] { const Catalogue migrated = open_catalogue(folder.file()); });
    check_whole(folder.file());
    BOOST_TEST(open_catalogue(folder.file()).servers().size() == 2U);
    BOOST_TEST(open_catalogue(folder.file()).check().empty());
}

BOOST_AUTO_TEST_CASE(a_disk_that_is_full_for_real) {
    const TempFolder folder;
    // A file system of 1 MiB, where this machine lets us have one.
    const std::string mount =
        "mount -t tmpfs -o size=1m none '" + folder.path().string() + "' 2>/dev/null";
    if (std::system(mount.c_str()) != 0) {
        BOOST_TEST_MESSAGE("skipped: no file system can be mounted here");
        return;
    }
    {
        Catalogue catalogue = open_catalogue(folder.file());
        int recorded = 0;
        std::string said;
        for (int i = 0; i < 2000 && said.empty(); ++i) {
            const Listing one = numbered("s" + std::to_string(i), 5);
            try {
                catalogue.record(one, judge_all(one), i);
                ++recorded;
            } catch (const DatabaseError& error) {
                said = error.what();
            }
        }
        BOOST_TEST(said.find("free some space") != std::string::npos, said);
        BOOST_TEST(recorded > 0);
        BOOST_TEST(catalogue.stats().servers == static_cast<std::size_t>(recorded));
        BOOST_TEST(catalogue.check().empty());
        const auto copied = catalogue.backup(folder.file("copy.db"));
        BOOST_TEST(!copied.has_value());
        BOOST_TEST(!fs::exists(folder.file("copy.db")));
    }
    BOOST_TEST(std::system(("umount '" + folder.path().string() + "'").c_str()) == 0);
}

BOOST_AUTO_TEST_CASE(credentials_in_urls_are_not_stored) {
    const TempFolder folder;
    Listing listing = numbered("s", 1);
    listing.origin = "https://user:hunter2@example.org/mcp?key=hunter2#hunter2";
    listing.document.source = "https://hunter2@example.org/repo";
    {
        Catalogue catalogue = open_catalogue(folder.file());
        catalogue.record(listing, judge_all(listing), 1);
        Listing command = numbered("t", 1);
        command.origin = "npx db --url postgres://me:hunter2@host/db";
        command.last_words = "cannot reach redis://x:hunter2@cache:1/0";
        catalogue.record(command, {}, 2);
        Listing failed = make_failure("https://a:hunter2@example.org/x",
                                      Outcome::unreachable,
                                      "GET https://a:hunter2@example.org/x: refused");
        catalogue.record(failed, {}, 3);
        BOOST_TEST(catalogue.find_server("s").value().origin == "https://example.org/mcp");
        BOOST_TEST(catalogue.find_server("t").value().origin == "npx db --url postgres://host/db");
        BOOST_TEST(catalogue.find_server("https://example.org/x").value().last_failure ==
                   "GET https://example.org/x: refused");
    }
    for (const auto& entry : fs::directory_iterator(folder.path())) {
        BOOST_TEST_CONTEXT(entry.path()) {
            BOOST_TEST((read_file(entry.path()).find("hunter2") == std::string::npos));
        }
    }
}

BOOST_AUTO_TEST_CASE(only_user_info_is_taken_out) {
    BOOST_TEST(without_secrets("https://h/@scope/pkg") == "https://h/@scope/pkg");
    BOOST_TEST(without_secrets("npx @scope/pkg a@b.c") == "npx @scope/pkg a@b.c");
    BOOST_TEST(without_secrets("http://a:p@ss@h:1/x http://b@h2") == "http://h:1/x http://h2");
    BOOST_TEST(without_secrets("://") == "://");
    BOOST_TEST(without_secrets("\xff") == "\xef\xbf\xbd");
}

BOOST_AUTO_TEST_CASE(the_command_line_tool_of_sqlite_agrees) {
    if (std::system("command -v sqlite3 >/dev/null 2>&1") != 0) {
        BOOST_TEST_MESSAGE("skipped: sqlite3 is not installed");
        return;
    }
    const TempFolder folder;
    {
        Catalogue catalogue = open_catalogue(folder.file());
        for (int i = 0; i < 30; ++i) {
            const Listing one = numbered("s" + std::to_string(i % 10), 3 + i % 4);
            catalogue.record(one, judge_all(one, kCategories[static_cast<std::size_t>(i) % 5]), i);
        }
    }
    const std::string command = "sqlite3 -batch '" + folder.file().string() +
                                "' 'PRAGMA integrity_check; PRAGMA foreign_key_check; "
                                "SELECT count(*) FROM servers' 2>&1";
    std::FILE* out = ::popen(command.c_str(), "r");
    BOOST_REQUIRE(out != nullptr);
    std::string said;
    std::array<char, 256> buffer{};
    while (std::fgets(buffer.data(), buffer.size(), out) != nullptr) said += buffer.data();
    BOOST_TEST(::pclose(out) == 0);
    BOOST_TEST(said == "ok\n10\n");
}

BOOST_AUTO_TEST_SUITE_END()

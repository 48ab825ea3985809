#include "cli/output/scan_progress.h"

#include <boost/test/unit_test.hpp>

#include "model/base/text.h"
#include "tests/cli/console.h"

using namespace mcprisk;
using namespace mcprisk::cli;
using crawler::Step;
using std::chrono::milliseconds;

namespace {

struct Watched {
    Console console;
    milliseconds now{5000};
    std::unique_ptr<ScanProgress> progress;

    explicit Watched(bool terminal, bool quiet = false) {
        console.environment.err_is_terminal = terminal;
        console.environment.columns = 60;
        progress = std::make_unique<ScanProgress>(
            console.environment, quiet, [this] { return now; });
        progress->call("npm:a", "browser");
        progress->begin(3);
    }

    // What was written since the last look.
    std::string said() {
        std::string text = console.err.str();
        console.err.str("");
        return text;
    }

    void pass(int seconds) {
        for (int i = 0; i < seconds; ++i) {
            now += milliseconds{1000};
            progress->tick();
        }
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(scan_progress)

BOOST_AUTO_TEST_CASE(a_terminal_shows_every_server_within_a_second) {
    Watched watched(true);
    watched.progress->step("npm:a", {Step::Phase::fetching, 0});
    watched.progress->step("b\x1b[31m", {Step::Phase::starting, 0});
    watched.progress->tick();
    BOOST_TEST(watched.said().empty());  // nothing flickers for what is quick
    watched.pass(1);
    const std::string first = watched.said();
    BOOST_TEST(first.find("fetching  browser  1 s") != std::string::npos, first);
    BOOST_TEST(first.find("starting  b\\x1b[31m  1 s") != std::string::npos, first);
    BOOST_TEST(first.find("0 of 3 answered, 1 waiting, 1 s") != std::string::npos, first);
    watched.progress->step("npm:a", {Step::Phase::fetching, 12'340'000});
    watched.pass(3);
    const std::string later = watched.said();
    BOOST_TEST(later.find("\x1b[3A") != std::string::npos, later);  // drawn over
    BOOST_TEST(later.find("fetching  browser  4 s  12.3 MB") != std::string::npos, later);
    BOOST_TEST(later.find("the next run") != std::string::npos, later);
    watched.progress->step("npm:a", {Step::Phase::listing, 0});
    watched.pass(2);
    BOOST_TEST(watched.said().find("listing   browser  2 s") != std::string::npos);
    watched.progress->ended("npm:a");
    watched.progress->clear();
    BOOST_TEST(watched.said().ends_with("\x1b[4A\r\x1b[J"));
}

BOOST_AUTO_TEST_CASE(a_log_gets_a_line_every_ten_seconds) {
    Watched watched(false);
    watched.progress->step("npm:a", {Step::Phase::fetching, 2'000'000});
    watched.pass(9);
    BOOST_TEST(watched.said().empty());
    watched.pass(1);
    BOOST_TEST(watched.said() ==
               "0 of 3 answered, 2 waiting, 10 s; fetching browser 10 s, 2.0 MB\n"
               "packages are fetched once: the next run takes seconds\n");
    watched.pass(9);
    BOOST_TEST(watched.said().empty());
    watched.pass(11);
    const std::string text = watched.said();
    BOOST_TEST(std::count(text.begin(), text.end(), '\n') == 4, text);
    BOOST_TEST(text.find('\x1b') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(quiet_is_quiet) {
    for (const bool terminal : {true, false}) {
        Watched watched(terminal, true);
        watched.progress->step("npm:a", {Step::Phase::fetching, 0});
        watched.pass(30);
        watched.progress->clear();
        BOOST_TEST(watched.said().empty());
    }
}

BOOST_AUTO_TEST_CASE(no_line_is_wider_than_the_terminal) {
    for (const std::size_t columns : {24U, 40U, 80U}) {
        const InFlight one{std::string(200, 'n'), {Step::Phase::fetching, 1'000'000'000}, {}};
        BOOST_TEST(display_width(flight_line(one, milliseconds{3'600'000}, columns)) <=
                   std::max<std::size_t>(columns, 38));
    }
}

BOOST_AUTO_TEST_SUITE_END()

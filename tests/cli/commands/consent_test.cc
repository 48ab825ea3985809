#include "cli/commands/consent.h"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>

#include "tests/cli/console.h"

using namespace mcprisk::cli;
using mcprisk::crawler::HttpTarget;
using mcprisk::crawler::StdioTarget;
using mcprisk::crawler::Target;

namespace {

Target program(const std::string& id) {
    Target target;
    target.id = id;
    StdioTarget how;
    how.argv = {"run-" + id, "--api-key", "swordfish"};
    how.env = {{"TOKEN", "opensesame"}};
    target.how = how;
    return target;
}

std::string read(const std::filesystem::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(consent)

BOOST_AUTO_TEST_CASE(away_from_a_terminal_only_yes_gives_consent) {
    Console console;
    const TemporaryFolder folder;
    BOOST_TEST(!Consent(console.environment, folder.path() / "c.json", false).allows(program("a")));
    BOOST_TEST(Consent(console.environment, folder.path() / "c.json", true).allows(program("a")));
    BOOST_TEST(console.err.str().empty());
}

BOOST_AUTO_TEST_CASE(what_the_user_typed_and_plain_urls_need_no_question) {
    Console console;
    const TemporaryFolder folder;
    Consent consent(console.environment, folder.path() / "c.json", false);
    Target typed = program("a");
    typed.given_on_command_line = true;
    BOOST_TEST(consent.allows(typed));
    Target url;
    url.how = HttpTarget{"https://h.example/mcp", {}, ""};
    BOOST_TEST(consent.allows(url));
    url.how = HttpTarget{"https://h.example/mcp", {{"Authorization", "Bearer x"}}, ""};
    BOOST_TEST(!consent.allows(url));
}

BOOST_AUTO_TEST_CASE(answers_are_asked_once_and_remembered_without_secrets) {
    const TemporaryFolder folder;
    const auto memory = folder.path() / "state" / "consent.json";
    {
        Console console;
        console.environment.in_is_terminal = console.environment.err_is_terminal = true;
        console.in.str("what\nyes\nnever\nno\n");
        Consent consent(console.environment, memory, false);
        BOOST_TEST(consent.allows(program("a")));
        BOOST_TEST(!consent.allows(program("b")));
        BOOST_TEST(!consent.allows(program("c")));
        BOOST_TEST(console.err.str().find("run-a --api-key [redacted]") != std::string::npos);
        BOOST_TEST(console.err.str().find("TOKEN") != std::string::npos);
        BOOST_TEST(console.err.str().find("opensesame") == std::string::npos);
    }
    const std::string remembered = read(memory);
    BOOST_TEST(remembered.find("swordfish") == std::string::npos);
    Console later;
    Consent consent(later.environment, memory, false);
    BOOST_TEST(consent.allows(program("a")));
    BOOST_TEST(!consent.allows(program("c")));
    // "never" holds against --yes as well.
    BOOST_TEST(!Consent(later.environment, memory, true).allows(program("b")));
}

BOOST_AUTO_TEST_CASE(all_covers_the_rest_of_the_run_only) {
    const TemporaryFolder folder;
    Console console;
    console.environment.in_is_terminal = console.environment.err_is_terminal = true;
    console.in.str("a\n");
    Consent consent(console.environment, folder.path() / "c.json", false);
    BOOST_TEST(consent.allows(program("a")));
    BOOST_TEST(consent.allows(program("b")));
    Console later;
    BOOST_TEST(!Consent(later.environment, folder.path() / "c.json", false).allows(program("b")));
}

BOOST_AUTO_TEST_SUITE_END()

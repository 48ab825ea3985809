#include "cli/commands/consent.h"

#include <sys/stat.h>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>
#include <memory>

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
    // What is this machine's, in the address itself.
    url.how = HttpTarget{"https://h.example/swordfish", {}, ""};
    url.takes = {"AWS_SECRET_ACCESS_KEY"};
    BOOST_TEST(!consent.allows(url));
    url.takes.clear();
    url.credential_class = "configured";  // user:pw@
    BOOST_TEST(!consent.allows(url));
}

BOOST_AUTO_TEST_CASE(an_indexs_address_needs_consent_only_with_credentials_of_ours) {
    Console console;
    const TemporaryFolder folder;
    Consent consent(console.environment, folder.path() / "c.json", false);
    Target url;
    url.how = HttpTarget{"https://h.example/mcp", {{"X-Version", "1"}}, ""};
    BOOST_TEST(consent.allows(url, Consent::Source::index));
    BOOST_TEST(!consent.allows(url, Consent::Source::configuration));
    url.credential_class = "configured";
    BOOST_TEST(!consent.allows(url, Consent::Source::index));
    BOOST_TEST(!consent.allows(program("a"), Consent::Source::index));
}

BOOST_AUTO_TEST_CASE(a_yes_is_for_exactly_what_was_shown) {
    const TemporaryFolder folder;
    const auto memory = folder.path() / "state" / "consent.json";
    const auto allowed = [&](const Target& target, const std::filesystem::path& directory) {
        Console later;
        later.environment.directory = directory;
        return Consent(later.environment, memory, false).allows(target);
    };
    Target target = program("a");
    std::get<StdioTarget>(target.how).argv.emplace_back("script.js");
    std::ofstream(folder.path() / "script.js") << "";
    {
        Console console;
        console.environment.directory = folder.path();
        console.environment.in_is_terminal = console.environment.err_is_terminal = true;
        console.in.str("yes\n");
        BOOST_TEST(Consent(console.environment, memory, false).allows(target));
    }
    BOOST_TEST(allowed(target, folder.path()));
    const TemporaryFolder other;
    std::ofstream(other.path() / "script.js") << "";
    BOOST_TEST(!allowed(target, other.path()));
    const auto changed = [&](auto change) {
        Target copy = target;
        change(std::get<StdioTarget>(copy.how));
        return allowed(copy, folder.path());
    };
    BOOST_TEST(!changed([](StdioTarget& how) { how.env["TOKEN"] = "another"; }));
    BOOST_TEST(!changed([](StdioTarget& how) { how.env["LD_PRELOAD"] = "x.so"; }));
    BOOST_TEST(!changed([](StdioTarget& how) { how.working_directory = "/etc"; }));
    BOOST_TEST(!changed([](StdioTarget& how) { how.argv.emplace_back("--more"); }));
    // Neither may two arguments look like one, nor an argument like a variable.
    BOOST_TEST(!changed([](StdioTarget& how) {
        how.argv = {"run-a", "--api-key swordfish", "script.js"};
    }));
}

BOOST_AUTO_TEST_CASE(a_directory_named_from_here_is_another_one_elsewhere) {
    const TemporaryFolder folder;
    const TemporaryFolder other;
    const auto memory = folder.path() / "c.json";
    Target target = program("a");
    std::get<StdioTarget>(target.how).working_directory = "sub";
    const auto allowed = [&](const std::filesystem::path& directory, const char* answer) {
        Console console;
        console.environment.directory = directory;
        console.environment.in_is_terminal = console.environment.err_is_terminal = true;
        console.in.str(answer);
        return Consent(console.environment, memory, false).allows(target);
    };
    BOOST_TEST(allowed(folder.path(), "yes\n"));
    BOOST_TEST(allowed(folder.path(), ""));
    BOOST_TEST(!allowed(other.path(), ""));
}

BOOST_AUTO_TEST_CASE(a_memory_that_makes_no_sense_remembers_nothing) {
    const TemporaryFolder folder;
    const auto memory = folder.path() / "c.json";
    for (const char* text : {"no json", "[true]", "7", ""}) {
        std::ofstream(memory) << text;
        std::filesystem::permissions(memory, std::filesystem::perms(0600));
        Console console;
        BOOST_TEST(!Consent(console.environment, memory, false).allows(program("a")), text);
        BOOST_TEST(Consent(console.environment, memory, true).allows(program("a")), text);
    }
}

BOOST_AUTO_TEST_CASE(a_yes_to_an_address_is_for_these_values) {
    const TemporaryFolder folder;
    const auto memory = folder.path() / "c.json";
    Target target;
    target.id = "https://h.example/mcp";
    target.how = HttpTarget{"https://h.example/mcp?k=1", {{"Authorization", "Bearer x"}}, ""};
    {
        Console console;
        console.environment.in_is_terminal = console.environment.err_is_terminal = true;
        console.in.str("yes\n");
        BOOST_TEST(Consent(console.environment, memory, false).allows(target));
    }
    const auto allowed = [&](const HttpTarget& how) {
        Console later;
        Target copy = target;
        copy.how = how;
        return Consent(later.environment, memory, false).allows(copy);
    };
    BOOST_TEST(allowed({"https://h.example/mcp?k=1", {{"Authorization", "Bearer x"}}, ""}));
    BOOST_TEST(!allowed({"https://h.example/mcp?k=1", {{"Authorization", "Bearer y"}}, ""}));
    BOOST_TEST(!allowed({"https://h.example/mcp?k=2", {{"Authorization", "Bearer x"}}, ""}));
    BOOST_TEST(!allowed({"https://e.example/mcp?k=1", {{"Authorization", "Bearer x"}}, ""}));
}

BOOST_AUTO_TEST_CASE(a_never_holds_whatever_the_values) {
    const TemporaryFolder folder;
    const auto memory = folder.path() / "c.json";
    Console console;
    console.environment.in_is_terminal = console.environment.err_is_terminal = true;
    console.in.str("never\nyes\n");  // one answer, one question
    BOOST_TEST(!Consent(console.environment, memory, false).allows(program("a")));
    Target other = program("a");
    std::get<StdioTarget>(other.how).env["TOKEN"] = "another";
    Console later;
    BOOST_TEST(!Consent(later.environment, memory, true).allows(other));
}

BOOST_AUTO_TEST_CASE(the_question_shows_everything_but_values) {
    const TemporaryFolder folder;
    Console console;
    console.environment.in_is_terminal = console.environment.err_is_terminal = true;
    console.in.str("n\nn\nn\n");
    Consent consent(console.environment, folder.path() / "c.json", false);
    Target target = program("a");
    target.source = "/repo/.mcp.json";
    target.takes = {"file ~/.ssh/id_rsa", "HOME_TOKEN"};
    auto& stdio = std::get<StdioTarget>(target.how);
    stdio.argv = {"/opt/tool", "/home/me/notes", "--root=/srv/x", "plain"};
    stdio.working_directory = "/home/me/.aws";
    stdio.env = {{"TOKEN", "opensesame"}, {"LD_PRELOAD", "/evil.so"}};
    BOOST_TEST(!consent.allows(target));
    Target url;
    url.id = "h";
    url.how = HttpTarget{"https://u:opensesame@h.example/x?k=opensesame",
                         {{"X-Key", "opensesame"}},
                         ""};
    url.credential_class = "configured";
    BOOST_TEST(!consent.allows(url));
    url.how = HttpTarget{"https://evil.example/opensesame", {}, ""};
    url.as_written = {"${PLACE}"};
    url.takes = {"PLACE"};
    BOOST_TEST(!consent.allows(url));
    const std::string shown = console.err.str();
    for (const char* words : {"/opt/tool /home/me/notes --root=/srv/x plain",
                              "in the directory /home/me/.aws, which it may read",
                              "which may read /home/me/notes, /srv/x\n",
                              "with TOKEN set",
                              "with LD_PRELOAD set, which decides what code runs",
                              "filled in from this machine: file ~/.ssh/id_rsa, HOME_TOKEN",
                              "named by /repo/.mcp.json",
                              "https://h.example/x",
                              "header X-Key, user name and password of the address",
                              "at https://evil.example",
                              "filled in from this machine: PLACE"}) {
        BOOST_TEST(shown.find(words) != std::string::npos, words << " in " << shown);
    }
    BOOST_TEST(shown.find("opensesame") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_memory_that_is_not_ours_is_not_believed) {
    const TemporaryFolder folder;
    const auto memory = folder.path() / "c.json";
    const auto remember = [&] {
        Console console;
        console.environment.in_is_terminal = console.environment.err_is_terminal = true;
        console.in.str("yes\n");
        Consent(console.environment, memory, false).allows(program("a"));
    };
    const auto believed = [&] {
        Console later;
        const bool yes = Consent(later.environment, memory, false).allows(program("a"));
        BOOST_TEST(yes == later.err.str().empty());
        return yes;
    };
    remember();
    BOOST_TEST(believed());
    const auto mode = std::filesystem::status(memory).permissions();
    BOOST_TEST((mode == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)));
    std::filesystem::permissions(memory, std::filesystem::perms(0666));
    BOOST_TEST(!believed());
    std::filesystem::permissions(memory, std::filesystem::perms(0620));
    BOOST_TEST(!believed());
    std::filesystem::permissions(memory, std::filesystem::perms(0600));
    std::filesystem::rename(memory, folder.path() / "elsewhere.json");
    std::filesystem::create_symlink(folder.path() / "elsewhere.json", memory);
    BOOST_TEST(!believed());
    std::filesystem::remove(memory);
    BOOST_REQUIRE_EQUAL(mkfifo(memory.c_str(), 0600), 0);
    BOOST_TEST(!believed());
}

BOOST_AUTO_TEST_CASE(without_a_place_of_ones_own_nothing_is_remembered) {
    Console console;
    console.environment.in_is_terminal = console.environment.err_is_terminal = true;
    console.in.str("yes\nyes\n");
    BOOST_TEST(Consent(console.environment, {}, false).allows(program("a")));
    Console later;
    BOOST_TEST(!Consent(later.environment, {}, false).allows(program("a")));
    BOOST_TEST(later.err.str().empty());
}

BOOST_AUTO_TEST_CASE(answers_are_asked_once_and_remembered_without_secrets) {
    const TemporaryFolder folder;
    const auto memory = folder.path() / "state" / "consent.json";
    {
        Console console;
        console.environment.in_is_terminal = console.environment.err_is_terminal = true;
        console.in.str("what\nyes\nnever\nno\nyes\n");
        Consent consent(console.environment, memory, false);
        BOOST_TEST(consent.allows(program("a")));
        BOOST_TEST(!consent.allows(program("b")));
        BOOST_TEST(!consent.allows(program("c")));
        BOOST_TEST(console.err.str().find("run-a --api-key [redacted]") != std::string::npos);
        BOOST_TEST(console.err.str().find("TOKEN") != std::string::npos);
        BOOST_TEST(console.err.str().find("opensesame") == std::string::npos);
        BOOST_TEST(console.err.str().find("filled in") == std::string::npos);
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

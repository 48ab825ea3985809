#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <algorithm>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "build_places.h"
#include "crawler/mcp/lister.h"
#include "crawler/process/temporary_directory.h"

using namespace mcprisk;
using namespace mcprisk::crawler;
using std::chrono::milliseconds;

namespace {

// Temporary directories of the lister are made below one of ours, to see that none stays.
struct OwnTemporaryDirectory {
    OwnTemporaryDirectory() : directory(TemporaryDirectory::make().value()) {
        if (const char* value = std::getenv("TMPDIR")) before = value;
        setenv("TMPDIR", directory.path().c_str(), 1);
    }
    ~OwnTemporaryDirectory() {
        if (before.empty()) {
            unsetenv("TMPDIR");
        } else {
            setenv("TMPDIR", before.c_str(), 1);
        }
    }
    [[nodiscard]] bool empty() const { return std::filesystem::is_empty(directory.path()); }

    TemporaryDirectory directory;
    std::string before;
};

StdioOptions quick_options() {
    StdioOptions options;
    options.sandbox = Sandbox::none;
    options.limits.start = milliseconds{5000};
    options.limits.request = milliseconds{5000};
    options.limits.total = milliseconds{20000};
    options.limits.grace = milliseconds{100};
    options.limits.debounce = milliseconds{10};
    return options;
}

// For servers that never answer.
StdioOptions impatient_options() {
    StdioOptions options = quick_options();
    options.limits.start = milliseconds{150};
    options.limits.request = milliseconds{150};
    return options;
}

Target fake(const std::string& mode, std::vector<std::string> more = {}) {
    StdioTarget how;
    how.argv = {MCPRISK_FAKE_STDIO_SERVER, mode};
    how.argv.insert(how.argv.end(), more.begin(), more.end());
    Target target;
    target.id = "fake";
    target.how = how;
    return target;
}

Listing list(const Target& target, const StdioOptions& options) {
    const OwnTemporaryDirectory temporary;
    Loop loop;
    std::optional<Listing> result;
    const auto lister = make_stdio_lister(
        loop, target, options, [&](Listing listing) { result = std::move(listing); });
    lister->start();
    BOOST_TEST(!result.has_value());
    loop.run_until([&] { return result.has_value(); });
    BOOST_REQUIRE(result.has_value());
    BOOST_TEST(temporary.empty());
    BOOST_TEST(result->document.server == "fake");
    BOOST_TEST(result->transport == "stdio");
    BOOST_TEST((result->outcome == Outcome::listed) == result->failure.empty());
    BOOST_TEST(result->failure.find('\n') == std::string::npos);
    return *result;
}

bool has_flag(const Listing& listing, const std::string& flag) {
    return std::find(listing.flags.begin(), listing.flags.end(), flag) != listing.flags.end();
}

bool says(const Listing& listing, const std::string& words) {
    return listing.failure.find(words) != std::string::npos;
}

bool has_tool(const Listing& listing, const std::string& name) {
    return std::any_of(listing.document.tools.begin(),
                       listing.document.tools.end(),
                       [&](const Tool& tool) { return tool.name == name; });
}

struct Listed {
    const char* mode;
    std::size_t tools;
    const char* flag;  // or empty
};
std::ostream& operator<<(std::ostream& out, const Listed& sample) { return out << sample.mode; }

const Listed kListed[] = {
    {"plain", 3, ""},
    {"pages", 5, ""},
    {"same-cursor", 2, "truncated"},
    {"ignores-cursor", 3, "repeated_page"},
    {"cursor-expires", 4, ""},
    {"dies-on-second-page", 2, "truncated"},
    {"many", 20000, "truncated"},
    {"big-line", 401, ""},
    {"changes", 5, ""},
    {"change-storm", 3, "list_unstable"},
    {"dies-when-relisting", 3, ""},
    {"flood-stderr", 3, ""},
    {"banners", 3, "stdout_noise"},
    {"prompt", 3, "stdout_noise"},
    {"bad-utf8", 1, "json_repaired"},
    {"pretty", 3, "multiline_json"},
    {"batch", 3, ""},
    {"slow-chunks", 3, ""},
    {"asks-first", 3, ""},
    {"roots-again-and-again", 3, "request_flood"},
    {"stray-answers", 3, "stray_messages"},
    {"string-ids", 3, "wrong_id_type"},
    {"modern", 2, ""},
    {"modern-exits-on-initialize", 2, ""},
    {"modern-asks", 2, "stray_messages"},
    {"other-version", 3, ""},
    {"odd-version", 3, "unknown_protocol_version"},
    {"no-tools-capability", 3, "tools_undeclared"},
    {"no-tools-at-all", 0, "tools_undeclared"},
    {"stubborn", 3, ""},
};

struct Failed {
    const char* mode;
    Outcome outcome;
    const char* words;
};
std::ostream& operator<<(std::ostream& out, const Failed& sample) { return out << sample.mode; }

const Failed kFailed[] = {
    {"exit-message",
     Outcome::exited,
     "exit code 1 before it answered initialize, saying \"Error: something broke\""},
    {"exit-zero", Outcome::exited, "exit code 0"},
    {"exit-silent",
     Outcome::exited,
     "exit code 7 before it answered initialize, without a word on stderr"},
    {"abort", Outcome::exited, "signal 6 (Aborted)"},
    {"missing-key", Outcome::needs_configuration, "set FAKE_API_KEY (--env FAKE_API_KEY=VALUE)"},
    {"missing-argument", Outcome::needs_configuration, "--api-key"},
    {"initialize-error", Outcome::server_error, "error -32603: back end is down"},
    {"dies-after-initialize",
     Outcome::exited,
     "exit code 3 before it answered tools/list, saying \"fatal: lost my mind\""},
    {"list-error", Outcome::server_error, "error -32603: cannot list without an account"},
    {"no-tools-list", Outcome::wrong_protocol, "no \"tools\" list"},
    {"closes-stdout",
     Outcome::exited,
     "closed its stdout before it answered initialize, saying \"I closed stdout\""},
    {"flood-stdout", Outcome::wrong_protocol, "more than 1048576 bytes that are not MCP"},
};

const Failed kTimedOut[] = {
    {"hang", Outcome::timed_out, "no answer to initialize within 0.15 s"},
    {"http-only", Outcome::timed_out, "Listening on http://localhost:3000"},
    {"hangs-on-list", Outcome::timed_out, "no answer to tools/list within 0.15 s"},
    {"deep", Outcome::wrong_protocol, "no answer to tools/list could be read"},
    {"null-id-error", Outcome::server_error, "error -32700: Parse error"},
    {"closes-stdin", Outcome::timed_out, "I closed stdin"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(stdio_lister)

BOOST_DATA_TEST_CASE(lists_whatever_else_the_server_does, kListed) {
    const Listing listing = list(fake(sample.mode), quick_options());
    BOOST_TEST(listing.failure == "");
    BOOST_TEST(listing.document.tools.size() == sample.tools);
    if (*sample.flag != '\0') BOOST_TEST(has_flag(listing, sample.flag));
    BOOST_TEST(has_flag(listing, "not_sandboxed"));
    BOOST_TEST(listing.bytes_received > 0);
}

BOOST_DATA_TEST_CASE(says_why_there_is_no_list, kFailed) {
    const Listing listing = list(fake(sample.mode), quick_options());
    BOOST_TEST(to_string(listing.outcome) == to_string(sample.outcome));
    BOOST_TEST(says(listing, sample.words), listing.failure);
    BOOST_TEST(says(listing, "fake_stdio_server"), listing.failure);
}

BOOST_DATA_TEST_CASE(does_not_wait_for_ever, kTimedOut) {
    const Listing listing = list(fake(sample.mode), impatient_options());
    BOOST_TEST(to_string(listing.outcome) == to_string(sample.outcome));
    BOOST_TEST(says(listing, sample.words), listing.failure);
}

BOOST_AUTO_TEST_CASE(keeps_what_the_server_told_of_itself) {
    const Listing listing = list(fake("plain"), quick_options());
    BOOST_TEST(listing.protocol_version == "2025-11-25");
    BOOST_TEST(listing.server_info_name == "fake");
    BOOST_TEST(listing.server_info_version == "1.2.3");
    BOOST_TEST(listing.document.instructions == "Be careful.");
    BOOST_TEST(listing.server_capabilities == R"({"tools":{"listChanged":true}})");
    BOOST_TEST(listing.declared_capabilities.find("sampling") != std::string::npos);
    BOOST_TEST(listing.pages == 1);
}

BOOST_AUTO_TEST_CASE(a_modern_list_has_its_own_facts) {
    const Listing listing = list(fake("modern"), quick_options());
    BOOST_TEST(listing.protocol_version == "2026-07-28");
    BOOST_TEST(listing.declared_capabilities == "{}");
    BOOST_TEST(listing.cache_scope == "public");
    BOOST_TEST((listing.ttl_ms == 1000));
    BOOST_TEST(listing.server_info_version == "2");
}

BOOST_AUTO_TEST_CASE(a_server_that_hangs_on_initialize_is_started_anew_for_the_modern_era) {
    const Listing listing = list(fake("modern-hangs-on-initialize"), impatient_options());
    BOOST_TEST(listing.failure == "");
    BOOST_TEST(listing.document.tools.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_forced_era_is_the_only_one_tried) {
    StdioOptions options = quick_options();
    options.era = Era::legacy;
    Listing listing = list(fake("modern"), options);
    BOOST_TEST(to_string(listing.outcome) == "server_error");
    BOOST_TEST(says(listing, "-32022"), listing.failure);
    options.era = Era::modern;
    listing = list(fake("modern"), options);
    BOOST_TEST(listing.document.tools.size() == 2U);
    listing = list(fake("plain"), options);
    BOOST_TEST(to_string(listing.outcome) == "wrong_protocol");
    BOOST_TEST(says(listing, "does not speak MCP 2026-07-28"), listing.failure);
}

BOOST_AUTO_TEST_CASE(a_line_over_the_limit_is_dropped_and_the_session_goes_on) {
    StdioOptions options = quick_options();
    options.limits.message_bytes = 1 << 20;
    const Listing listing = list(fake("five-megabyte-line"), options);
    BOOST_TEST(listing.failure == "");
    BOOST_TEST(listing.document.tools.size() == 3U);
    BOOST_TEST(has_flag(listing, "overlong_line"));
}

BOOST_AUTO_TEST_CASE(an_answer_over_the_limit_is_named) {
    StdioOptions options = impatient_options();
    options.limits.message_bytes = 1 << 20;
    const Listing listing = list(fake("big-line"), options);
    BOOST_TEST(to_string(listing.outcome) == "wrong_protocol");
    BOOST_TEST(says(listing, "a line of more than 1048576 bytes was dropped"), listing.failure);
}

BOOST_AUTO_TEST_CASE(more_bytes_than_allowed_end_the_session) {
    StdioOptions options = quick_options();
    options.limits.total_bytes = 100000;
    const Listing listing = list(fake("big-line"), options);
    BOOST_TEST(to_string(listing.outcome) == "wrong_protocol");
    BOOST_TEST(says(listing, "more than 100000 bytes"), listing.failure);
}

BOOST_AUTO_TEST_CASE(made_up_credentials_are_tried_when_asked_for) {
    StdioOptions options = quick_options();
    options.placeholder_credentials = true;
    const Listing listing = list(fake("missing-key"), options);
    BOOST_TEST(listing.failure == "");
    BOOST_TEST(listing.document.tools.size() == 3U);
    BOOST_TEST(listing.credential_class == "placeholder");
}

BOOST_AUTO_TEST_CASE(variables_without_value_keep_a_server_from_being_started) {
    Target target = fake("plain");
    target.unresolved = {"FAKE_TOKEN"};
    const Listing listing = list(target, quick_options());
    BOOST_TEST(to_string(listing.outcome) == "needs_configuration");
    BOOST_TEST(says(listing, "FAKE_TOKEN"), listing.failure);
}

BOOST_AUTO_TEST_CASE(a_secret_is_neither_in_the_message_nor_in_the_last_words) {
    Target target = fake("secret-in-stderr");
    std::get<StdioTarget>(target.how).env["FAKE_API_KEY"] = "hunter2-hunter2";
    const Listing listing = list(target, quick_options());
    BOOST_TEST(to_string(listing.outcome) == "exited");
    BOOST_TEST(says(listing, "cannot log in with [redacted]"), listing.failure);
    BOOST_TEST(listing.last_words.find("hunter2") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_secret_of_the_command_line_is_hidden_where_the_server_repeats_it) {
    const Listing listing =
        list(fake("repeats-arguments", {"--token=hunter2-hunter2", "--password", "correct-horse"}),
             quick_options());
    BOOST_TEST(to_string(listing.outcome) == "exited");
    BOOST_TEST(says(listing, "given [redacted] and [redacted]"), listing.failure);
    BOOST_TEST(listing.last_words.find("horse") == std::string::npos);
    BOOST_TEST(listing.origin.find("hunter2") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_program_that_is_not_there_is_named_with_what_to_do) {
    Target target = fake("plain");
    auto& argv = std::get<StdioTarget>(target.how).argv;
    argv = {"mcprisk-no-such-program"};
    Listing listing = list(target, quick_options());
    BOOST_TEST(to_string(listing.outcome) == "no_runtime");
    BOOST_TEST(says(listing, "no such command in PATH"), listing.failure);
    argv = {"/nowhere/server"};
    listing = list(target, quick_options());
    BOOST_TEST(to_string(listing.outcome) == "no_runtime");
    BOOST_TEST(says(listing, "No such file or directory"), listing.failure);
}

BOOST_AUTO_TEST_CASE(a_server_gets_a_short_environment_and_an_empty_directory) {
    setenv("MCPRISK_TEST_SECRET", "x", 1);
    Target target = fake("environment");
    std::get<StdioTarget>(target.how).env["GIVEN"] = "yes";
    const Listing listing = list(target, quick_options());
    BOOST_TEST(has_tool(listing, "env:GIVEN=yes"));
    BOOST_TEST(!has_tool(listing, "env:MCPRISK_TEST_SECRET=x"));
    BOOST_TEST(has_tool(listing, std::string("env:PATH=") + std::getenv("PATH")));
    BOOST_TEST(!has_tool(listing, "cwd:" + std::filesystem::current_path().string()));
}

BOOST_AUTO_TEST_CASE(a_named_directory_is_used_and_stays) {
    const TemporaryDirectory directory = TemporaryDirectory::make().value();
    Target target = fake("environment");
    std::get<StdioTarget>(target.how).working_directory = directory.path();
    const Listing listing = list(target, quick_options());
    BOOST_TEST(has_tool(listing, "cwd:" + directory.path()));
    BOOST_TEST(std::filesystem::exists(directory.path()));
}

BOOST_AUTO_TEST_CASE(nothing_of_the_process_group_survives) {
    const TemporaryDirectory directory = TemporaryDirectory::make().value();
    const std::string file = directory.path() + "/pids";
    const Listing listing = list(fake("grandchild", {file}), quick_options());
    BOOST_TEST(listing.document.tools.size() == 3U);
    std::ifstream in(file);
    pid_t child = 0;
    pid_t grandchild = 0;
    BOOST_REQUIRE(in >> child >> grandchild);
    BOOST_TEST(kill(child, 0) != 0);
    // Killed, though it may take a moment to be gone.
    const auto fd = static_cast<int>(syscall(SYS_pidfd_open, grandchild, 0));
    if (fd >= 0) {
        pollfd end{.fd = fd, .events = POLLIN, .revents = 0};
        BOOST_TEST(poll(&end, 1, 5000) == 1);
        close(fd);
    }
}

BOOST_AUTO_TEST_CASE(an_abandoned_lister_leaves_nothing) {
    const OwnTemporaryDirectory temporary;
    const std::string file = temporary.directory.path() + "/pids";
    Loop loop;
    const StdioOptions options = quick_options();
    bool called = false;
    auto lister = make_stdio_lister(
        loop, fake("grandchild", {file}), options, [&](Listing) { called = true; });
    lister->start();
    pid_t child = 0;
    loop.run_until([&] { return static_cast<bool>(std::ifstream(file) >> child); });
    lister.reset();
    BOOST_TEST(!called);
    BOOST_TEST(kill(child, 0) != 0);
    std::filesystem::remove(file);
    BOOST_TEST(temporary.empty());
}

BOOST_AUTO_TEST_SUITE_END()

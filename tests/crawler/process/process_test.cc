#include "crawler/process/process.h"

#include <sys/resource.h>
#include <unistd.h>
#include <boost/test/unit_test.hpp>
#include <csignal>

#include "build_places.h"
#include "crawler/process/command.h"
#include "crawler/process/program.h"

using namespace mcprisk;
using namespace mcprisk::crawler;
using std::chrono::milliseconds;

namespace {

ProcessSpec fake(const std::string& mode) {
    ProcessSpec spec;
    spec.argv = {MCPRISK_FAKE_STDIO_SERVER, mode};
    spec.environment = {{"PATH", "/usr/bin:/bin"}};
    spec.working_directory = "/";
    return spec;
}

ProcessSpec shell(const std::string& script) {
    ProcessSpec spec = fake("");
    spec.argv = {"/bin/sh", "-c", script};
    return spec;
}

struct Run {
    std::string output;
    std::optional<ExitStatus> status;

    Process::Events events() {
        return {.output = [this](std::string_view text) { output += text; },
                .exited = [this](ExitStatus ended) { status = ended; }};
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(process)

BOOST_AUTO_TEST_CASE(output_end_and_last_words_are_told) {
    Loop loop;
    Run run;
    auto process =
        Process::spawn(loop, shell("echo out; echo problem >&2; exit 3"), run.events()).value();
    loop.run_until([&] { return run.status.has_value(); });
    BOOST_TEST(run.output == "out\n");
    BOOST_TEST((run.status->code == 3));
    BOOST_TEST(process->last_words() == "problem\n");
    BOOST_TEST(describe(*run.status) == "exit code 3");
}

BOOST_AUTO_TEST_CASE(a_signal_is_not_an_exit_code) {
    Loop loop;
    Run run;
    auto process = Process::spawn(loop, shell("kill -SEGV $$"), run.events()).value();
    loop.run_until([&] { return run.status.has_value(); });
    BOOST_TEST(!run.status->code.has_value());
    BOOST_TEST((run.status->signal == SIGSEGV));
    BOOST_TEST(describe(*run.status) == "signal 11 (Segmentation fault)");
}

BOOST_AUTO_TEST_CASE(a_program_that_is_not_there_is_an_error_and_not_an_exit) {
    Loop loop;
    ProcessSpec spec = fake("");
    spec.argv = {"/nowhere/program"};
    const auto process = Process::spawn(loop, spec, {});
    BOOST_REQUIRE(!process.has_value());
    BOOST_TEST((process.error().code == ErrorCode::not_found));
    BOOST_TEST(process.error().message == "starting /nowhere/program: No such file or directory");
}

BOOST_AUTO_TEST_CASE(input_larger_than_a_pipe_comes_back_whole) {
    Loop loop;
    Run run;
    auto process = Process::spawn(loop, fake("echo"), run.events()).value();
    std::string text;
    for (int i = 0; i < 20000; ++i) text += "line " + std::to_string(i) + " of many\n";
    process->write(text);
    process->end(milliseconds{10000});
    loop.run_until([&] { return run.status.has_value(); });
    BOOST_TEST(run.output.size() == text.size());
    BOOST_TEST((run.output == text));
    BOOST_TEST((run.status->code == 0));
}

BOOST_AUTO_TEST_CASE(writing_to_a_child_that_never_reads_or_is_gone_harms_nobody) {
    Loop loop;
    Run run;
    auto process = Process::spawn(loop, fake("closes-stdin"), run.events()).value();
    const std::string text(1 << 20, 'x');
    // SIGPIPE has its default action here, so a raised one would end this program.
    loop.run_until([&] { return !process->last_words().empty(); });
    process->write(text);
    process->write(text);
    process->end(milliseconds{1});
    loop.run_until([&] { return run.status.has_value(); });
    BOOST_TEST((run.status->signal == SIGTERM));
    Run deaf;
    process = Process::spawn(loop, fake("never-reads"), deaf.events()).value();
    process->write(text);
    process->end(milliseconds{1});
    loop.run_until([&] { return deaf.status.has_value(); });
    BOOST_TEST((deaf.status->signal == SIGTERM));
}

BOOST_AUTO_TEST_CASE(first_stdin_closes_then_sigterm_then_sigkill) {
    Loop loop;
    Run polite;
    auto process = Process::spawn(loop, fake("on-term"), polite.events()).value();
    loop.run_until([&] { return polite.output == "up\n"; });
    process->end(milliseconds{200});  // time enough for a busy machine
    loop.run_until([&] { return polite.status.has_value(); });
    BOOST_TEST((polite.status->code == 42));
    Run stubborn;
    process =
        Process::spawn(
            loop, shell("trap '' TERM; echo up; while :; do sleep 1; done"), stubborn.events())
            .value();
    loop.run_until([&] { return stubborn.output == "up\n"; });
    process->end(milliseconds{5});
    loop.run_until([&] { return stubborn.status.has_value(); });
    BOOST_TEST((stubborn.status->signal == SIGKILL));
}

BOOST_AUTO_TEST_CASE(the_child_leads_a_session_and_has_limits) {
    Loop loop;
    Run run;
    ProcessSpec spec = shell("read x; ulimit -c; ulimit -n; ls /proc/self/fd | wc -l");
    spec.limits.open_files = 64;
    auto process = Process::spawn(loop, spec, run.events()).value();
    BOOST_TEST(getsid(process->pid()) == process->pid());
    process->write("go\n");
    loop.run_until([&] { return run.status.has_value(); });
    // 0, 1, 2 and the directory that ls reads.
    BOOST_TEST(run.output == "0\n64\n4\n");
}

BOOST_AUTO_TEST_CASE(destroying_kills_and_reaps) {
    Loop loop;
    pid_t pid = 0;
    {
        auto process = Process::spawn(loop, fake("stubborn"), {}).value();
        pid = process->pid();
        BOOST_TEST(kill(pid, 0) == 0);
    }
    BOOST_TEST(kill(pid, 0) != 0);
}

BOOST_AUTO_TEST_CASE(a_grandchild_that_keeps_stdout_open_does_not_hold_up_the_end) {
    Loop loop;
    Run run;
    auto process = Process::spawn(loop, shell("sleep 1000 & echo done"), run.events()).value();
    loop.run_until([&] { return run.status.has_value(); });
    BOOST_TEST(run.output == "done\n");
    BOOST_TEST((run.status->code == 0));
}

BOOST_AUTO_TEST_CASE(a_command_is_run_to_its_end_or_its_time_limit) {
    Loop loop;
    std::optional<CommandResult> result;
    const auto keep = [&](CommandResult ended) { result = std::move(ended); };
    auto command = Command::run(loop, shell("cat; echo hi"), milliseconds{10000}, keep).value();
    loop.run_until([&] { return result.has_value(); });
    BOOST_TEST(result->ok());
    BOOST_TEST(result->output == "hi\n");
    result.reset();
    command = Command::run(loop, fake("hang"), milliseconds{5}, keep).value();
    loop.run_until([&] { return result.has_value(); });
    BOOST_TEST(result->timed_out);
    BOOST_TEST(!result->ok());
}

BOOST_AUTO_TEST_CASE(programs_are_found_as_a_shell_would_but_never_in_the_current_directory) {
    BOOST_TEST(find_program("sh", "/nowhere:/bin").value() == "/bin/sh");
    BOOST_TEST(!find_program("sh", "").has_value());
    BOOST_TEST(!find_program("sh", ".:bin").has_value());
    const auto missing = find_program("npx", "/nowhere");
    BOOST_REQUIRE(!missing.has_value());
    BOOST_TEST(missing.error().message ==
               "starting npx: no such command in PATH; install Node.js (package npm)");
    const auto refused = find_program("/etc/passwd", "");
    BOOST_REQUIRE(!refused.has_value());
    BOOST_TEST((refused.error().code == ErrorCode::io));
}

BOOST_AUTO_TEST_SUITE_END()

#include <sys/ioctl.h>
#include <unistd.h>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include "cli/app.h"
#include "cli/browser.h"
#include "crawler/start/companion.h"

namespace {

std::size_t terminal_columns() {
    winsize size{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return 120;
}

volatile std::sig_atomic_t interrupts = 0;

// The first Ctrl-C ends the scan in order: what is listed is kept and printed. The second ends us.
void note_interrupt(int signal) {
    interrupts = interrupts + 1;
    if (interrupts > 1) {
        std::signal(signal, SIG_DFL);
        std::raise(signal);
    }
}

}  // namespace

int main(int argc, char** argv) {
    // A server or a reader (`mcprisk query | head`) that goes away is a failed write, not our end.
    std::signal(SIGPIPE, SIG_IGN);
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (!arguments.empty() && arguments.front() == mcprisk::crawler::kCompanionWord) {
        return mcprisk::crawler::run_companion(std::span(arguments).subspan(1));
    }
    std::ios::sync_with_stdio(false);
    mcprisk::cli::Environment environment{std::cin, std::cout, std::cerr};
    environment.in_is_terminal = isatty(STDIN_FILENO) == 1;
    environment.out_is_terminal = isatty(STDOUT_FILENO) == 1;
    environment.err_is_terminal = isatty(STDERR_FILENO) == 1;
    environment.columns = terminal_columns();
    environment.directory = std::filesystem::current_path();
    environment.variable = [](std::string_view name) -> std::optional<std::string> {
        const char* value = std::getenv(std::string(name).c_str());
        if (value == nullptr) return std::nullopt;
        return value;
    };
    environment.now = [] {
        return std::chrono::duration_cast<std::chrono::seconds>(
                   std::chrono::system_clock::now().time_since_epoch())
            .count();
    };
    environment.interrupted = [] { return interrupts > 0; };
    environment.watch_interrupts = [] {
        for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, note_interrupt);
    };
    environment.open_browser = mcprisk::cli::open_in_browser;
    std::error_code unknown;
    environment.program = std::filesystem::read_symlink("/proc/self/exe", unknown).string();
    return mcprisk::cli::run(arguments, environment);
}

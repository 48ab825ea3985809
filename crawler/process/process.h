// A child process whose pipes and end are events of a Loop.
#pragma once

#include <sys/types.h>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/net/loop.h"
#include "model/base/result.h"

namespace mcprisk::crawler {

// How a process ended: one of the two is set.
struct ExitStatus {
    std::optional<int> code;
    std::optional<int> signal;
};

// "exit code 1", "signal 11 (Segmentation fault)".
std::string describe(const ExitStatus& status);

// setrlimit(2) values, applied right after the start; what the child starts later inherits them,
// each process for itself. No bound on address space: runtimes with a garbage collector reserve far
// more than they use, hence the one on data.
struct ProcessLimits {
    std::uint64_t data_bytes = std::uint64_t{4} << 30;  // private writable memory
    std::uint64_t cpu_seconds = 300;
    std::uint64_t open_files = 4096;
    std::uint64_t file_bytes = std::uint64_t{1} << 30;  // the largest file it may write
};

struct ProcessSpec {
    std::vector<std::string> argv;  // argv[0] is the path of a program, not looked up
    std::map<std::string, std::string> environment;  // all of it: nothing is inherited
    std::string working_directory;                   // must exist
    // Contents that the child finds open for reading, as descriptors 3, 4 …: what is to be no
    // argument, since arguments are shown to everybody on the machine.
    std::vector<std::string> handed;
    ProcessLimits limits;
    std::size_t last_words_bytes = 4096;  // kept from the end of stderr
};

// Owns the child, its session (and with it its process group) and its pipes. Not thread-safe: all
// calls and callbacks belong to the thread that runs the loop.
class Process {
  public:
    struct Events {
        // What it wrote to stdout, as it comes.
        std::function<void(std::string_view)> output;
        // Once, when stdout is at its end though the process has not ended. May be empty.
        std::function<void()> closed;
        // Once, when it has ended and been reaped, all output was delivered and what it left behind
        // in its process group was killed. May destroy the Process.
        std::function<void(ExitStatus)> exited;
    };

    // Starts without a shell. Fails with ErrorCode::not_found if there is no such program,
    // ErrorCode::io for everything else the system refuses.
    static Result<std::unique_ptr<Process>> spawn(Loop& loop,
                                                  const ProcessSpec& spec,
                                                  Events events);

    // Kills the group with SIGKILL and reaps, unless it has ended. No callback comes any more.
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    // Buffered; written when the pipe takes it. After end(), or when the child closed its stdin,
    // the text is dropped.
    void write(std::string_view text);

    // Closes stdin once what was written is through, and waits for nothing.
    void end_input();

    // Closes stdin; after `grace` SIGTERM, after another `grace` SIGKILL, both to the group.
    // `exited` follows. Calling it again changes nothing.
    void end(std::chrono::milliseconds grace);

    // SIGKILL to the group now. `exited` follows.
    void kill_now();

    [[nodiscard]] pid_t pid() const { return pid_; }
    // The end of stderr so far: bytes of a stranger.
    [[nodiscard]] const std::string& last_words() const { return last_words_; }

  private:
    Process(Loop& loop, Events events, std::size_t last_words_bytes)
        : loop_(loop), events_(std::move(events)), last_words_bytes_(last_words_bytes) {}

    void flush_input();
    void close_input();
    bool read_output();  // false at the end, or when nothing is there
    bool read_errors();
    void on_exit();
    void signal_group(int signal) const;
    void release(int& fd);

    Loop& loop_;
    Events events_;
    pid_t pid_ = -1;
    int pid_fd_ = -1;
    int input_ = -1;
    int output_ = -1;
    int errors_ = -1;
    std::string pending_;
    std::size_t written_ = 0;  // of pending_
    bool closing_ = false;
    bool ending_ = false;
    TimerId timer_ = 0;
    std::size_t last_words_bytes_;
    std::string last_words_;
    // Lets a callback that destroys this object be noticed.
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace mcprisk::crawler

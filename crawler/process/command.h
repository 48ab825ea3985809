// Running a program to its end and looking at what it said.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "crawler/net/loop.h"
#include "crawler/process/process.h"
#include "model/base/result.h"

namespace mcprisk::crawler {

struct CommandResult {
    ExitStatus status;
    bool timed_out = false;
    std::string output;      // stdout, at most a megabyte; more is dropped
    std::string last_words;  // of stderr

    [[nodiscard]] bool ok() const { return !timed_out && status.code == 0; }
};

// Destroying it kills the program; `done` is then not called.
class Command {
  public:
    // Fails like Process::spawn, or calls `done` once, from the loop; `done` may destroy the
    // Command. After `longest` the program is killed.
    static Result<std::unique_ptr<Command>> run(Loop& loop,
                                                const ProcessSpec& spec,
                                                std::chrono::milliseconds longest,
                                                std::function<void(CommandResult)> done);
    ~Command();
    Command(const Command&) = delete;
    Command& operator=(const Command&) = delete;

  private:
    Command(Loop& loop, std::function<void(CommandResult)> done)
        : loop_(loop), done_(std::move(done)) {}

    Loop& loop_;
    std::function<void(CommandResult)> done_;
    CommandResult result_;
    TimerId timer_ = 0;
    std::unique_ptr<Process> process_;
};

}  // namespace mcprisk::crawler

#include "crawler/process/command.h"

#include <utility>

namespace mcprisk::crawler {

Result<std::unique_ptr<Command>> Command::run(Loop& loop,
                                              const ProcessSpec& spec,
                                              std::chrono::milliseconds longest,
                                              std::function<void(CommandResult)> done) {
    constexpr std::size_t kLongestOutput = std::size_t{1} << 20;
    auto command = std::unique_ptr<Command>(new Command(loop, std::move(done)));
    Command* self = command.get();
    auto process = Process::spawn(loop,
                                  spec,
                                  {.output =
                                       [self](std::string_view chunk) {
                                           const std::size_t room =
                                               kLongestOutput - self->result_.output.size();
                                           self->result_.output.append(chunk.substr(0, room));
                                       },
                                   .exited =
                                       [self](ExitStatus status) {
                                           self->loop_.cancel(self->timer_);
                                           self->result_.status = status;
                                           self->result_.last_words = self->process_->last_words();
                                           const auto finished = std::move(self->done_);
                                           CommandResult result = std::move(self->result_);
                                           finished(std::move(result));
                                       }});
    if (!process) return fail(process.error());
    command->process_ = std::move(*process);
    command->process_->end_input();
    command->timer_ = loop.after(longest, [self] {
        self->result_.timed_out = true;
        self->process_->kill_now();
    });
    return command;
}

Command::~Command() { loop_.cancel(timer_); }

}  // namespace mcprisk::crawler

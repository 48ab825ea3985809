#include "crawler/process/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <system_error>
#include <utility>

namespace mcprisk::crawler {
namespace {

// One descriptor, closed unless handed on.
class Descriptor {
  public:
    explicit Descriptor(int fd = -1) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Descriptor() {
        if (fd_ >= 0) close(fd_);
    }
    [[nodiscard]] int get() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }

  private:
    int fd_;
};

struct Pipe {
    Descriptor read_end;
    Descriptor write_end;
};

// The child's copies are made with dup2 onto 0, 1 and 2, so no end may be one of these.
Descriptor above_stdio(int fd) {
    if (fd > STDERR_FILENO) return Descriptor(fd);
    Descriptor low(fd);
    return Descriptor(fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
}

std::optional<Pipe> make_pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
    Pipe pipe{above_stdio(ends[0]), above_stdio(ends[1])};
    if (pipe.read_end.get() < 0 || pipe.write_end.get() < 0) return std::nullopt;
    return pipe;
}

// A file in memory with this content, read from its beginning. Numbers from `lowest` on only, so
// that dup2 onto a number below hits none that is still needed.
Descriptor memory_file(std::string_view content, int lowest) {
    const Descriptor made(memfd_create("mcprisk", MFD_CLOEXEC));
    if (made.get() < 0) return Descriptor();
    while (!content.empty()) {
        const ssize_t n = ::write(made.get(), content.data(), content.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return Descriptor();
        content.remove_prefix(static_cast<std::size_t>(n));
    }
    if (lseek(made.get(), 0, SEEK_SET) != 0) return Descriptor();
    return Descriptor(fcntl(made.get(), F_DUPFD_CLOEXEC, lowest));
}

bool set_non_blocking(const Descriptor& fd) {
    const int flags = fcntl(fd.get(), F_GETFL);
    return flags >= 0 && fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK) == 0;
}

std::string reason(int error) { return std::generic_category().message(error); }

// posix_spawn's two C objects.
class SpawnSetup {
  public:
    SpawnSetup() {
        posix_spawn_file_actions_init(&actions);
        posix_spawnattr_init(&attributes);
    }
    ~SpawnSetup() {
        posix_spawn_file_actions_destroy(&actions);
        posix_spawnattr_destroy(&attributes);
    }
    SpawnSetup(const SpawnSetup&) = delete;
    SpawnSetup& operator=(const SpawnSetup&) = delete;

    posix_spawn_file_actions_t actions{};
    posix_spawnattr_t attributes{};
};

// The child shall see none of what this program does with signals.
void reset_signals(posix_spawnattr_t& attributes) {
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    sigset_t all;
    sigfillset(&all);
    sigdelset(&all, SIGKILL);
    sigdelset(&all, SIGSTOP);
    posix_spawnattr_setsigdefault(&attributes, &all);
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> result;
    result.reserve(strings.size() + 1);
    for (std::string& text : strings) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

void lower_limit(pid_t pid, __rlimit_resource which, std::uint64_t value) {
    rlimit old{};
    if (prlimit(pid, which, nullptr, &old) != 0) return;
    const rlim_t bounded = std::min<rlim_t>(value, old.rlim_max);
    const rlimit wanted{bounded, bounded};
    prlimit(pid, which, &wanted, nullptr);
}

// write(2) that answers EPIPE instead of raising SIGPIPE, whatever the program does with that
// signal: it is held back for this thread, and taken away if the write raised it.
ssize_t write_quietly(int fd, std::string_view text) {
    sigset_t pipe_signal;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    sigset_t pending;
    sigemptyset(&pending);
    sigpending(&pending);
    const bool was_pending = sigismember(&pending, SIGPIPE) == 1;
    sigset_t before;
    pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
    const ssize_t n = ::write(fd, text.data(), text.size());
    const int error = errno;
    if (n < 0 && error == EPIPE && !was_pending) {
        const timespec at_once{};
        while (sigtimedwait(&pipe_signal, nullptr, &at_once) < 0 && errno == EINTR) {
        }
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = error;
    return n;
}

constexpr std::size_t kChunk = std::size_t{64} * 1024;  // what a pipe holds

// Bytes read, 0 at the end, -1 when nothing is there yet.
ssize_t read_chunk(int fd, std::array<char, kChunk>& buffer) {
    for (;;) {
        const ssize_t n = ::read(fd, buffer.data(), buffer.size());
        if (n >= 0) return n;
        if (errno == EINTR) continue;
        return errno == EAGAIN || errno == EWOULDBLOCK ? -1 : 0;
    }
}

}  // namespace

std::string describe(const ExitStatus& status) {
    if (status.code) return fmt::format("exit code {}", *status.code);
    if (status.signal) {
        const char* name = sigdescr_np(*status.signal);
        return fmt::format("signal {} ({})", *status.signal, name == nullptr ? "unknown" : name);
    }
    return "an unknown status";
}

Result<std::unique_ptr<Process>> Process::spawn(Loop& loop,
                                                const ProcessSpec& spec,
                                                Events events) {
    auto in = make_pipe();
    auto out = make_pipe();
    auto err = make_pipe();
    if (!in || !out || !err || !set_non_blocking(in->write_end) ||
        !set_non_blocking(out->read_end) || !set_non_blocking(err->read_end)) {
        return fail(ErrorCode::io,
                    fmt::format("making pipes for {}: {}", spec.argv.at(0), reason(errno)));
    }
    SpawnSetup setup;
    posix_spawn_file_actions_adddup2(&setup.actions, in->read_end.get(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&setup.actions, out->write_end.get(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&setup.actions, err->write_end.get(), STDERR_FILENO);
    constexpr int kFirstHanded = STDERR_FILENO + 1;
    const int after_handed = kFirstHanded + static_cast<int>(spec.handed.size());
    std::vector<Descriptor> handed;
    for (const std::string& content : spec.handed) {
        handed.push_back(memory_file(content, after_handed));
        if (handed.back().get() < 0) {
            return fail(
                ErrorCode::io,
                fmt::format("preparing the start of {}: {}", spec.argv.at(0), reason(errno)));
        }
        posix_spawn_file_actions_adddup2(&setup.actions,
                                         handed.back().get(),
                                         kFirstHanded + static_cast<int>(handed.size()) - 1);
    }
    posix_spawn_file_actions_addclosefrom_np(&setup.actions, after_handed);
    posix_spawn_file_actions_addchdir_np(&setup.actions, spec.working_directory.c_str());
    reset_signals(setup.attributes);
    posix_spawnattr_setflags(&setup.attributes,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

    std::vector<std::string> argv = spec.argv;
    std::vector<std::string> environment;
    environment.reserve(spec.environment.size());
    for (const auto& [name, value] : spec.environment) environment.push_back(name + "=" + value);
    auto process =
        std::unique_ptr<Process>(new Process(loop, std::move(events), spec.last_words_bytes));
    const int error = posix_spawn(&process->pid_,
                                  spec.argv.at(0).c_str(),
                                  &setup.actions,
                                  &setup.attributes,
                                  pointers(argv).data(),
                                  pointers(environment).data());
    if (error != 0) {
        process->pid_ = -1;
        return fail(error == ENOENT ? ErrorCode::not_found : ErrorCode::io,
                    fmt::format("starting {}: {}", spec.argv.at(0), reason(error)));
    }
    const pid_t pid = process->pid_;
    lower_limit(pid, RLIMIT_CORE, 0);
    lower_limit(pid, RLIMIT_DATA, spec.limits.data_bytes);
    lower_limit(pid, RLIMIT_CPU, spec.limits.cpu_seconds);
    lower_limit(pid, RLIMIT_NOFILE, spec.limits.open_files);
    lower_limit(pid, RLIMIT_FSIZE, spec.limits.file_bytes);
    process->input_ = in->write_end.release();
    process->output_ = out->read_end.release();
    process->errors_ = err->read_end.release();
    // The header of glibc 2.36 lacks the C linkage that C++ needs.
    process->pid_fd_ = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
    if (process->pid_fd_ < 0) {
        return fail(ErrorCode::io,
                    fmt::format("watching the end of {}: {}", spec.argv.at(0), reason(errno)));
    }
    Process* self = process.get();
    loop.watch(self->output_, Interest::read, [self](Ready) { self->read_output(); });
    loop.watch(self->errors_, Interest::read, [self](Ready) { self->read_errors(); });
    loop.watch(self->pid_fd_, Interest::read, [self](Ready) { self->on_exit(); });
    return process;
}

Process::~Process() {
    *alive_ = false;
    loop_.cancel(timer_);
    if (pid_ > 0) {
        signal_group(SIGKILL);
        while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
        }
    }
    release(input_);
    release(output_);
    release(errors_);
    release(pid_fd_);
}

void Process::release(int& fd) {
    if (fd < 0) return;
    loop_.unwatch(fd);
    close(fd);
    fd = -1;
}

void Process::signal_group(int signal) const {
    // The leader is not reaped yet, so neither number can have been given to somebody else.
    if (pid_ > 0) ::kill(-pid_, signal);
}

void Process::write(std::string_view text) {
    if (input_ < 0 || closing_) return;
    pending_.append(text);
    flush_input();
}

void Process::flush_input() {
    while (input_ >= 0 && written_ < pending_.size()) {
        const ssize_t n = write_quietly(input_, std::string_view(pending_).substr(written_));
        if (n > 0) {
            written_ += static_cast<std::size_t>(n);
        } else if (n < 0 && errno == EINTR) {
            continue;
        } else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            loop_.watch(input_, Interest::write, [this](Ready) { flush_input(); });
            return;
        } else {
            // Nobody reads any more. Why will be told by its output or its end.
            close_input();
            return;
        }
    }
    pending_.clear();
    written_ = 0;
    if (closing_) {
        close_input();
    } else if (input_ >= 0) {
        loop_.unwatch(input_);
    }
}

void Process::close_input() {
    pending_.clear();
    written_ = 0;
    release(input_);
}

bool Process::read_output() {
    std::array<char, kChunk> buffer;
    const ssize_t n = read_chunk(output_, buffer);
    if (n > 0) {
        // A copy of the function, since it may destroy this object.
        const auto output = events_.output;
        if (output) output({buffer.data(), static_cast<std::size_t>(n)});
        return true;
    }
    if (n == 0) {
        release(output_);
        if (pid_ > 0 && events_.closed) events_.closed();
    }
    return false;
}

bool Process::read_errors() {
    std::array<char, kChunk> buffer;
    const ssize_t n = read_chunk(errors_, buffer);
    if (n > 0) {
        last_words_.append(buffer.data(), static_cast<std::size_t>(n));
        if (last_words_.size() > last_words_bytes_) {
            last_words_.erase(0, last_words_.size() - last_words_bytes_);
        }
        return true;
    }
    if (n == 0) release(errors_);
    return false;
}

void Process::end_input() {
    closing_ = true;
    flush_input();
}

void Process::end(std::chrono::milliseconds grace) {
    if (std::exchange(ending_, true)) return;
    end_input();
    timer_ = loop_.after(grace, [this, grace] {
        signal_group(SIGTERM);
        timer_ = loop_.after(grace, [this] { kill_now(); });
    });
}

void Process::kill_now() {
    ending_ = true;
    loop_.cancel(timer_);
    signal_group(SIGKILL);
}

void Process::on_exit() {
    signal_group(SIGKILL);  // what it left behind, while its number is still ours
    siginfo_t info{};
    if (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG) != 0 || info.si_pid == 0) {
        return;
    }
    pid_ = -1;
    release(pid_fd_);
    loop_.cancel(timer_);
    // A grandchild in a session of its own can keep the pipe open, so not until the end but until
    // nothing is there.
    const std::shared_ptr<bool> alive = alive_;
    constexpr int kChunksAtMost = 1024;
    for (int i = 0; i < kChunksAtMost && errors_ >= 0 && read_errors(); ++i) {
    }
    for (int i = 0; i < kChunksAtMost && output_ >= 0 && read_output(); ++i) {
        if (!*alive) return;
    }
    release(output_);
    release(errors_);
    release(input_);
    ExitStatus status;
    if (info.si_code == CLD_EXITED) {
        status.code = info.si_status;
    } else {
        status.signal = info.si_status;
    }
    const auto exited = std::move(events_.exited);
    if (exited) exited(status);
}

}  // namespace mcprisk::crawler

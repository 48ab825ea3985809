// One event loop for pipes, sockets and timers: epoll behind a small type.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

namespace mcprisk::crawler {

enum class Interest : std::uint8_t { none = 0, read = 1, write = 2, both = 3 };

// What is ready. A hang-up or error is reported as readable and writable: the next call on the
// descriptor tells what it is.
struct Ready {
    bool read = false;
    bool write = false;
};

using TimerId = std::uint64_t;  // 0 is never given out

// Runs callbacks in the thread that calls run_*; not thread-safe. Callbacks may add and remove
// watches and timers, their own included; whatever is removed is not called any more. The loop does
// not own descriptors.
class Loop {
  public:
    using Clock = std::chrono::steady_clock;

    Loop();  // throws std::system_error if the kernel gives no epoll descriptor
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    // Starts watching `fd`, or replaces its interest and callback.
    void watch(int fd, Interest interest, std::function<void(Ready)> callback);
    void change(int fd, Interest interest);  // keeps the callback
    void unwatch(int fd);  // before the descriptor is closed; unknown ones are fine

    TimerId after(std::chrono::milliseconds delay, std::function<void()> callback);
    void cancel(TimerId id);                    // unknown and fired ones are fine
    void post(std::function<void()> callback);  // after the current callbacks, before waiting

    // Waits for at most `longest` and runs what is due.
    void run_once(std::chrono::milliseconds longest = std::chrono::milliseconds{1000});
    // Until `done` says so or nothing is left to wait for.
    void run_until(const std::function<bool()>& done);

  private:
    struct Watch {
        Interest interest = Interest::none;
        std::shared_ptr<std::function<void(Ready)>> callback;
        std::uint64_t generation = 0;
    };
    using Due = std::pair<Clock::time_point, TimerId>;

    int wait_milliseconds(std::chrono::milliseconds longest) const;
    void run_posted();
    void run_timers();

    int epoll_ = -1;
    std::unordered_map<int, Watch> watches_;
    std::map<Due, std::function<void()>> timers_;
    std::unordered_map<TimerId, Clock::time_point> due_;
    std::vector<std::function<void()>> posted_;
    std::uint64_t next_id_ = 0;
};

}  // namespace mcprisk::crawler

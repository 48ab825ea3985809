#include "crawler/net/loop.h"

#include <sys/epoll.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace mcprisk::crawler {
namespace {

std::uint32_t epoll_events(Interest interest) {
    const auto bits = static_cast<unsigned>(interest);
    return ((bits & 1U) != 0 ? EPOLLIN : 0U) | ((bits & 2U) != 0 ? EPOLLOUT : 0U);
}

}  // namespace

Loop::Loop() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_ < 0) {
        throw std::system_error(errno, std::generic_category(), "creating an epoll descriptor");
    }
}

Loop::~Loop() { close(epoll_); }

void Loop::watch(int fd, Interest interest, std::function<void(Ready)> callback) {
    Watch& watch = watches_[fd];
    const bool known = watch.callback != nullptr;
    watch.interest = interest;
    watch.callback = std::make_shared<std::function<void(Ready)>>(std::move(callback));
    watch.generation = ++next_id_;
    epoll_event event{};
    event.events = epoll_events(interest);
    event.data.fd = fd;
    // A descriptor that was closed and given out again is no longer in the epoll set.
    if (known && epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event) == 0) return;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) {
        const int error = errno;
        watches_.erase(fd);
        throw std::system_error(error, std::generic_category(), "watching a descriptor");
    }
}

void Loop::change(int fd, Interest interest) {
    const auto found = watches_.find(fd);
    if (found == watches_.end() || found->second.interest == interest) return;
    found->second.interest = interest;
    epoll_event event{};
    event.events = epoll_events(interest);
    event.data.fd = fd;
    epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event);
}

void Loop::unwatch(int fd) {
    if (watches_.erase(fd) > 0) epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
}

TimerId Loop::after(std::chrono::milliseconds delay, std::function<void()> callback) {
    const TimerId id = ++next_id_;
    const Clock::time_point when = Clock::now() + delay;
    timers_.emplace(Due{when, id}, std::move(callback));
    due_.emplace(id, when);
    return id;
}

void Loop::cancel(TimerId id) {
    const auto found = due_.find(id);
    if (found == due_.end()) return;
    timers_.erase(Due{found->second, id});
    due_.erase(found);
}

void Loop::post(std::function<void()> callback) { posted_.push_back(std::move(callback)); }

int Loop::wait_milliseconds(std::chrono::milliseconds longest) const {
    if (!posted_.empty()) return 0;
    if (timers_.empty()) return static_cast<int>(longest.count());
    const auto until = timers_.begin()->first.first - Clock::now();
    const auto rounded = std::chrono::ceil<std::chrono::milliseconds>(until);
    return static_cast<int>(std::clamp(rounded, std::chrono::milliseconds{0}, longest).count());
}

void Loop::run_posted() {
    std::vector<std::function<void()>> now;
    now.swap(posted_);
    for (const auto& callback : now) callback();
}

void Loop::run_timers() {
    // Only what was due on entry, so that a timer that sets itself again cannot starve the rest.
    const Clock::time_point now = Clock::now();
    while (!timers_.empty() && timers_.begin()->first.first <= now) {
        const auto first = timers_.begin();
        const std::function<void()> callback = std::move(first->second);
        due_.erase(first->first.second);
        timers_.erase(first);
        callback();
    }
}

void Loop::run_once(std::chrono::milliseconds longest) {
    std::array<epoll_event, 256> events{};
    int wait = wait_milliseconds(longest);
    // Everything that is there comes before the timers: what has arrived in time is not late
    // because we are. Bounded, so that a busy descriptor cannot hold up the timers for ever.
    constexpr int kRounds = 32;
    for (int round = 0; round < kRounds; ++round) {
        const int n = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), wait);
        if (n < 0 && errno != EINTR) {
            throw std::system_error(errno, std::generic_category(), "waiting for events");
        }
        const std::uint64_t before = next_id_;
        for (int i = 0; i < n; ++i) {
            const epoll_event& event = events[static_cast<std::size_t>(i)];
            const auto found = watches_.find(event.data.fd);
            // A watch made by an earlier callback of this round has seen no event yet.
            if (found == watches_.end() || found->second.generation > before) continue;
            const bool broken = (event.events & (EPOLLHUP | EPOLLERR)) != 0;
            const auto callback = found->second.callback;
            (*callback)({broken || (event.events & EPOLLIN) != 0,
                         broken || (event.events & EPOLLOUT) != 0});
        }
        if (n < static_cast<int>(events.size())) break;
        wait = 0;
    }
    run_timers();
    run_posted();
}

void Loop::run_until(const std::function<bool()>& done) {
    while (!done() && !(watches_.empty() && timers_.empty() && posted_.empty())) run_once();
}

}  // namespace mcprisk::crawler

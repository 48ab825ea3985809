// How hard strangers' hosts are pressed: pure functions and a queue without clock or sockets.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mcprisk::crawler {

// The wait before attempt number `attempt` + 1 (the first is number 0 and has none before it):
// doubling from a second up to a minute, of which `jitter` (0 to 1) decides the upper half, so that
// hosts that failed together are not asked together; never less than what Retry-After demands.
std::chrono::milliseconds retry_delay(int attempt,
                                      std::optional<std::chrono::milliseconds> retry_after,
                                      double jitter);

// Retry-After in seconds (RFC 9110, 10.2.3); a date, nonsense or more than a day: empty.
std::optional<std::chrono::milliseconds> read_retry_after(std::string_view text);

// What is registered of a host name: its last two labels, three below such as co.uk. Names below a
// platform (x.platform.example) count as the platform, on purpose: many servers share its machines.
// Addresses are themselves.
std::string registrable_domain(std::string_view host);

struct PaceLimits {
    std::size_t connections = 256;  // HTTP servers at the same time
    std::size_t processes = 4;      // programs at the same time
    std::size_t per_host = 8;
    std::size_t per_domain = 32;
};

// Decides whose turn it is. Items keep their order as far as the limits let them. Operations take
// constant time, however many wait.
class CrawlQueue {
  public:
    explicit CrawlQueue(const PaceLimits& limits) : limits_(limits) {}

    // `host` is empty for a program.
    void add(std::size_t item, std::string_view host);
    // An item that may start now; it counts as running until done().
    std::optional<std::size_t> take();
    void done(std::size_t item);

    [[nodiscard]] std::size_t running() const { return connections_ + processes_; }
    [[nodiscard]] std::size_t waiting() const { return waiting_; }

  private:
    struct Group {
        std::size_t running = 0;
        std::list<std::size_t> parked;  // mostly empty, where a deque would hold half a KiB
    };
    struct Place {
        Group* host = nullptr;  // null: a program
        Group* domain = nullptr;
    };
    std::optional<std::size_t> take_remote();
    void leave(Group& group);

    PaceLimits limits_;
    std::unordered_map<std::string, Group> groups_;  // never shrinks: pointers into it stay
    std::unordered_map<std::size_t, Place> places_;
    std::deque<std::size_t> remotes_;
    std::deque<std::size_t> programs_;
    std::size_t connections_ = 0;
    std::size_t processes_ = 0;
    std::size_t waiting_ = 0;
};

}  // namespace mcprisk::crawler

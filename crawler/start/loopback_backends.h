// Services of fake_backend.h on ports of loopback, for a server that wants to connect to one.
#pragma once

#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "crawler/net/loop.h"
#include "crawler/start/fake_backend.h"

namespace mcprisk::crawler {

// Writes all of it, however often that takes; gives up where nobody reads.
void write_fully(int fd, std::string_view text);

// Lives in a loop, which outlives it. What is asked of it is told on stderr, once a connection.
class LoopbackBackends {
  public:
    LoopbackBackends(Loop& loop, const std::set<int>& ports);
    ~LoopbackBackends();
    LoopbackBackends(const LoopbackBackends&) = delete;
    LoopbackBackends& operator=(const LoopbackBackends&) = delete;

    // Those of the wanted ones that were free.
    [[nodiscard]] const std::set<int>& ports() const { return ports_; }

  private:
    struct Connection {
        FakeBackend backend;
        int port = 0;
        bool told = false;
    };

    void shut(int fd);
    void open(int port);
    void accept_from(int listener, int port);
    void serve(int fd);

    Loop& loop_;
    std::set<int> ports_;
    std::vector<int> listeners_;
    std::map<int, Connection> connections_;
};

}  // namespace mcprisk::crawler

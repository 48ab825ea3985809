// Where the browser is sent back to after a login: a port of our own on loopback.
// Source: RFC 8252, 7.3 (loopback redirects of native programs).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "crawler/net/loop.h"
#include "model/base/result.h"

namespace mcprisk::crawler {

// Answers GET /callback with a plain page, everything else with an error; speaks just enough HTTP
// for a browser, reads little and waits little. Lives in the loop's thread.
class RedirectListener {
  public:
    // Called once, from the loop, with the whole address that was visited.
    using Visited = std::function<void(std::string)>;

    // On 127.0.0.1; port 0 takes a free one.
    static Result<std::unique_ptr<RedirectListener>> open(Loop& loop, std::uint16_t port);
    ~RedirectListener();
    RedirectListener(const RedirectListener&) = delete;
    RedirectListener& operator=(const RedirectListener&) = delete;

    [[nodiscard]] std::string redirect_uri() const;
    // Only an answer with this state counts: other programs and pages can reach the port, too, and
    // must not be able to end the login.
    void await(std::string state, Visited visited);

  private:
    struct Connection {
        std::string in;
        TimerId timer = 0;
    };

    RedirectListener(Loop& loop, int fd, std::uint16_t port);
    void accept();
    void read(int fd);
    void close(int fd);
    void answer(int fd, std::string_view request_line);

    Loop& loop_;
    int fd_;
    std::uint16_t port_;
    std::string state_;
    Visited visited_;
    std::map<int, Connection> connections_;
};

}  // namespace mcprisk::crawler

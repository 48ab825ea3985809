// What a crawl has learned of hosts: which are dead, which asked to be left alone for a while.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "crawler/net/http_message.h"
#include "crawler/net/http_url.h"

namespace mcprisk::crawler {

// Pure but for the times, which come from the caller. Hosts are told apart with their port.
class HostMemory {
  public:
    using Time = std::chrono::steady_clock::time_point;

    void answered(const HttpUrl& url, const HttpHead& head, Time now);
    void failed(const HttpUrl& url, const HttpFailure& failure);

    // Why there is no use in connecting to that host again; empty if there may be.
    [[nodiscard]] std::string dead(const std::string& origin) const;

    // After a failure: whether it may pass (429, 503 and the like, a broken connection), and what
    // wait the host asked for. Forgets it.
    struct Trouble {
        std::optional<std::chrono::milliseconds> retry_after;
    };
    std::optional<Trouble> take_trouble(const std::string& origin);

    // Until when the host asked to be left alone.
    [[nodiscard]] std::optional<Time> not_before(const std::string& origin) const;

  private:
    struct Host {
        std::string dead;
        std::optional<Trouble> trouble;
        std::optional<Time> not_before;
        bool has_answered = false;
    };
    std::unordered_map<std::string, Host> hosts_;
};

}  // namespace mcprisk::crawler

// Thousands of MCP servers on loopback, each with a fate of its own: for load tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "crawler/net/loop.h"
#include "model/listing.h"

namespace mcprisk::test {

// What a simulated server does to whoever asks.
enum class Fate : std::uint8_t {
    modern,        // 2026-07-28, one page
    legacy,        // initialize, a session id, JSON
    legacy_sse,    // the same, every answer an event stream
    pages,         // 2026-07-28, three pages
    redirected,    // 307 to another path
    drip,          // the list in small pieces
    busy_once,     // 503 with Retry-After, then modern
    unauthorized,  // 401 with a challenge
    html,          // 200 with a web page
    broken,        // 200 with half an answer
    failing,       // 500
    closing,       // closes without an answer
    refused,       // nobody listens
    full,          // the backlog is full: no answer to the connection
    silent,        // accepts and never answers
};

// The fate of server `number`: 30 of 100 are dead in one of three ways.
Fate fate_of(std::size_t number);
Outcome outcome_of(Fate fate);
std::size_t tools_of(Fate fate);

struct SimulatorOptions {
    std::chrono::milliseconds latency{300};  // before every answer
    bool tls = false;
};

// Every server has an address of 127.0.0.0/8 to itself. Lives in a loop; that loop's thread serves.
class McpSimulator {
  public:
    McpSimulator(crawler::Loop& loop, SimulatorOptions options);
    ~McpSimulator();
    McpSimulator(const McpSimulator&) = delete;
    McpSimulator& operator=(const McpSimulator&) = delete;

    [[nodiscard]] std::string url(std::size_t number) const;
    // In PEM: what a client must trust under TLS.
    [[nodiscard]] std::string authority() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace mcprisk::test

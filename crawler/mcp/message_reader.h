// Lines of a server's stdout in, JSON-RPC messages out; what is neither is counted. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/mcp/jsonrpc.h"
#include "crawler/mcp/limits.h"

namespace mcprisk::crawler {

// MCP puts one message on a line. Servers in the wild also print banners, log lines that are JSON
// but no JSON-RPC, and messages spread over several lines; the last are joined until the braces
// balance.
class MessageReader {
  public:
    explicit MessageReader(const Limits& limits) : limits_(limits) {}

    // The messages that this line is or completes; none for noise and for an unfinished message.
    std::vector<Message> add(std::string_view line);

    // Output has ended: an unfinished message is noise.
    void end() { give_up_joining(); }

    [[nodiscard]] std::size_t noise_lines() const { return noise_lines_; }
    [[nodiscard]] std::size_t noise_bytes() const { return noise_bytes_; }
    [[nodiscard]] bool joined() const { return joined_; }      // a message came on several lines
    [[nodiscard]] bool repaired() const { return repaired_; }  // bad UTF-8 or numbers were mended
    // A value that broke our limits, which may have been the answer waited for; empty if none did.
    [[nodiscard]] const std::string& refused() const { return refused_; }

  private:
    // How far a value that began on an earlier line has come.
    struct Open {
        std::string text;
        std::size_t lines = 0;
        std::size_t depth = 0;
    };

    std::vector<Message> read(std::string_view text);
    void noise(std::size_t bytes, std::size_t lines = 1);
    void give_up_joining();

    const Limits& limits_;
    Open open_;
    std::size_t noise_lines_ = 0;
    std::size_t noise_bytes_ = 0;
    bool joined_ = false;
    bool repaired_ = false;
    std::string refused_;
};

}  // namespace mcprisk::crawler

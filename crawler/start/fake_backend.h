// Services that say yes and hold nothing, for servers that connect to one before they list. Pure.
//
// A client of Redis, PostgreSQL, MySQL, MongoDB or HTTP gets as far as an empty answer. Nothing
// that it sends is run, kept or passed on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mcprisk::crawler {

enum class BackendKind : std::uint8_t { redis, postgres, mysql, mongo, http };

std::string_view to_string(BackendKind kind);

// What listens on that port by custom; HTTP for every other one.
BackendKind backend_on(int port);

// One connection. What it holds of a client's bytes is bounded: past a mebibyte, and for bytes that
// are none of its protocol, it is over.
class FakeBackend {
  public:
    explicit FakeBackend(BackendKind kind) : kind_(kind) {}

    // What the service says before the client does: MySQL alone.
    [[nodiscard]] std::string greeting() const;
    // What it says to these bytes, however they are cut. Nothing: the connection is over.
    std::optional<std::string> received(std::string_view bytes);
    // The first of what was asked, printable, at most 80 bytes: "PING", "SELECT 1", "GET /health".
    [[nodiscard]] const std::string& asked() const { return asked_; }

  private:
    // Answers one whole request at the front of `pending_` and drops it; false if there is none.
    bool redis(std::string& out);
    bool postgres(std::string& out);
    bool mysql(std::string& out);
    bool mongo(std::string& out);
    bool http(std::string& out);
    void note(std::string_view what);

    BackendKind kind_;
    std::string pending_;
    std::string asked_;
    bool begun_ = false;  // PostgreSQL and MySQL: the client has introduced itself
    bool over_ = false;
};

}  // namespace mcprisk::crawler

// Requests and answers of HTTP as plain values.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcprisk::crawler {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpLimits {
    std::size_t head_bytes = std::size_t{64} << 10;
    std::size_t body_bytes = std::size_t{16} << 20;  // after decompression
    std::chrono::milliseconds connect{10000};
    std::chrono::milliseconds answer{30000};  // from the start until the head of the last redirect
    std::chrono::milliseconds total{90000};   // until the end of the body
    int redirects = 5;
};

struct HttpRequest {
    std::string method = "GET";  // GET, POST or DELETE
    std::string url;
    HttpHeaders headers;
    HttpHeaders private_headers;  // credentials: sent to the origin of `url` alone
    std::string body;             // POST only
    HttpLimits limits;
    bool allow_private = true;        // loopback, private and link-local addresses
    // Redirects may lead from a public address to a private one. Whoever named a private address
    // meant it; a stranger's redirect to one did not. (Behind a proxy only the proxy can tell.)
    bool private_redirects = false;
    bool last_on_connection = false;  // do not keep the connection for later
    bool return_redirects = false;    // they are the answer, and not followed
};

struct HttpHead {
    int status = 0;
    std::string url;      // where the answer came from, after redirects
    HttpHeaders headers;  // untrusted; in their order
    std::size_t bytes = 0;
    bool credentials_dropped = false;  // a redirect led to another origin
    bool from_public = false;          // the answer came, without a proxy, from a public address

    // The first of that name, empty if there is none. Names are compared ignoring case.
    [[nodiscard]] std::string_view header(std::string_view name) const;
};

struct HttpFailure {
    enum class Kind {
        refused,      // by our own rules: address, scheme, redirect
        unreachable,  // name, connection or TLS
        timed_out,
        interrupted,  // the connection closed before the answer was complete
        not_http,     // the answer makes no sense as HTTP
        too_large
    };
    Kind kind = Kind::unreachable;
    std::string message;  // a clause without the address: "connecting failed: Connection refused"
};

// A name of a header (RFC 9110, section 5.6.2).
bool is_http_token(std::string_view text);

std::string in_seconds(std::chrono::milliseconds time);  // "1.5 s"

}  // namespace mcprisk::crawler

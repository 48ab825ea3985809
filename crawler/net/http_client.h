// HTTP over libcurl in our event loop, made for many untrusted servers at once.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "crawler/net/http_message.h"
#include "crawler/net/http_url.h"
#include "crawler/net/loop.h"

namespace mcprisk::crawler {

// Called from the loop, never from within start() or abort(), and in this order: on_head once,
// on_body for each piece as it arrives, on_done once. A failure may come at any point. All may be
// empty.
struct HttpCallbacks {
    std::function<void(const HttpHead&)> on_head;
    std::function<void(std::string_view)> on_body;
    std::function<void(std::optional<HttpFailure>)> on_done;
};

// Told of every answer and failure, whoever asked: how hosts are, apart from what they serve.
// Called from the loop; must not start or abort transfers.
struct HttpWatch {
    std::function<void(const HttpUrl& url, const HttpHead& head)> answered;
    std::function<void(const HttpUrl& url, const HttpFailure& failure)> failed;
};

struct HttpClientOptions {
    std::string user_agent;  // empty: "mcprisk/VERSION"
    std::string ca_file;     // certificates to trust; empty: $SSL_CERT_FILE, else the system's
    HttpWatch watch;
    // Walking one curl_multi's connections costs time in proportion to their number; hosts are
    // spread over several. A handful is enough for hundreds of connections, 32 for thousands.
    std::size_t lanes = 8;
    // Connections that are kept open for another request, over all lanes, besides those in use;
    // 0: as many as libcurl likes.
    std::size_t idle_connections = 0;
    // Bytes of bodies that all transfers under way may hold together. Past it the largest one fails
    // as interrupted, to be asked again when there is room; 0: without bound.
    std::size_t room = 0;
    bool (*is_private)(const sockaddr&) = is_private_address;  // tests play public addresses
};

// One thread: that of the loop. The loop must outlive the client, and the client its callbacks'
// users; it must not be destroyed by a callback. Destroying it ends all transfers without a word.
//
// Only http and https. Redirects are followed by the rules of follow_redirect (http_url.h).
// Certificates are verified. Requests that may not reach private addresses use no proxy, since the
// proxy would be the address that is checked; all others honour the proxy variables of the
// environment. Headers and bodies are never logged.
class HttpClient {
  public:
    using Id = std::uint64_t;

    // Throws std::runtime_error if libcurl cannot be set up.
    explicit HttpClient(Loop& loop, HttpClientOptions options = {});
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    // A request that makes no sense (scheme, line break in a header) fails through on_done.
    Id start(HttpRequest request, HttpCallbacks callbacks);
    // No callback comes after this. Unknown and finished ones are fine.
    void abort(Id id);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace mcprisk::crawler

// One request on its way, redirects included: the part of the HTTP client that libcurl calls back.
#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "crawler/net/curl_handles.h"
#include "crawler/net/http_client.h"
#include "crawler/net/http_url.h"

namespace mcprisk::crawler {

// Set up once per hop; what arrives is kept here until the client tells it, since libcurl forbids
// starting and removing transfers from within its callbacks.
class HttpTransfer {
  public:
    // Puts its id into `ready` whenever there is something new to tell.
    HttpTransfer(HttpClient::Id own_id,
                 HttpRequest what,
                 HttpCallbacks whom,
                 bool (*is_private)(const sockaddr&),
                 std::size_t& held,
                 std::vector<HttpClient::Id>& ready)
        : id(own_id),
          request(std::move(what)),
          callbacks(std::move(whom)),
          is_private_(is_private),
          held_(held),
          ready_(ready) {}

    void announce();

    // Checks the request and reads its address.
    Result<void> prepare();
    // Sets every option for the address `url()`.
    void configure(const std::string& user_agent, TrustStore& trust);
    // True if the answer is a redirect that was followed: configure and start again. False: it is
    // the answer, or `failure` says why it was not followed.
    bool follow();
    // What libcurl's code means, unless a failure of our own came first.
    std::optional<HttpFailure> judge(CURLcode code);

    [[nodiscard]] std::size_t body_bytes() const { return body_bytes_; }
    [[nodiscard]] const HttpUrl& url() const { return url_; }
    [[nodiscard]] bool head_ready() const { return head_complete_ && !redirecting_; }

    const HttpClient::Id id;
    HttpRequest request;
    const HttpCallbacks callbacks;
    EasyHandle easy;  // given by the client
    HttpHead head;
    std::string body;  // arrived and not yet told
    std::optional<HttpFailure> failure;
    std::exception_ptr caught;  // no exception may cross libcurl
    bool head_told = false;
    bool announced = false;

  private:
    static std::size_t on_header(char* data,
                                 std::size_t one,
                                 std::size_t size,
                                 void* user) noexcept;
    static std::size_t on_body(char* data, std::size_t one, std::size_t size, void* user) noexcept;
    static curl_socket_t on_socket(void* user,
                                   curlsocktype purpose,
                                   curl_sockaddr* address) noexcept;
    bool read_header(std::string_view line);
    bool read_body(std::string_view bytes);
    [[nodiscard]] bool came_from_public() const;
    [[nodiscard]] std::string place() const { return url_.host + ":" + url_.port; }

    bool (*is_private_)(const sockaddr&);
    std::size_t& held_;  // by all transfers together
    std::vector<HttpClient::Id>& ready_;
    HttpUrl url_;
    bool credentials_dropped_ = false;
    bool head_complete_ = false;
    bool redirecting_ = false;
    bool private_address_ = false;
    bool uses_proxy_ = false;
    bool walled_ = false;  // since a redirect came from a public address
    int hops_ = 0;
    std::size_t body_bytes_ = 0;
    char error_text_[CURL_ERROR_SIZE] = {};
};

}  // namespace mcprisk::crawler

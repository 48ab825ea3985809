#include "crawler/net/http_transfer.h"

#include <fmt/format.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "crawler/redact.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

constexpr std::size_t kIgnoredBytes = std::size_t{64} << 10;  // of a redirect's body

Result<void> check_headers(const HttpHeaders& headers) {
    for (const auto& [name, value] : headers) {
        if (!is_http_token(name)) {
            return fail(ErrorCode::invalid_input,
                        fmt::format("\"{}\" is no name of a header", printable(name)));
        }
        if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
            return fail(ErrorCode::invalid_input,
                        fmt::format("the value of header {} holds a line break", name));
        }
    }
    return {};
}

// By the variables that libcurl reads.
bool a_proxy_is_set() {
    constexpr std::array kNames{
        "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
    return std::any_of(kNames.begin(), kNames.end(), [](const char* name) {
        const char* value = std::getenv(name);
        return value != nullptr && *value != '\0';
    });
}

bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

}  // namespace

void HttpTransfer::announce() {
    if (std::exchange(announced, true)) return;
    ready_.push_back(id);
}

Result<void> HttpTransfer::prepare() {
    auto url = parse_http_url(request.url);
    if (!url) return fail(url.error());
    url_ = std::move(*url);
    if (request.method != "GET" && request.method != "POST" && request.method != "DELETE") {
        return fail(ErrorCode::unsupported, "method " + request.method + " is not supported");
    }
    if (auto checked = check_headers(request.headers); !checked) return checked;
    return check_headers(request.private_headers);
}

void HttpTransfer::configure(const std::string& user_agent, TrustStore& trust) {
    head = {};
    head.url = url_.text;
    head.credentials_dropped = credentials_dropped_;
    head_complete_ = redirecting_ = false;
    held_ -= std::exchange(body_bytes_, 0);
    easy.reset();

    easy.set(CURLOPT_URL, url_.text);
    easy.set(CURLOPT_PROTOCOLS_STR, std::string("http,https"));
    easy.set(CURLOPT_FOLLOWLOCATION, 0L);
    easy.set(CURLOPT_NOSIGNAL, 1L);
    easy.set(CURLOPT_QUICK_EXIT, 1L);  // an unfinished name lookup must not block the loop
    easy.set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    easy.set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.limits.connect.count()));
    easy.set(CURLOPT_DNS_CACHE_TIMEOUT, -1L);  // pruning it walks every entry for every request
    trust.use_for(easy);
    easy.set(CURLOPT_ACCEPT_ENCODING, std::string("gzip, deflate"));
    easy.set(CURLOPT_USERAGENT, user_agent);
    easy.set(CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));  // none to a proxy
    easy.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    uses_proxy_ = request.allow_private && a_proxy_is_set();
    if (!request.allow_private) easy.set(CURLOPT_PROXY, std::string());
    if (request.last_on_connection) easy.set(CURLOPT_FORBID_REUSE, 1L);

    HttpHeaders headers = request.headers;
    if (!credentials_dropped_) {
        headers.insert(
            headers.end(), request.private_headers.begin(), request.private_headers.end());
    }
    if (request.method == "POST") {
        easy.set(CURLOPT_POST, 1L);
        easy.set_body(request.body);
    } else if (request.method == "DELETE") {
        easy.set(CURLOPT_CUSTOMREQUEST, request.method);
    }
    easy.set_headers(headers);

    easy.set_callback(CURLOPT_HEADERFUNCTION, &HttpTransfer::on_header);
    easy.set_pointer(CURLOPT_HEADERDATA, this);
    easy.set_callback(CURLOPT_WRITEFUNCTION, &HttpTransfer::on_body);
    easy.set_pointer(CURLOPT_WRITEDATA, this);
    easy.set_callback(CURLOPT_OPENSOCKETFUNCTION, &HttpTransfer::on_socket);
    easy.set_pointer(CURLOPT_OPENSOCKETDATA, this);
    easy.set_pointer(CURLOPT_ERRORBUFFER, error_text_);
    easy.set_pointer(CURLOPT_PRIVATE, this);
}

bool HttpTransfer::follow() {
    if (!redirecting_ || failure) return false;
    if (++hops_ > request.limits.redirects) {
        failure =
            HttpFailure{HttpFailure::Kind::refused,
                        fmt::format("it redirects more than {} times", request.limits.redirects)};
        return false;
    }
    auto next = follow_redirect(url_, request.method, head.status, head.header("Location"));
    if (!next) {
        failure = HttpFailure{HttpFailure::Kind::refused, next.error().message};
        return false;
    }
    if (!next->same_origin && !request.private_headers.empty()) credentials_dropped_ = true;
    url_ = std::move(next->url);
    if (head.from_public && !request.private_redirects && request.allow_private) {
        request.allow_private = false;
        walled_ = true;
    }
    return true;
}

std::optional<HttpFailure> HttpTransfer::judge(CURLcode code) {
    using Kind = HttpFailure::Kind;
    if (failure) return failure;
    switch (code) {
        case CURLE_OK:
            return std::nullopt;
        case CURLE_COULDNT_RESOLVE_HOST:
            return HttpFailure{Kind::unreachable,
                               fmt::format("the name {} cannot be resolved", url_.host)};
        case CURLE_COULDNT_RESOLVE_PROXY:
            return HttpFailure{Kind::unreachable, "the name of the proxy cannot be resolved"};
        case CURLE_COULDNT_CONNECT: {
            if (private_address_) {
                return HttpFailure{
                    Kind::refused,
                    walled_ ? fmt::format("a redirect from a public address leads to {}, a private "
                                          "one; --allow-private follows it",
                                          url_.host)
                            : fmt::format("{} is a private address", url_.host)};
            }
            long error = 0;
            curl_easy_getinfo(easy.get(), CURLINFO_OS_ERRNO, &error);
            return HttpFailure{
                Kind::unreachable,
                fmt::format("connecting to {} failed: {}",
                            place(),
                            error == 0 ? "no address accepts" : strerror(static_cast<int>(error)))};
        }
        case CURLE_OPERATION_TIMEDOUT:  // of the connection alone; the rest is timed by the client
            return HttpFailure{
                Kind::unreachable,
                fmt::format(
                    "no connection to {} within {}", place(), in_seconds(request.limits.connect))};
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
            return HttpFailure{
                Kind::unreachable,
                fmt::format("TLS with {} failed: {}",
                            place(),
                            error_text_[0] == 0 ? curl_easy_strerror(code) : error_text_)};
        case CURLE_GOT_NOTHING:
        case CURLE_RECV_ERROR:
        case CURLE_SEND_ERROR:
        case CURLE_PARTIAL_FILE:
            return HttpFailure{Kind::interrupted,
                               head_complete_
                                   ? "the connection was closed in the middle of the answer"
                                   : "the connection was closed without an answer"};
        case CURLE_UNSUPPORTED_PROTOCOL:  // libcurl says so of an answer without status line
            return HttpFailure{Kind::not_http, "the answer is not HTTP"};
        default:
            return HttpFailure{
                Kind::not_http,
                fmt::format("the answer cannot be read as HTTP: {}", curl_easy_strerror(code))};
    }
}

std::size_t HttpTransfer::on_header(char* data,
                                    std::size_t one,
                                    std::size_t size,
                                    void* user) noexcept {
    auto& self = *static_cast<HttpTransfer*>(user);
    try {
        return self.read_header({data, one * size}) ? one * size : 0;
    } catch (...) {
        self.caught = std::current_exception();
        return 0;
    }
}

std::size_t HttpTransfer::on_body(char* data,
                                  std::size_t one,
                                  std::size_t size,
                                  void* user) noexcept {
    auto& self = *static_cast<HttpTransfer*>(user);
    try {
        return self.read_body({data, one * size}) ? one * size : 0;
    } catch (...) {
        self.caught = std::current_exception();
        return 0;
    }
}

curl_socket_t HttpTransfer::on_socket(void* user, curlsocktype, curl_sockaddr* address) noexcept {
    auto& self = *static_cast<HttpTransfer*>(user);
    if (!self.request.allow_private && self.is_private_(address->addr)) {
        self.private_address_ = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

bool HttpTransfer::read_header(std::string_view line) {
    head.bytes += line.size();
    if (head.bytes > request.limits.head_bytes) {
        failure = HttpFailure{HttpFailure::Kind::too_large,
                              fmt::format("the head of the answer is larger than {} KiB",
                                          request.limits.head_bytes >> 10)};
        return false;
    }
    if (head_complete_) return true;  // trailers
    line = trim(line);
    if (line.empty()) {
        long status = 0;
        curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
        head.status = static_cast<int>(status);
        head_complete_ = status >= 200;  // 1xx go before the real head
        redirecting_ = !request.return_redirects && is_redirect(head.status) &&
                       !head.header("Location").empty();
        if (head_complete_) head.from_public = came_from_public();
        if (head_ready()) announce();
        return true;
    }
    if (line.starts_with("HTTP/") && line.find(':') == std::string_view::npos) {
        head.headers.clear();
        return true;
    }
    if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
        head.headers.emplace_back(std::string(line.substr(0, colon)),
                                  std::string(trim(line.substr(colon + 1))));
    }
    return true;
}

bool HttpTransfer::came_from_public() const {
    if (uses_proxy_) return false;
    const char* text = nullptr;
    curl_easy_getinfo(easy.get(), CURLINFO_PRIMARY_IP, &text);
    long port = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_PRIMARY_PORT, &port);
    if (text == nullptr) return false;
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(static_cast<std::uint16_t>(port));
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
        return !is_private_(reinterpret_cast<const sockaddr&>(v4));
    }
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    return inet_pton(AF_INET6, text, &v6.sin6_addr) == 1 &&
           !is_private_(reinterpret_cast<const sockaddr&>(v6));
}

bool HttpTransfer::read_body(std::string_view bytes) {
    body_bytes_ += bytes.size();
    held_ += bytes.size();
    if (redirecting_) return body_bytes_ <= kIgnoredBytes;
    if (body_bytes_ > request.limits.body_bytes) {
        failure = HttpFailure{
            HttpFailure::Kind::too_large,
            fmt::format("the answer is larger than {} KiB", request.limits.body_bytes >> 10)};
        return false;
    }
    body += bytes;
    announce();
    return true;
}

}  // namespace mcprisk::crawler

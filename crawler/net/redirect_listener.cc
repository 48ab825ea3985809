#include "crawler/net/redirect_listener.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "crawler/net/http_url.h"

namespace mcprisk::crawler {
namespace {

constexpr std::size_t kMostConnections = 16;
constexpr std::size_t kLongestHead = std::size_t{32} << 10;
constexpr std::chrono::milliseconds kPatience{10000};  // with a browser that says nothing
constexpr std::string_view kPath = "/callback";

std::string page(int status, std::string_view reason, std::string_view text) {
    const std::string body = fmt::format(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>mcprisk</title>"
        "<p>{}</p></html>\n",
        text);
    return fmt::format(
        "HTTP/1.1 {} {}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n"
        "Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n"
        "Content-Security-Policy: default-src 'none'\r\nConnection: close\r\n\r\n{}",
        status,
        reason,
        body.size(),
        body);
}

std::string state_of(std::string_view target) {
    for (const auto& [name, value] : decode_form(query_of(target))) {
        if (name == "state") return value;
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<RedirectListener>> RedirectListener::open(Loop& loop, std::uint16_t port) {
    const auto failed = [&](int fd) {
        const std::string why = std::strerror(errno);
        if (fd >= 0) ::close(fd);
        return fail(ErrorCode::io,
                    fmt::format("listening on port {} of this machine: {}", port, why));
    };
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return failed(fd);
    const int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(fd, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
        listen(fd, static_cast<int>(kMostConnections)) != 0 ||
        getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        return failed(fd);
    }
    return std::unique_ptr<RedirectListener>(
        new RedirectListener(loop, fd, ntohs(address.sin_port)));
}

RedirectListener::RedirectListener(Loop& loop, int fd, std::uint16_t port)
    : loop_(loop), fd_(fd), port_(port) {
    loop_.watch(fd_, Interest::read, [this](Ready) { accept(); });
}

RedirectListener::~RedirectListener() {
    while (!connections_.empty()) close(connections_.begin()->first);
    loop_.unwatch(fd_);
    ::close(fd_);
}

std::string RedirectListener::redirect_uri() const {
    return fmt::format("http://127.0.0.1:{}{}", port_, kPath);
}

void RedirectListener::await(std::string state, Visited visited) {
    state_ = std::move(state);
    visited_ = std::move(visited);
}

void RedirectListener::accept() {
    const int fd = accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    if (connections_.size() >= kMostConnections) {
        ::close(fd);
        return;
    }
    connections_[fd].timer = loop_.after(kPatience, [this, fd] { close(fd); });
    loop_.watch(fd, Interest::read, [this, fd](Ready) { read(fd); });
}

void RedirectListener::close(int fd) {
    const auto found = connections_.find(fd);
    if (found == connections_.end()) return;
    loop_.cancel(found->second.timer);
    connections_.erase(found);
    loop_.unwatch(fd);
    ::close(fd);
}

void RedirectListener::read(int fd) {
    std::string& in = connections_.at(fd).in;
    std::array<char, 4096> block{};
    const ssize_t size = ::read(fd, block.data(), block.size());
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size <= 0) {
        close(fd);
        return;
    }
    in.append(block.data(), static_cast<std::size_t>(size));
    if (in.find("\r\n\r\n") != std::string::npos) {
        answer(fd, std::string(in.substr(0, in.find("\r\n"))));
    } else if (in.size() > kLongestHead) {
        close(fd);
    }
}

void RedirectListener::answer(int fd, std::string_view request_line) {
    const std::size_t end = request_line.rfind(' ');
    const bool get = request_line.starts_with("GET /") && end > 4;
    const std::string target(get ? request_line.substr(4, end - 4) : std::string_view{});
    const bool ours = target.substr(0, target.find('?')) == kPath;
    const bool awaited = ours && visited_ && !state_.empty() && state_of(target) == state_;
    const std::string text =
        awaited ? page(200, "OK", "Thank you. You can close this page and go back to mcprisk.")
        : ours  ? page(400, "Bad Request", "This is not the login that mcprisk waits for.")
                : page(404, "Not Found", "There is nothing here.");
    // A page this small fits into the socket's buffer; if it does not, only its text is lost.
    [[maybe_unused]] const ssize_t sent = send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    shutdown(fd, SHUT_WR);
    close(fd);
    if (!awaited) return;
    const Visited visited = std::exchange(visited_, {});
    visited(redirect_uri() + target.substr(kPath.size()));
}

}  // namespace mcprisk::crawler

#include "tests/support/fake_http_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <tuple>

#include "model/base/text.h"

namespace mcprisk::test {
namespace {

using crawler::Interest;
using crawler::Ready;

std::pair<int, int> listen_on_loopback() {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (fd < 0 || bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        listen(fd, 64) != 0 || getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw std::runtime_error("no listening socket on loopback");
    }
    return {fd, ntohs(address.sin_port)};
}

}  // namespace

bool FakeRequest::has_header(std::string_view name) const {
    return std::any_of(headers.begin(), headers.end(), [&](const auto& header) {
        return equals_ignoring_case(header.first, name);
    });
}

std::string FakeRequest::header(std::string_view name) const {
    const auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& header) {
        return equals_ignoring_case(header.first, name);
    });
    return found == headers.end() ? std::string() : found->second;
}

FakeConnection::~FakeConnection() { shut(); }

void FakeConnection::shut() {
    if (fd_ < 0) return;
    loop_.unwatch(fd_);
    ::close(fd_);
    fd_ = -1;
    more_ = nullptr;
}

void FakeConnection::send(std::string_view bytes) {
    out_ += bytes;
    flush();
}

void FakeConnection::respond(int status,
                             std::string_view content_type,
                             std::string_view body,
                             std::string_view headers) {
    send(fmt::format("HTTP/1.1 {} X\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}\r\n{}",
                     status,
                     content_type,
                     body.size(),
                     headers,
                     body));
}

void FakeConnection::begin(int status, std::string_view content_type, std::string_view headers) {
    send(fmt::format("HTTP/1.1 {} X\r\nContent-Type: {}\r\nTransfer-Encoding: chunked\r\n{}\r\n",
                     status,
                     content_type,
                     headers));
}

void FakeConnection::chunk(std::string_view bytes) {
    send(fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes));
}

void FakeConnection::end() { send("0\r\n\r\n"); }

void FakeConnection::flush() {
    while (fd_ >= 0 && !out_.empty()) {
        const ssize_t n = ::send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL);
        if (n > 0) {
            out_.erase(0, static_cast<std::size_t>(n));
        } else if (errno == EAGAIN) {
            loop_.change(fd_, Interest::both);
            return;
        } else {
            shut();
            return;
        }
    }
    if (fd_ < 0) return;
    if (closing_) {
        shut();
    } else if (more_) {
        loop_.change(fd_, Interest::both);
    } else {
        loop_.change(fd_, Interest::read);
    }
}

void FakeConnection::close() {
    closing_ = true;
    flush();
}

void FakeConnection::reset() {
    const linger hard{1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    shut();
}

FakeHttpServer::FakeHttpServer(crawler::Loop& loop, Handler handler)
    : loop_(loop), handler_(std::move(handler)) {
    std::tie(fd_, port_) = listen_on_loopback();
    loop_.watch(fd_, Interest::read, [this](Ready) { accept(); });
}

FakeHttpServer::~FakeHttpServer() {
    loop_.unwatch(fd_);
    close(fd_);
    for (const auto& [fd, connection] : connections_) connection->shut();
}

std::string FakeHttpServer::url(std::string_view path) const {
    return fmt::format("http://127.0.0.1:{}{}", port_, path);
}

std::vector<std::string> FakeHttpServer::asked() const {
    std::vector<std::string> list;
    for (const FakeRequest& request : requests_) {
        const auto body = nlohmann::json::parse(request.body, nullptr, false);
        const bool rpc = body.is_object() && body.contains("method");
        list.push_back(request.method + " " +
                       (rpc ? body["method"].get<std::string>() : request.path));
    }
    return list;
}

void FakeHttpServer::accept() {
    const int fd = accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    auto connection = std::make_shared<FakeConnection>(loop_, fd);
    if (const auto old = connections_.find(fd); old != connections_.end()) old->second->fd_ = -1;
    connections_[fd] = connection;
    loop_.watch(fd, Interest::read, [this, connection](Ready ready) {
        const auto keep = connection;
        if (ready.write) {
            if (connection->out_.empty() && connection->more_) {
                const auto more = connection->more_;
                more();
            }
            connection->flush();
        }
        if (ready.read && connection->fd_ >= 0) read(connection);
    });
}

void FakeHttpServer::read(const std::shared_ptr<FakeConnection>& connection) {
    std::array<char, 16384> buffer{};
    const ssize_t n = recv(connection->fd_, buffer.data(), buffer.size(), 0);
    if (n <= 0) {
        if (n == 0 || errno != EAGAIN) connection->shut();
        return;
    }
    connection->in_.append(buffer.data(), static_cast<std::size_t>(n));
    FakeRequest request;
    while (connection->fd_ >= 0 && take_request(*connection, request)) {
        requests_.push_back(request);
        handler_(request, connection);
    }
}

bool FakeHttpServer::take_request(FakeConnection& connection, FakeRequest& request) {
    std::string& in = connection.in_;
    const std::size_t end = in.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    request = {};
    std::size_t at = in.find("\r\n");
    const auto words = split(std::string_view(in).substr(0, at), ' ');
    request.method = words.at(0);
    request.path = words.at(1);
    while (at < end) {
        const std::size_t next = in.find("\r\n", at + 2);
        const std::string line = in.substr(at + 2, next - at - 2);
        const std::size_t colon = line.find(':');
        request.headers.emplace_back(line.substr(0, colon), trim(line.substr(colon + 1)));
        at = next;
    }
    const std::string length = request.header("Content-Length");
    const std::size_t size = length.empty() ? 0 : std::stoul(length);
    if (in.size() < end + 4 + size) return false;
    request.body = in.substr(end + 4, size);
    in.erase(0, end + 4 + size);
    return true;
}

int closed_port() {
    const auto [fd, port] = listen_on_loopback();
    close(fd);
    return port;
}

}  // namespace mcprisk::test

#include "crawler/start/loopback_backends.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <utility>

namespace mcprisk::crawler {
namespace {

constexpr std::size_t kMostConnections = 64;

}  // namespace

void write_fully(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t wrote = write(fd, text.data(), text.size());
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) return;
        text.remove_prefix(static_cast<std::size_t>(wrote));
    }
}

LoopbackBackends::LoopbackBackends(Loop& loop, const std::set<int>& ports) : loop_(loop) {
    for (const int port : ports) open(port);
}

LoopbackBackends::~LoopbackBackends() {
    for (const int fd : listeners_) shut(fd);
    for (const auto& [fd, connection] : connections_) shut(fd);
}

void LoopbackBackends::shut(int fd) {
    loop_.unwatch(fd);
    close(fd);
}

void LoopbackBackends::open(int port) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    const int yes = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        listen(fd, 16) != 0) {
        close(fd);
        return;
    }
    ports_.insert(port);
    listeners_.push_back(fd);
    loop_.watch(fd, Interest::read, [this, fd, port](Ready) { accept_from(fd, port); });
}

void LoopbackBackends::accept_from(int listener, int port) {
    const int fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    if (connections_.size() >= kMostConnections) {
        close(fd);
        return;
    }
    FakeBackend backend(backend_on(port));
    write_fully(fd, backend.greeting());
    connections_.emplace(fd, Connection{std::move(backend), port, false});
    loop_.watch(fd, Interest::read, [this, fd](Ready) { serve(fd); });
}

void LoopbackBackends::serve(int fd) {
    Connection& connection = connections_.at(fd);
    std::array<char, 16384> buffer{};
    const ssize_t count = read(fd, buffer.data(), buffer.size());
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    std::optional<std::string> answer;
    if (count > 0) {
        answer = connection.backend.received({buffer.data(), static_cast<std::size_t>(count)});
    }
    if (!connection.told && !connection.backend.asked().empty()) {
        connection.told = true;
        write_fully(STDERR_FILENO,
                    fmt::format("mcprisk: its {} on port {} was asked: {}\n",
                                to_string(backend_on(connection.port)),
                                connection.port,
                                connection.backend.asked()));
    }
    if (answer) return write_fully(fd, *answer);
    shut(fd);
    connections_.erase(fd);
}

}  // namespace mcprisk::crawler

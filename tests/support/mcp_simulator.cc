#include "tests/support/mcp_simulator.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <unordered_map>

namespace mcprisk::test {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr std::uint32_t kFirstAddress = 0x7F010000;  // 127.1.0.0

template <typename T, void (*end)(T*)>
struct Freed {
    void operator()(T* what) const { end(what); }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY, EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509, X509_free>>;
using Context = std::unique_ptr<SSL_CTX, Freed<SSL_CTX, SSL_CTX_free>>;
using Tls = std::unique_ptr<SSL, Freed<SSL, SSL_free>>;

void add_extension(X509* certificate, X509* issuer, int name, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension =
        X509V3_EXT_conf_nid(nullptr, &context, name, const_cast<char*>(value.c_str()));
    if (extension == nullptr) throw std::runtime_error("making a certificate failed");
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

// `issuer` null: signs itself and may sign others.
Certificate make_certificate(EVP_PKEY* key, X509* issuer, const std::string& alternative) {
    static long serial = 1;
    Certificate certificate(X509_new());
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -86400);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 7 * 86400);
    X509_set_pubkey(certificate.get(), key);
    X509_NAME* name = X509_get_subject_name(certificate.get());
    const char* common = issuer == nullptr ? "simulated authority" : "simulated server";
    X509_NAME_add_entry_by_txt(
        name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(common), -1, -1, 0);
    X509* signer = issuer == nullptr ? certificate.get() : issuer;
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(signer));
    if (issuer == nullptr) {
        add_extension(certificate.get(), signer, NID_basic_constraints, "critical,CA:TRUE");
    } else {
        add_extension(certificate.get(), signer, NID_subject_alt_name, alternative);
    }
    X509_sign(certificate.get(), key, EVP_sha256());
    return certificate;
}

std::string to_pem(X509* certificate) {
    std::unique_ptr<BIO, Freed<BIO, BIO_free_all>> memory(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(memory.get(), certificate);
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

int listen_on(std::uint32_t address, int backlog, std::uint16_t& port) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_addr.s_addr = htonl(address);
    in.sin_port = htons(port);
    socklen_t size = sizeof in;
    if (fd < 0 || bind(fd, reinterpret_cast<sockaddr*>(&in), size) != 0 ||
        listen(fd, backlog) != 0 || getsockname(fd, reinterpret_cast<sockaddr*>(&in), &size) != 0) {
        throw std::runtime_error(std::string("the simulator cannot listen: ") + strerror(errno));
    }
    port = ntohs(in.sin_port);
    return fd;
}

std::string answer(int status,
                   std::string_view type,
                   std::string_view body,
                   std::string_view headers = {}) {
    return fmt::format("HTTP/1.1 {} X\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}\r\n{}",
                       status,
                       type,
                       body.size(),
                       headers,
                       body);
}

json tool(std::size_t server, std::size_t number) {
    constexpr std::array<const char*, 6> kVerbs{"get", "list", "create", "delete", "run", "send"};
    const char* verb = kVerbs[(server + number) % kVerbs.size()];
    return {{"name", fmt::format("{}_item_{}", verb, number)},
            {"description",
             fmt::format("{} an item of the simulated collection number {}, with everything that "
                         "belongs to it; used by load tests to look like a tool of usual length.",
                         verb,
                         server)},
            {"inputSchema",
             {{"type", "object"},
              {"properties",
               {{"id", {{"type", "string"}, {"description", "Which item"}}},
                {"limit", {{"type", "integer"}, {"minimum", 1}, {"maximum", 100}}}}},
              {"required", {"id"}}}}};
}

}  // namespace

Fate fate_of(std::size_t number) {
    // Of 100; mixed, so that neighbours differ.
    const std::size_t roll = number * 37 % 100;
    constexpr std::array<std::pair<std::size_t, Fate>, 15> kUpTo{{{20, Fate::modern},
                                                                  {36, Fate::legacy},
                                                                  {44, Fate::legacy_sse},
                                                                  {49, Fate::pages},
                                                                  {52, Fate::redirected},
                                                                  {55, Fate::drip},
                                                                  {57, Fate::busy_once},
                                                                  {64, Fate::unauthorized},
                                                                  {66, Fate::html},
                                                                  {67, Fate::broken},
                                                                  {69, Fate::failing},
                                                                  {70, Fate::closing},
                                                                  {80, Fate::refused},
                                                                  {90, Fate::full},
                                                                  {100, Fate::silent}}};
    for (const auto& [end, fate] : kUpTo) {
        if (roll < end) return fate;
    }
    return Fate::silent;
}

Outcome outcome_of(Fate fate) {
    switch (fate) {
        case Fate::unauthorized:
            return Outcome::auth_required;
        case Fate::html:
        case Fate::broken:
            return Outcome::wrong_protocol;
        case Fate::failing:
            return Outcome::server_error;
        case Fate::closing:
        case Fate::refused:
        case Fate::full:
            return Outcome::unreachable;
        case Fate::silent:
            return Outcome::timed_out;
        default:
            return Outcome::listed;
    }
}

std::size_t tools_of(Fate fate) {
    if (outcome_of(fate) != Outcome::listed) return 0;
    return fate == Fate::pages ? 9 : 5;
}

struct McpSimulator::Impl {
    struct Connection {
        std::size_t server = 0;
        Tls tls;
        bool greeting = false;  // the TLS handshake is not over
        std::string in;
        std::string out;
        bool close_after = false;
        std::uint64_t generation = 0;
    };

    Impl(crawler::Loop& loop, SimulatorOptions options) : loop_(loop), options_(options) {
        listener_ = listen_on(INADDR_ANY, 4096, port_);
        // A listener that takes one connection into its queue and drops all others.
        full_ = listen_on(INADDR_ANY, 0, full_port_);
        for (int i = 0; i < 4; ++i) {
            const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
            sockaddr_in in{};
            in.sin_family = AF_INET;
            in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            in.sin_port = htons(full_port_);
            connect(fd, reinterpret_cast<sockaddr*>(&in), sizeof in);
            fillers_.push_back(fd);
        }
        // A port that is closed for good: bound, never listening.
        closed_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in in{};
        in.sin_family = AF_INET;
        socklen_t size = sizeof in;
        bind(closed_, reinterpret_cast<sockaddr*>(&in), size);
        getsockname(closed_, reinterpret_cast<sockaddr*>(&in), &size);
        closed_port_ = ntohs(in.sin_port);
        if (options_.tls) {
            key_.reset(EVP_EC_gen("P-256"));
            authority_ = make_certificate(key_.get(), nullptr, {});
            context_.reset(SSL_CTX_new(TLS_server_method()));
            SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_OFF);
            SSL_CTX_set_num_tickets(context_.get(), 0);
        }
        loop_.watch(listener_, crawler::Interest::read, [this](crawler::Ready) { accept_all(); });
    }

    ~Impl() {
        for (auto& [fd, connection] : connections_) {
            loop_.unwatch(fd);
            close(fd);
        }
        loop_.unwatch(listener_);
        for (const int fd : {listener_, full_, closed_}) close(fd);
        for (const int fd : fillers_) close(fd);
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void accept_all() {
        for (;;) {
            sockaddr_in peer{};
            socklen_t size = sizeof peer;
            const int fd = accept4(
                listener_, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
            if (fd < 0) return;
            const int on = 1;
            setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            sockaddr_in own{};
            size = sizeof own;
            getsockname(fd, reinterpret_cast<sockaddr*>(&own), &size);
            const std::uint32_t address = ntohl(own.sin_addr.s_addr);
            Connection& connection = connections_[fd];
            connection = {};
            connection.server = address - kFirstAddress;
            connection.generation = ++generations_;
            if (options_.tls) {
                connection.greeting = true;
                connection.tls.reset(SSL_new(context_.get()));
                const Certificate certificate =
                    make_certificate(key_.get(), authority_.get(), "IP:" + dotted(address));
                SSL_use_certificate(connection.tls.get(), certificate.get());
                SSL_use_PrivateKey(connection.tls.get(), key_.get());
                SSL_set_fd(connection.tls.get(), fd);
                SSL_set_accept_state(connection.tls.get());
            }
            loop_.watch(fd, crawler::Interest::read, [this, fd](crawler::Ready) { work(fd); });
        }
    }

    static std::string dotted(std::uint32_t address) {
        return fmt::format("{}.{}.{}.{}",
                           address >> 24U,
                           (address >> 16U) & 255U,
                           (address >> 8U) & 255U,
                           address & 255U);
    }

    void drop(int fd) {
        loop_.unwatch(fd);
        connections_.erase(fd);
        close(fd);
    }

    // Bytes read, 0 at the end, -1 if nothing is there.
    static ssize_t receive(int fd, Connection& connection, std::array<char, 16384>& buffer) {
        if (!connection.tls) return recv(fd, buffer.data(), buffer.size(), 0);
        const int n =
            SSL_read(connection.tls.get(), buffer.data(), static_cast<int>(buffer.size()));
        if (n > 0) return n;
        const int why = SSL_get_error(connection.tls.get(), n);
        if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) {
            errno = EAGAIN;
            return -1;
        }
        return 0;
    }

    void work(int fd) {
        Connection& connection = connections_.at(fd);
        std::array<char, 16384> buffer;
        for (;;) {
            const ssize_t n = receive(fd, connection, buffer);
            if (n > 0) {
                connection.in.append(buffer.data(), static_cast<std::size_t>(n));
                continue;
            }
            if (n < 0 && errno == EAGAIN) break;
            return drop(fd);
        }
        take_requests(fd, connection);
    }

    void take_requests(int fd, Connection& connection) {
        for (;;) {
            const auto head_end = connection.in.find("\r\n\r\n");
            if (head_end == std::string::npos) return;
            const std::string head = connection.in.substr(0, head_end);
            std::size_t length = 0;
            if (const auto at = head.find("Content-Length: "); at != std::string::npos) {
                length = std::stoul(head.substr(at + 16));
            }
            if (connection.in.size() < head_end + 4 + length) return;
            const std::string body = connection.in.substr(head_end + 4, length);
            connection.in.erase(0, head_end + 4 + length);
            handle(fd, connection, head, body);
        }
    }

    void handle(int fd, Connection& connection, const std::string& head, const std::string& body) {
        const Fate fate = fate_of(connection.server);
        if (fate == Fate::silent) return;
        if (fate == Fate::closing) return later(fd, connection, {}, true);
        if (fate == Fate::unauthorized) {
            return later(fd,
                         connection,
                         answer(401,
                                "application/json",
                                "{}",
                                "WWW-Authenticate: Bearer realm=\"simulated\"\r\n"));
        }
        if (fate == Fate::html) {
            return later(
                fd, connection, answer(200, "text/html", "<html><body>Hello</body></html>"));
        }
        if (fate == Fate::broken) {
            return later(fd,
                         connection,
                         answer(200, "application/json", R"({"jsonrpc":"2.0","id":1,"resu)"));
        }
        if (fate == Fate::failing) {
            return later(fd, connection, answer(500, "text/plain", "out of order"));
        }
        if (fate == Fate::redirected && head.find(" /real ") == std::string::npos) {
            return later(fd, connection, answer(307, "text/plain", "", "Location: /real\r\n"));
        }
        if (fate == Fate::busy_once && !std::exchange(asked_[connection.server], true)) {
            return later(fd, connection, answer(503, "text/plain", "busy", "Retry-After: 6\r\n"));
        }
        if (head.starts_with("DELETE")) return later(fd, connection, answer(200, "text/plain", ""));
        const json message = json::parse(body, nullptr, false);
        if (!message.is_object()) {
            return later(fd, connection, answer(405, "text/plain", "POST only"));
        }
        const std::string method = message.value("method", "");
        const bool legacy = fate == Fate::legacy || fate == Fate::legacy_sse;
        if (!message.contains("id")) return later(fd, connection, answer(202, "text/plain", ""));
        if (legacy) return from_legacy(fd, connection, fate, method, message);
        from_modern(fd, connection, fate, method, message);
    }

    void from_legacy(
        int fd, Connection& connection, Fate fate, const std::string& method, const json& message) {
        json result;
        if (method == "initialize") {
            result = {{"protocolVersion", "2025-06-18"},
                      {"capabilities", {{"tools", json::object()}}},
                      {"serverInfo", {{"name", "simulated"}, {"version", "1"}}}};
        } else if (method == "tools/list") {
            result["tools"] = tools(connection.server, 0, 5);
        } else {
            return later(fd,
                         connection,
                         answer(400,
                                "application/json",
                                R"({"jsonrpc":"2.0","id":null,"error":{"code":-32000,)"
                                R"("message":"Bad Request: Server not initialized"}})"));
        }
        const std::string text =
            json{{"jsonrpc", "2.0"}, {"id", message["id"]}, {"result", std::move(result)}}.dump();
        const std::string session =
            method == "initialize"
                ? fmt::format("Mcp-Session-Id: session-{}\r\n", connection.server)
                : "";
        if (fate == Fate::legacy) {
            return later(fd, connection, answer(200, "application/json", text, session));
        }
        later(fd,
              connection,
              answer(200, "text/event-stream", "event: message\ndata: " + text + "\n\n", session));
    }

    void from_modern(
        int fd, Connection& connection, Fate fate, const std::string& method, const json& message) {
        json result = {{"resultType", "complete"}, {"ttlMs", 0}, {"cacheScope", "public"}};
        if (method == "server/discover") {
            result["supportedVersions"] = {"2026-07-28"};
            result["capabilities"] = {{"tools", json::object()}};
        } else if (method == "tools/list" && fate == Fate::pages) {
            const json params = message.value("params", json::object());
            const int page = std::atoi(params.value("cursor", "0").c_str());
            result["tools"] = tools(connection.server, static_cast<std::size_t>(page) * 3, 3);
            if (page < 2) result["nextCursor"] = std::to_string(page + 1);
        } else if (method == "tools/list") {
            result["tools"] = tools(connection.server, 0, 5);
        } else {
            return later(
                fd,
                connection,
                answer(404,
                       "application/json",
                       R"({"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"?"}})"));
        }
        std::string text =
            json{{"jsonrpc", "2.0"}, {"id", message["id"]}, {"result", std::move(result)}}.dump();
        std::string whole = answer(200, "application/json", text);
        if (fate == Fate::drip && method == "tools/list") {
            return drip(fd, connection.generation, std::move(whole));
        }
        later(fd, connection, std::move(whole));
    }

    static json tools(std::size_t server, std::size_t first, std::size_t n) {
        json list = json::array();
        for (std::size_t i = first; i < first + n; ++i) list.push_back(tool(server, i));
        return list;
    }

    void later(int fd, const Connection& connection, std::string bytes, bool close_after = false) {
        const auto send_it =
            [this, fd, generation = connection.generation, bytes = std::move(bytes), close_after] {
                send_now(fd, generation, bytes, close_after);
            };
        loop_.after(options_.latency, send_it);
    }

    // A tenth at a time.
    void drip(int fd, std::uint64_t generation, std::string bytes) {
        loop_.after(options_.latency / 2, [this, fd, generation, bytes = std::move(bytes)] {
            const std::size_t piece = std::min<std::size_t>(bytes.size(), 400);
            if (!send_now(fd, generation, bytes.substr(0, piece), false)) return;
            if (piece < bytes.size()) drip(fd, generation, bytes.substr(piece));
        });
    }

    bool send_now(int fd, std::uint64_t generation, const std::string& bytes, bool close_after) {
        const auto found = connections_.find(fd);
        if (found == connections_.end() || found->second.generation != generation) return false;
        Connection& connection = found->second;
        if (!bytes.empty()) {
            // Answers fit into a socket's buffer; what does not is a broken simulator.
            const auto n =
                connection.tls
                    ? SSL_write(connection.tls.get(), bytes.data(), static_cast<int>(bytes.size()))
                    : send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (n != static_cast<ssize_t>(bytes.size())) {
                drop(fd);
                return false;
            }
        }
        if (close_after) drop(fd);
        return true;
    }

    crawler::Loop& loop_;
    SimulatorOptions options_;
    int listener_ = -1;
    int full_ = -1;
    int closed_ = -1;
    std::vector<int> fillers_;
    std::uint16_t port_ = 0;
    std::uint16_t full_port_ = 0;
    std::uint16_t closed_port_ = 0;
    Key key_;
    Certificate authority_;
    Context context_;
    std::unordered_map<int, Connection> connections_;
    std::unordered_map<std::size_t, bool> asked_;
    std::uint64_t generations_ = 0;
};

McpSimulator::McpSimulator(crawler::Loop& loop, SimulatorOptions options)
    : impl_(std::make_unique<Impl>(loop, options)) {}

McpSimulator::~McpSimulator() = default;

std::string McpSimulator::url(std::size_t number) const {
    const Fate fate = fate_of(number);
    const std::uint16_t port = fate == Fate::refused ? impl_->closed_port_
                               : fate == Fate::full  ? impl_->full_port_
                                                     : impl_->port_;
    return fmt::format("{}://{}:{}/mcp",
                       impl_->options_.tls ? "https" : "http",
                       Impl::dotted(kFirstAddress + static_cast<std::uint32_t>(number)),
                       port);
}

std::string McpSimulator::authority() const {
    return impl_->authority_ ? to_pem(impl_->authority_.get()) : std::string();
}

}  // namespace mcprisk::test

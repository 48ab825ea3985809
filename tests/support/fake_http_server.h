// An HTTP/1.1 server on loopback that does what a test says, however wrong that is.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crawler/net/loop.h"

namespace mcprisk::test {

struct FakeRequest {
    std::string method;
    std::string path;
    std::vector<std::pair<std::string, std::string>> headers;  // in their order
    std::string body;

    // The first of that name (any case), empty if there is none.
    [[nodiscard]] std::string header(std::string_view name) const;
    [[nodiscard]] bool has_header(std::string_view name) const;
};

// One connection. Handlers may keep the pointer and write later, from timers of the same loop.
class FakeConnection : public std::enable_shared_from_this<FakeConnection> {
  public:
    FakeConnection(crawler::Loop& loop, int fd) : loop_(loop), fd_(fd) {}
    ~FakeConnection();
    FakeConnection(const FakeConnection&) = delete;
    FakeConnection& operator=(const FakeConnection&) = delete;

    void send(std::string_view bytes);  // as they are
    // A whole answer with Content-Length.
    void respond(int status,
                 std::string_view content_type,
                 std::string_view body,
                 std::string_view headers = {});
    // The head of a chunked answer, its pieces and its end.
    void begin(int status, std::string_view content_type, std::string_view headers = {});
    void chunk(std::string_view bytes);
    void end();
    // Calls back whenever everything was sent: for bodies without end.
    void when_sent(std::function<void()> more) {
        more_ = std::move(more);
        flush();
    }
    void close();  // after what is queued was sent
    void reset();  // at once, with RST

  private:
    friend class FakeHttpServer;
    void flush();
    void shut();

    crawler::Loop& loop_;
    int fd_;
    std::string in_;
    std::string out_;
    std::function<void()> more_;
    bool closing_ = false;
};

// Lives in the loop of the code under test, so that there are no threads and no waiting.
class FakeHttpServer {
  public:
    using Handler = std::function<void(const FakeRequest&, const std::shared_ptr<FakeConnection>&)>;

    FakeHttpServer(crawler::Loop& loop, Handler handler);
    ~FakeHttpServer();
    FakeHttpServer(const FakeHttpServer&) = delete;
    FakeHttpServer& operator=(const FakeHttpServer&) = delete;

    [[nodiscard]] std::string url(std::string_view path = "/mcp") const;
    [[nodiscard]] const std::vector<FakeRequest>& requests() const { return requests_; }
    // "POST server/discover", "GET /mcp": what was asked, in order.
    [[nodiscard]] std::vector<std::string> asked() const;
    void answer_with(Handler handler) { handler_ = std::move(handler); }

  private:
    void accept();
    void read(const std::shared_ptr<FakeConnection>& connection);
    bool take_request(FakeConnection& connection, FakeRequest& request);

    crawler::Loop& loop_;
    Handler handler_;
    int fd_ = -1;
    int port_ = 0;
    std::map<int, std::shared_ptr<FakeConnection>> connections_;
    std::vector<FakeRequest> requests_;
};

// A port of loopback that nobody listens on.
int closed_port();

}  // namespace mcprisk::test

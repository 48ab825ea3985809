// A conversation over HTTP: requests, streams, statuses, session ids and tokens, without any HTTP.
// Events in, actions out.
//
// Order (docs/protocol-http.md): server/discover of the revisions without a handshake, then
// initialize of the older ones, then the HTTP+SSE transport of 2024-11-05. Source: MCP
// specification, revisions 2024-11-05 to 2026-07-28, transports.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "crawler/auth/oauth_challenge.h"
#include "crawler/mcp/conversation.h"
#include "crawler/mcp/http_answer.h"
#include "crawler/mcp/http_verdict.h"
#include "crawler/mcp/lister.h"
#include "crawler/net/http_message.h"
#include "crawler/net/http_url.h"
#include "crawler/secrets.h"

namespace mcprisk::crawler {

// Pure and not thread-safe. Each event returns what is to be done, in order; after Finish there is
// nothing more to do, and the listing can be taken. Events of exchanges that were aborted or are
// unknown are ignored.
class HttpChannel {
  public:
    using Exchange = std::uint64_t;  // one request and its answer
    using Timer = std::uint64_t;     // fires once, is never cancelled: stale ones are ignored

    struct Send {
        Exchange exchange = 0;
        HttpRequest request;
    };
    struct Abort {
        Exchange exchange = 0;
    };
    struct SetTimer {
        Timer timer = 0;
        std::chrono::milliseconds delay{};
    };
    // The server wants a token, or a better one: answer with on_authorized(). Only if there is an
    // authorizer.
    struct Authorize {
        std::string url;
        BearerChallenge challenge;
        std::string refused_token;  // what was sent, may be empty
    };
    struct Finish {};
    using Action = std::variant<Send, Abort, SetTimer, Authorize, Finish>;
    using Actions = std::vector<Action>;

    HttpChannel(const Target& target, const HttpOptions& options);
    HttpChannel(const HttpChannel&) = delete;
    HttpChannel& operator=(const HttpChannel&) = delete;

    Actions start();
    Actions on_head(Exchange exchange, const HttpHead& head);
    Actions on_body(Exchange exchange, std::string_view bytes);
    Actions on_end(Exchange exchange, const std::optional<HttpFailure>& failure);
    Actions on_timer(Timer timer);
    Actions on_authorized(Result<std::string> access_token);
    Actions on_deadline();  // limits.total is over
    // Reading what came failed for a reason of ours: `why` is a clause.
    Actions give_up(const std::string& why);

    // A token to begin with, sent to the origin of the target alone; a configured Authorization
    // header goes first. Before start().
    void use_token(std::string access_token);

    // The last 401 or 403 of the target's own origin.
    struct Refusal {
        int status = 0;
        BearerChallenge challenge;
    };
    [[nodiscard]] const std::optional<Refusal>& refusal() const { return refused_; }
    [[nodiscard]] const std::optional<HttpUrl>& url() const { return first_url_; }

    // Without what the server was sent as credentials, wherever it repeats them.
    Listing take_listing();
    [[nodiscard]] const KnownSecrets& secrets() const { return secrets_; }

  private:
    using Step = Conversation::Step;

    // What the channel is at besides the conversation.
    enum class Phase : std::uint8_t { talk, open_stream, follow_up, leave, done };
    enum class Purpose {
        ask,     // a request whose answer moves us on
        notify,  // notifications/initialized
        reply,   // to a request of the server
        stream,  // the GET of HTTP+SSE
        listen,  // the GET of streamable HTTP for what the server says unasked
        resume,  // the GET that goes on where a stream ended
        leave    // DELETE
    };
    enum class Tick { answer, resend, resume, hang_up, settle, leave };

    struct Open {
        Purpose purpose = Purpose::ask;
        HttpAnswer answer;
    };
    struct Ask {
        std::int64_t id = 0;
        std::string method;
        nlohmann::json params;
        HttpHeaders headers;
        std::chrono::milliseconds patience{};
        Exchange exchange = 0;
        int resumes = 0;
        std::string last_event_id;
        bool resent = false;
    };
    struct Pending {
        Tick tick = Tick::answer;
        std::int64_t ask = 0;   // of answer, resend, resume; 0 is the stream of HTTP+SSE
        Exchange exchange = 0;  // of hang_up
    };

    // Steps (http_channel.cc).
    void perform(Conversation::Actions actions);
    void talk_done();
    void open_stream();
    void stream_opened(const HttpAnswer& answer);
    void listen();
    void announce();
    bool begin_again();
    void follow_up(const Message* last);
    void answered(const HttpAnswer& answer, const std::optional<Message>& reply);
    void unanswered(const HttpAnswer& answer,
                    const std::optional<Message>& reply,
                    const HttpFailure& failure);
    [[nodiscard]] Failure explain(std::string_view method,
                                  const HttpAnswer& answer,
                                  const std::optional<Message>& reply,
                                  const std::optional<HttpFailure>& failure);
    // Ends the conversation, or the listing where there is none any more.
    void fail_with(const HttpAnswer& answer,
                   const std::optional<Message>& reply,
                   const std::optional<HttpFailure>& failure);
    void end_listing(const Failure& failure);
    void leave();
    void done();

    // Authorization (http_channel_auth.cc).
    bool wants_authorization(const HttpAnswer& answer, const std::optional<Ask>& ask);
    void go_on();
    void note_refusal(const HttpAnswer& answer);
    [[nodiscard]] HttpHeaders credentials() const;
    [[nodiscard]] bool has_own_authorization() const;  // a configured header

    // Traffic (http_channel_traffic.cc).
    void ask(std::string_view method,
             nlohmann::json params,
             std::chrono::milliseconds patience,
             HttpHeaders headers = {});
    void send_ask();
    Exchange post(Purpose purpose,
                  std::string body,
                  std::string_view method,
                  const HttpHeaders& headers = {});
    Exchange send(Purpose purpose, HttpRequest request);
    HttpRequest request(std::string_view method, const std::string& url) const;
    void receive(Exchange exchange, std::vector<Message> messages);
    void answer_request(const Message& request);
    void note(const HttpAnswer& answer);
    void note_bad_headers(const nlohmann::json& result);
    void ended(const Open& open, Exchange exchange, const std::optional<HttpFailure>& failure);
    void stream_ended(const HttpAnswer& answer, const std::optional<HttpFailure>& failure);
    bool resume(const HttpAnswer& answer);
    void conclude(const HttpAnswer& answer,
                  const std::optional<Message>& reply,
                  const std::optional<HttpFailure>& failure);
    void abort_all();
    void abort(Exchange exchange);
    void set_timer(Pending pending, std::chrono::milliseconds delay);
    void timed_out();
    void too_much(const HttpAnswer& answer, std::string why);
    void flag(ListingFlag one) { add_flag(talk_.listing(), one); }
    [[nodiscard]] bool at(Conversation::Step step) const {
        return phase_ == Phase::talk && talk_.step() == step;
    }
    [[nodiscard]] bool modern() const { return !talk_.modern().empty(); }
    Actions flush() { return std::exchange(actions_, {}); }
    bool sends_credentials(const std::string& url) const;
    bool is_listening() const;

    const Target target_;
    const HttpOptions options_;
    Conversation talk_;
    std::int64_t received_ = 0;
    std::string redirected_to_;  // the address at another origin that answered, for messages
    HttpHeaders credentials_;
    bool public_server_ = false;  // it has answered from a public address, which is held against it
    KnownSecrets secrets_;
    std::optional<HttpUrl> first_url_;  // credentials go to its origin only
    std::string url_;
    std::string endpoint_;  // where messages go in HTTP+SSE; empty: that is not spoken
    std::string session_id_;

    Phase phase_ = Phase::talk;
    std::optional<Ask> ask_;
    std::string access_token_;
    std::optional<Refusal> refused_;
    std::optional<Ask> refused_ask_;  // waits for a token
    std::optional<HttpAnswer> refused_answer_;
    bool authorizing_ = false;
    int authorizations_ = 0;
    std::string no_token_because_;
    bool stream_suggested_ = false;         // by the last answer
    std::optional<Failure> no_streamable_;  // why initialize failed, while HTTP+SSE is tried
    std::map<Exchange, Open> open_;
    std::map<Timer, Pending> timers_;
    Actions actions_;
    std::uint64_t next_ = 0;
    std::int64_t next_request_ = 0;
    std::size_t own_replies_ = 0;
    bool session_renewed_ = false;
};

}  // namespace mcprisk::crawler

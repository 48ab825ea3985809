// Requests, answers, streams and timers of HttpChannel: who is asked what, and whose answer it is.
#include <fmt/format.h>
#include <algorithm>

#include "crawler/mcp/follow_up.h"
#include "crawler/mcp/http_channel.h"
#include "crawler/mcp/x_mcp_header.h"
#include "crawler/redact.h"
#include "model/base/json.h"

namespace mcprisk::crawler {
namespace {

constexpr std::size_t kMostReplies = 64;  // made up by a follow-up
constexpr int kMostResumes = 5;
constexpr std::chrono::milliseconds kDefaultRetry{1000};
constexpr std::chrono::milliseconds kHangUp{250};
constexpr const char* kBothTypes = "application/json, text/event-stream";

// Fit to be sent back in a header.
bool is_visible_ascii(std::string_view text) {
    constexpr std::size_t kLongest = 1024;
    return !text.empty() && text.size() <= kLongest &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

}  // namespace

bool HttpChannel::is_listening() const {
    return std::any_of(open_.begin(), open_.end(), [](const auto& open) {
        return open.second.purpose == Purpose::listen && open.second.answer.is_event_stream();
    });
}

HttpRequest HttpChannel::request(std::string_view method, const std::string& url) const {
    HttpRequest request;
    request.method = method;
    request.url = url;
    request.allow_private = options_.allow_private && !public_server_;
    request.private_redirects = options_.private_redirects;
    const Limits& limits = options_.limits;
    request.limits.connect = limits.start / 3;  // leaves time to say that there was no connection
    request.limits.answer = request.limits.total = limits.total;
    request.limits.body_bytes = limits.total_bytes;
    if (!options_.user_agent.empty()) {
        request.headers.emplace_back("User-Agent", options_.user_agent);
    }
    if (sends_credentials(url)) request.private_headers = credentials();
    if (modern()) {
        request.headers.emplace_back("MCP-Protocol-Version", talk_.modern());
    } else if (endpoint_.empty() && is_visible_ascii(talk_.version())) {
        request.headers.emplace_back("MCP-Protocol-Version", talk_.version());
    }
    // Whoever holds it is taken for us.
    if (is_visible_ascii(session_id_)) {
        request.private_headers.emplace_back("Mcp-Session-Id", session_id_);
    }
    return request;
}

HttpChannel::Exchange HttpChannel::send(Purpose purpose, HttpRequest request) {
    const Exchange exchange = ++next_;
    open_.emplace(exchange, Open{purpose, HttpAnswer(options_.limits)});
    actions_.emplace_back(Send{exchange, std::move(request)});
    return exchange;
}

HttpChannel::Exchange HttpChannel::post(Purpose purpose,
                                        std::string body,
                                        std::string_view method,
                                        const HttpHeaders& headers) {
    HttpRequest message = request("POST", endpoint_.empty() ? url_ : endpoint_);
    message.headers.emplace_back("Content-Type", "application/json");
    message.headers.emplace_back("Accept", kBothTypes);
    if (modern()) message.headers.emplace_back("Mcp-Method", method);
    message.headers.insert(message.headers.end(), headers.begin(), headers.end());
    if (purpose != Purpose::ask) message.limits.answer = options_.limits.request;
    message.body = std::move(body);
    return send(purpose, std::move(message));
}

void HttpChannel::ask(std::string_view method,
                      nlohmann::json params,
                      std::chrono::milliseconds patience,
                      HttpHeaders headers) {
    stream_suggested_ = false;
    ask_ = Ask{};
    ask_->headers = std::move(headers);
    ask_->method = method;
    ask_->params = std::move(params);
    ask_->patience = patience;
    send_ask();
}

void HttpChannel::send_ask() {
    ask_->id = ++next_request_;
    set_timer({Tick::answer, ask_->id, 0}, ask_->patience);
    HttpHeaders headers = ask_->headers;
    if (modern()) {
        const std::string name = mcp_name(ask_->method, ask_->params);
        if (!name.empty()) headers.emplace_back("Mcp-Name", mcp_header_value(name));
    }
    ask_->exchange = post(Purpose::ask,
                          make_request(ask_->id, ask_->method, ask_->params).dump(),
                          ask_->method,
                          headers);
}

void HttpChannel::set_timer(Pending pending, std::chrono::milliseconds delay) {
    const Timer timer = ++next_;
    timers_.emplace(timer, pending);
    actions_.emplace_back(SetTimer{timer, delay});
}

void HttpChannel::abort(Exchange exchange) {
    if (open_.erase(exchange) > 0) actions_.emplace_back(Abort{exchange});
}

void HttpChannel::abort_all() {
    ask_.reset();
    while (!open_.empty()) abort(open_.begin()->first);
    timers_.clear();
}

HttpChannel::Actions HttpChannel::on_head(Exchange exchange, const HttpHead& head) {
    const auto found = open_.find(exchange);
    if (found == open_.end()) return {};
    Open& open = found->second;
    received_ += static_cast<std::int64_t>(head.bytes);
    public_server_ = public_server_ || (head.from_public && !options_.private_redirects);
    if (const auto here = parse_http_url(head.url);
        here && first_url_ && here->origin() != first_url_->origin()) {
        flag(ListingFlag::redirected);
        redirected_to_ = redact_url(head.url);
    }
    open.answer.head(head);
    const bool from_server = open.purpose == Purpose::ask || open.purpose == Purpose::stream;
    if (from_server && endpoint_.empty() && open.answer.ok() && !open.answer.is_html()) {
        url_ = head.url;
    }
    if (open.purpose == Purpose::notify && at(Step::announce) && open.answer.ok()) {
        set_timer({Tick::hang_up, 0, exchange}, kHangUp);
        if (options_.listen && endpoint_.empty()) listen();
        perform(talk_.announced());
    } else if (open.purpose == Purpose::stream && !open.answer.is_event_stream()) {
        const HttpAnswer answer = open.answer;
        abort(exchange);
        stream_ended(answer, std::nullopt);
    }
    return flush();
}

HttpChannel::Actions HttpChannel::on_body(Exchange exchange, std::string_view bytes) {
    const auto found = open_.find(exchange);
    if (found == open_.end()) return {};
    Open& open = found->second;
    received_ += static_cast<std::int64_t>(bytes.size());
    std::vector<Message> messages = open.answer.feed(bytes);
    if (received_ > static_cast<std::int64_t>(options_.limits.total_bytes)) {
        too_much(open.answer,
                 fmt::format("it sends more than {} KiB", options_.limits.total_bytes >> 10));
        return flush();
    }
    const bool too_large = open.answer.too_large();
    receive(exchange, std::move(messages));
    const auto still = open_.find(exchange);
    if (still == open_.end()) return flush();
    if (too_large) {
        const HttpAnswer answer = still->second.answer;
        too_much(answer, answer.describe());
    } else if (phase_ == Phase::open_stream && still->second.answer.endpoint()) {
        stream_opened(HttpAnswer(still->second.answer));
    }
    return flush();
}

HttpChannel::Actions HttpChannel::on_end(Exchange exchange,
                                         const std::optional<HttpFailure>& failure) {
    const auto found = open_.find(exchange);
    if (found == open_.end()) return {};
    if (!failure) receive(exchange, found->second.answer.end());
    if (auto node = open_.extract(exchange)) ended(node.mapped(), exchange, failure);
    return flush();
}

void HttpChannel::receive(Exchange exchange, std::vector<Message> messages) {
    for (Message& message : messages) {
        const auto found = open_.find(exchange);
        if (found == open_.end()) return;
        const HttpAnswer& answer = found->second.answer;
        if (message.kind == Message::Kind::request) {
            answer_request(message);
        } else if (message.kind == Message::Kind::notification) {
            perform(talk_.heard(message));
        } else if (ask_ && (message.kind == Message::Kind::result ||
                            message.kind == Message::Kind::error)) {
            const bool nameless = message.kind == Message::Kind::error && message.id.is_null() &&
                                  ask_->exchange == exchange && !answer.is_event_stream();
            const IdMatch match = match_id(message.id, ask_->id);
            if (match != IdMatch::none || nameless) {
                if (match == IdMatch::as_text) flag(ListingFlag::wrong_id_type);
                conclude(HttpAnswer(answer), std::move(message), std::nullopt);
                if (ask_ && open_.contains(exchange) && found->second.purpose != Purpose::stream &&
                    answer.is_event_stream()) {
                    // Usually the server ends it at once, and the connection can be used again.
                    set_timer({Tick::hang_up, 0, exchange}, kHangUp);
                }
            }
        }
    }
}

void HttpChannel::answer_request(const Message& request) {
    auto own = options_.follow_up == nullptr || modern() ? std::nullopt
                                                         : options_.follow_up->answer(request);
    if (!own) return perform(talk_.heard(request));
    if (++own_replies_ <= kMostReplies) post(Purpose::reply, own->dump(), {});
}

void HttpChannel::ended(const Open& open,
                        Exchange exchange,
                        const std::optional<HttpFailure>& failure) {
    const HttpAnswer& answer = open.answer;
    const bool awaited = ask_ && ask_->exchange == exchange;
    switch (open.purpose) {
        case Purpose::ask:
            if (!awaited) return;
            if (!endpoint_.empty() && answer.ok() && !failure) return;  // it comes on the stream
            if (endpoint_.empty() && !modern() && resume(answer)) return;
            conclude(answer, std::nullopt, failure);
            return;
        case Purpose::resume:
            if (awaited && !resume(answer)) conclude(answer, std::nullopt, failure);
            return;
        case Purpose::notify:
            if (!at(Step::announce)) return;
            if (wants_authorization(answer, std::nullopt)) return;
            if (answer.status() == 401 || answer.status() == 403) {
                fail_with(answer, std::nullopt, std::nullopt);
            } else if (answer.status() != 404 || !endpoint_.empty() || !begin_again()) {
                perform(talk_.announced());  // a notification that was refused proves nothing
            }
            return;
        case Purpose::stream:
            stream_ended(answer, failure);
            return;
        case Purpose::listen:  // 405: the server has nothing to say unasked
            return;
        case Purpose::leave:
            done();
            return;
        case Purpose::reply:
            return;
    }
}

void HttpChannel::stream_ended(const HttpAnswer& answer,
                               const std::optional<HttpFailure>& failure) {
    if (phase_ == Phase::open_stream) {
        if (wants_authorization(answer, std::nullopt)) return;
        if (answer.status() == 401 || answer.status() == 403) {
            fail_with(answer, std::nullopt, std::nullopt);
        } else if (no_streamable_) {
            end_listing(*no_streamable_);
        }
        return;
    }
    if (at(Step::settle)) {
        perform(talk_.enough());
    } else if (phase_ != Phase::leave && phase_ != Phase::done) {
        if (!ask_) ask_ = Ask{};
        conclude(answer,
                 std::nullopt,
                 failure ? failure
                         : HttpFailure{HttpFailure::Kind::interrupted,
                                       "it closed the event stream before it had answered"});
    }
}

bool HttpChannel::resume(const HttpAnswer& answer) {
    if (!answer.is_event_stream() || answer.last_event_id().empty() ||
        ask_->resumes >= kMostResumes) {
        return false;
    }
    ++ask_->resumes;
    ask_->last_event_id = answer.last_event_id();
    const auto wait = std::min(answer.retry().value_or(kDefaultRetry), options_.limits.request);
    set_timer({Tick::resume, ask_->id, 0}, wait);
    return true;
}

void HttpChannel::conclude(const HttpAnswer& answer,
                           const std::optional<Message>& reply,
                           const std::optional<HttpFailure>& failure) {
    if (!reply && !failure && !ask_->resent) {
        if (const auto wait = worthwhile_wait(answer.head())) {
            ask_->resent = true;
            set_timer({Tick::resend, ask_->id, 0}, *wait);
            return;
        }
    }
    const auto asked = std::exchange(ask_, std::nullopt);
    note(answer);
    if (!failure && wants_authorization(answer, asked)) return;
    if (phase_ == Phase::follow_up) {
        if (reply && !failure && answer.status() != 401 && answer.status() != 403) {
            follow_up(&*reply);
        } else {
            fail_with(answer, reply, failure);
        }
    } else if (failure) {
        unanswered(answer, reply, *failure);
    } else if (answer.status() == 401 || answer.status() == 403) {
        fail_with(answer, reply, failure);
    } else {
        answered(answer, reply);
    }
}

void HttpChannel::note(const HttpAnswer& answer) {
    if (answer.wrong_content_type()) flag(ListingFlag::wrong_content_type);
    if (answer.repaired()) flag(ListingFlag::json_repaired);
}

void HttpChannel::too_much(const HttpAnswer& answer, std::string why) {
    const HttpFailure failure{HttpFailure::Kind::too_large, std::move(why)};
    if (phase_ == Phase::leave) {
        done();
    } else if (phase_ == Phase::talk) {
        unanswered(answer, std::nullopt, failure);
    } else {
        fail_with(answer, std::nullopt, failure);
    }
}

void HttpChannel::timed_out() {
    if (phase_ == Phase::open_stream) {
        if (no_streamable_) end_listing(*no_streamable_);
        return;
    }
    const std::string why =
        fmt::format("no answer to {} within {}", ask_->method, in_seconds(ask_->patience));
    const Exchange exchange = ask_->exchange;
    const auto found = open_.find(exchange);
    const HttpAnswer answer =
        found == open_.end() ? HttpAnswer(options_.limits) : found->second.answer;
    abort(exchange);
    conclude(answer, std::nullopt, HttpFailure{HttpFailure::Kind::timed_out, why});
}

HttpChannel::Actions HttpChannel::on_timer(Timer timer) {
    const auto node = timers_.extract(timer);
    if (node.empty()) return {};
    const Pending& pending = node.mapped();
    const bool awaited = ask_ && pending.ask == ask_->id;
    switch (pending.tick) {
        case Tick::answer:
            if (awaited || (pending.ask == 0 && phase_ == Phase::open_stream)) timed_out();
            break;
        case Tick::resend:
            if (awaited) send_ask();
            break;
        case Tick::resume:
            if (awaited) {
                HttpRequest get = request("GET", url_);
                get.headers.emplace_back("Accept", "text/event-stream");
                get.headers.emplace_back("Last-Event-ID", ask_->last_event_id);
                ask_->exchange = send(Purpose::resume, std::move(get));
            }
            break;
        case Tick::hang_up:
            abort(pending.exchange);
            break;
        case Tick::settle:
            if (at(Step::settle)) perform(talk_.settled());
            break;
        case Tick::leave:
            if (phase_ == Phase::leave) done();
            break;
    }
    return flush();
}

}  // namespace mcprisk::crawler

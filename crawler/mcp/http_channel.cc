#include "crawler/mcp/http_channel.h"

#include <fmt/format.h>
#include <algorithm>

#include "crawler/mcp/follow_up.h"
#include "crawler/mcp/x_mcp_header.h"
#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds kGoodbye{1000};
// Every request connects by itself, and half a list with an error is a failure.
constexpr Manners kRequests{
    .first = Opening::each_request, .one_channel = false, .keeps_half = false, .replies = 64};

// These say how we speak; a configuration that repeats them must not contradict us.
bool is_ours(std::string_view name) {
    for (const std::string_view own : {"content-type",
                                       "content-length",
                                       "transfer-encoding",
                                       "accept",
                                       "accept-encoding",
                                       "mcp-session-id",
                                       "mcp-protocol-version",
                                       "mcp-method",
                                       "last-event-id"}) {
        if (equals_ignoring_case(name, own)) return true;
    }
    return false;
}

Listing blank_listing(const Target& target) {
    Listing listing;
    listing.document.server = target.id;
    listing.document.title = target.title;
    listing.document.description = target.description;
    listing.document.source = target.source;
    listing.document.version = target.version;
    listing.origin = describe_origin(target);
    listing.transport = "streamable-http";
    listing.credential_class = target.credential_class;
    return listing;
}

}  // namespace

HttpChannel::HttpChannel(const Target& target, const HttpOptions& options)
    : target_(target),
      options_(options),
      talk_(options_.era, options_.limits, kRequests, blank_listing(target), options_.revisions),
      secrets_(target) {
    const auto& http = std::get<HttpTarget>(target_.how);
    url_ = http.url;
    if (auto url = parse_http_url(url_)) first_url_ = std::move(*url);
    for (const auto& header : http.headers) {
        if (!is_ours(header.first)) credentials_.push_back(header);
    }
}

HttpChannel::Actions HttpChannel::start() {
    if (!first_url_) {
        end_listing({Outcome::refused,
                     parse_http_url(url_).error().message,
                     "give an http:// or https:// address"});
    } else {
        perform(talk_.opened());
    }
    return flush();
}

void HttpChannel::perform(Conversation::Actions actions) {
    for (Conversation::Action& action : actions) {
        if (auto* what = std::get_if<Conversation::Ask>(&action)) {
            if (what->method == "initialize") session_id_.clear();
            ask(what->method, std::move(what->params), what->patience);
        } else if (const auto* answer = std::get_if<Conversation::Tell>(&action)) {
            post(Purpose::reply, answer->message.dump(), {});
        } else if (std::holds_alternative<Conversation::Announce>(action)) {
            announce();
        } else if (const auto* pause = std::get_if<Conversation::Settle>(&action)) {
            set_timer({Tick::settle, 0, 0}, pause->delay);
        } else if (std::holds_alternative<Conversation::Done>(action)) {
            talk_done();
        }
    }
}

void HttpChannel::talk_done() {
    const auto& failure = talk_.failure();
    if (!failure) {
        follow_up(nullptr);
    } else if (stream_suggested_) {
        no_streamable_ = *failure;
        open_stream();
    } else {
        end_listing(*failure);
    }
}

// The handshake goes over the stream then.
void HttpChannel::open_stream() {
    phase_ = Phase::open_stream;
    HttpRequest get = request("GET", url_);
    get.headers.emplace_back("Accept", "text/event-stream");
    set_timer({Tick::answer, 0, 0}, options_.limits.start);
    send(Purpose::stream, std::move(get));
}

void HttpChannel::listen() {
    HttpRequest get = request("GET", url_);
    get.headers.emplace_back("Accept", "text/event-stream");
    send(Purpose::listen, std::move(get));
}

void HttpChannel::stream_opened(const HttpAnswer& answer) {
    const auto base = parse_http_url(answer.head().url);
    const auto endpoint = base ? resolve_http_url(*base, *answer.endpoint()) : base;
    if (!endpoint || endpoint->origin() != base->origin()) {
        end_listing(
            {Outcome::refused,
             endpoint
                 ? fmt::format("it wants messages sent to another origin, {}", endpoint->origin())
                 : "it names no usable address for messages: " + endpoint.error().message,
             {}});
        return;
    }
    endpoint_ = endpoint->text;
    talk_.listing().transport = "sse";
    phase_ = Phase::talk;
    perform(talk_.again());
}

void HttpChannel::announce() {
    post(Purpose::notify,
         make_notification("notifications/initialized").dump(),
         "notifications/initialized");
}

bool HttpChannel::begin_again() {
    if (session_id_.empty() || std::exchange(session_renewed_, true)) return false;
    perform(talk_.again());
    return true;
}

// What came for the conversation ----------------------------------------------------------------

void HttpChannel::answered(const HttpAnswer& answer, const std::optional<Message>& reply) {
    const bool streamable = endpoint_.empty() && !modern();
    const bool is_result = reply && reply->kind == Message::Kind::result;
    if (at(Step::initialize) && streamable) {
        if (is_result && reply->result.is_object()) {
            session_id_ = answer.head().header("Mcp-Session-Id");
        }
        const bool hinted = std::get<HttpTarget>(target_.how).transport_hint == "sse";
        stream_suggested_ = !is_result && suggests_http_sse(answer.status(), reply, hinted);
    } else if (at(Step::list)) {
        if (answer.status() == 404 && streamable && begin_again()) return;
        if (is_result) note_bad_headers(reply->result);
        // Only a stream that stays open may still bring a change.
        talk_.hears_changes(!endpoint_.empty() || is_listening());
    }
    perform(talk_.answered(
        reply ? &*reply : nullptr, standing_of(answer.status()), [&](std::string_view method) {
            return explain(method, answer, reply, std::nullopt);
        }));
}

void HttpChannel::unanswered(const HttpAnswer& answer,
                             const std::optional<Message>& reply,
                             const HttpFailure& failure) {
    using Kind = HttpFailure::Kind;
    Conversation::Loss loss;
    loss.other_era = at(Step::discover) &&
                     (failure.kind == Kind::interrupted || failure.kind == Kind::timed_out ||
                      failure.kind == Kind::not_http);
    loss.keep = failure.kind == Kind::timed_out || failure.kind == Kind::too_large;
    perform(talk_.unanswered(explain(talk_.method(), answer, reply, failure), loss));
}

void HttpChannel::note_bad_headers(const json& result) {
    const json* tools = find_member(result, "tools");
    if (tools == nullptr || !tools->is_array()) return;
    for (const json& tool : *tools) {
        const json* schema = find_member(tool, "inputSchema");
        if (schema != nullptr && has_bad_x_mcp_header(*schema)) flag(ListingFlag::bad_x_mcp_header);
    }
}

void HttpChannel::follow_up(const Message* last) {
    phase_ = Phase::follow_up;
    auto question = options_.follow_up == nullptr ? std::nullopt
                                                  : options_.follow_up->next(talk_.listing(), last);
    if (!question) {
        leave();
        return;
    }
    if (!modern()) question->headers.clear();
    ask(question->method,
        talk_.dressed(std::move(question->params)),
        options_.limits.request,
        std::move(question->headers));
}

// Ends ------------------------------------------------------------------------------------------

Failure HttpChannel::explain(std::string_view method,
                             const HttpAnswer& answer,
                             const std::optional<Message>& reply,
                             const std::optional<HttpFailure>& failure) {
    // Hidden before a message is cut, so that no half of a secret escapes.
    std::optional<Message> clean;
    if (reply && reply->kind == Message::Kind::error) {
        clean = reply;
        clean->error.message = secrets_.hide(clean->error.message);
        secrets_.hide_in(clean->error.data);
    } else if (reply) {
        clean.emplace();  // what is in it is not told
        clean->kind = reply->kind;
    }
    Failure worded =
        judge_failure(std::string(method), answer, clean, failure, sends_credentials(url_));
    if (worded.outcome == Outcome::auth_required) {
        note_refusal(answer);
        if (!no_token_because_.empty()) {
            worded.why += "; " + no_token_because_;
            if (worded.remedy.starts_with("pass")) worded.remedy.insert(0, "or ");
        }
    }
    return worded;
}

void HttpChannel::fail_with(const HttpAnswer& answer,
                            const std::optional<Message>& reply,
                            const std::optional<HttpFailure>& failure) {
    if (phase_ == Phase::talk) {
        perform(talk_.unanswered(explain(talk_.method(), answer, reply, failure), {}));
    } else {
        const char* method = phase_ == Phase::follow_up ? "a later request" : "tools/list";
        end_listing(explain(method, answer, reply, failure));
    }
}

void HttpChannel::end_listing(const Failure& failure) {
    Listing& listing = talk_.listing();
    listing.outcome = failure.outcome;
    listing.failure = fmt::format("listing the tools of {}{}: {}",
                                  listing.origin,
                                  redirected_to_.empty() ? "" : ", redirected to " + redirected_to_,
                                  failure.why);
    listing.failure = secrets_.hide(listing.failure);  // a server may repeat them
    if (!failure.remedy.empty()) listing.failure += "; " + failure.remedy;
    leave();
}

void HttpChannel::leave() {
    abort_all();
    const Outcome outcome = talk_.listing().outcome;
    const bool gone = outcome == Outcome::unreachable || outcome == Outcome::timed_out;
    if (session_id_.empty() || gone) {
        done();
        return;
    }
    phase_ = Phase::leave;
    HttpRequest farewell = request("DELETE", url_);
    farewell.last_on_connection = true;
    set_timer({Tick::leave, 0, 0}, std::min(kGoodbye, options_.limits.grace));
    send(Purpose::leave, std::move(farewell));
}

void HttpChannel::done() {
    if (phase_ == Phase::done) return;
    abort_all();
    phase_ = Phase::done;
    actions_.emplace_back(Finish{});
}

HttpChannel::Actions HttpChannel::give_up(const std::string& why) {
    if (phase_ == Phase::done) return {};
    actions_.clear();
    const Failure failure{Outcome::server_error, why, {}};
    if (phase_ == Phase::talk) {
        perform(talk_.unanswered(failure, {}));
    } else {
        end_listing(failure);
    }
    return flush();
}

Listing HttpChannel::take_listing() {
    talk_.listing().bytes_received = received_;
    secrets_.hide_in(talk_.listing());
    return std::move(talk_.listing());
}

HttpChannel::Actions HttpChannel::on_deadline() {
    if (phase_ == Phase::leave) {
        done();
    } else if (at(Step::settle)) {
        perform(talk_.enough());
        done();
    } else if (phase_ != Phase::done) {
        const Failure failure{
            Outcome::timed_out,
            fmt::format("no list of tools within {}", in_seconds(options_.limits.total)),
            {}};
        if (phase_ == Phase::talk) {
            perform(talk_.unanswered(failure, {.other_era = false, .keep = true}));
        } else {
            end_listing(failure);
        }
    }
    return flush();
}

}  // namespace mcprisk::crawler

#include "crawler/mcp/http_session.h"

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
constexpr const char* kCapabilitiesKey = "io.modelcontextprotocol/clientCapabilities";

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

}  // namespace

HttpSession::HttpSession(const Target& target, const HttpOptions& options)
    : target_(target), options_(options), pages_(options_.limits), secrets_(target) {
    const auto& http = std::get<HttpTarget>(target_.how);
    url_ = http.url;
    if (auto url = parse_http_url(url_)) first_url_ = std::move(*url);
    for (const auto& header : http.headers) {
        if (!is_ours(header.first)) credentials_.push_back(header);
    }
    listing_.document.server = target_.id;
    listing_.document.title = target_.title;
    listing_.document.description = target_.description;
    listing_.document.source = target_.source;
    listing_.document.version = target_.version;
    listing_.origin = describe_origin(target_);
    listing_.transport = "streamable-http";
    listing_.credential_class = target_.credential_class;
}

HttpSession::Actions HttpSession::start() {
    if (!first_url_) {
        finish_failed({Outcome::refused,
                       parse_http_url(url_).error().message,
                       "give an http:// or https:// address"});
    } else if (options_.era == Era::legacy) {
        initialize(newest_legacy());
    } else {
        discover();
    }
    return flush();
}

void HttpSession::discover() {
    step_ = Step::discover;
    mode_ = Mode::modern;
    ask("server/discover",
        with_capabilities(modern_params(modern_version_)),
        options_.limits.start);
}

void HttpSession::discovered(const HttpAnswer& answer, const std::optional<Message>& reply) {
    const EraVerdict verdict = judge_discover(answer.status(), reply);
    if (verdict == EraVerdict::modern) {
        facts_ = *read_discover_result(reply->result);
        modern_version_ = newest_among(facts_.supported_versions, Opening::each_request);
        facts_.protocol_version = modern_version_;
        apply(facts_, listing_);
        list(std::nullopt);
    } else if (verdict == EraVerdict::retry && !std::exchange(discovered_again_, true)) {
        if (const json* required = find_member(reply->error.data, "requiredCapabilities");
            required != nullptr && required->is_object()) {
            client_capabilities_ = *required;
        }
        if (const auto version = mutual_version(reply->error)) modern_version_ = *version;
        discover();
    } else if (verdict == EraVerdict::legacy && options_.era == Era::modern) {
        finish_failed({Outcome::wrong_protocol,
                       fmt::format("it does not speak MCP {}", newest_modern()),
                       "let the older revisions be tried as well"});
    } else if (verdict == EraVerdict::unsupported || options_.era == Era::modern) {
        fail_with(answer, reply, std::nullopt);
    } else {
        initialize(newest_legacy());
    }
}

void HttpSession::initialize(std::string_view version) {
    step_ = Step::initialize;
    if (mode_ == Mode::modern) mode_ = Mode::streamable;
    facts_ = {};
    session_id_.clear();
    listing_.declared_capabilities = canonical_json(declared_capabilities());
    ask("initialize", initialize_params(version), options_.limits.start);
}

void HttpSession::initialized(const HttpAnswer& answer, const std::optional<Message>& reply) {
    if (reply && reply->kind == Message::Kind::result) {
        auto facts = read_initialize_result(reply->result);
        if (!facts) {
            finish_failed({Outcome::wrong_protocol, facts.error().message, {}});
            return;
        }
        facts_ = std::move(*facts);
        apply(facts_, listing_);
        if (mode_ == Mode::streamable) session_id_ = answer.head().header("Mcp-Session-Id");
        announce();
        return;
    }
    if (reply && reply->kind == Message::Kind::error) {
        const auto version = mutual_version(reply->error);
        if (version && is_legacy(*version) && !std::exchange(version_lowered_, true)) {
            initialize(*version);
            return;
        }
        if (version && is_modern(*version) && mode_ == Mode::streamable &&
            options_.era == Era::automatic && !std::exchange(discovered_again_, true)) {
            modern_version_ = *version;
            discover();
            return;
        }
    }
    const bool hinted = std::get<HttpTarget>(target_.how).transport_hint == "sse";
    if (mode_ == Mode::streamable && suggests_http_sse(answer.status(), reply, hinted)) {
        no_streamable_ =
            judge_failure("initialize", answer, reply, std::nullopt, sends_credentials(url_));
        open_stream();
        return;
    }
    fail_with(answer, reply, std::nullopt);
}

void HttpSession::open_stream() {
    step_ = Step::open_stream;
    HttpRequest get = request("GET", url_);
    get.headers.emplace_back("Accept", "text/event-stream");
    set_timer({Tick::answer, 0, 0}, options_.limits.start);
    send(Purpose::stream, std::move(get));
}

void HttpSession::listen() {
    HttpRequest get = request("GET", url_);
    get.headers.emplace_back("Accept", "text/event-stream");
    send(Purpose::listen, std::move(get));
}

void HttpSession::stream_opened(const HttpAnswer& answer) {
    const auto base = parse_http_url(answer.head().url);
    const auto endpoint = base ? resolve_http_url(*base, *answer.endpoint()) : base;
    if (!endpoint || endpoint->origin() != base->origin()) {
        finish_failed(
            {Outcome::refused,
             endpoint
                 ? fmt::format("it wants messages sent to another origin, {}", endpoint->origin())
                 : "it names no usable address for messages: " + endpoint.error().message,
             {}});
        return;
    }
    endpoint_ = endpoint->text;
    mode_ = Mode::sse;
    listing_.transport = "sse";
    initialize(newest_legacy());
}

void HttpSession::announce() {
    step_ = Step::announce;
    post(Purpose::notify,
         make_notification("notifications/initialized").dump(),
         "notifications/initialized");
}

void HttpSession::list(const std::optional<std::string>& cursor) {
    step_ = Step::list;
    cursor_ = cursor;
    json params = list_params(cursor, mode_ == Mode::modern ? modern_version_ : std::string());
    if (mode_ == Mode::modern) params = with_capabilities(std::move(params));
    ask("tools/list", std::move(params), options_.limits.request);
}

json HttpSession::with_capabilities(json params) const {
    params["_meta"][kCapabilitiesKey] = client_capabilities_;
    return params;
}

bool HttpSession::begin_again() {
    if (session_id_.empty() || std::exchange(initialized_again_, true)) return false;
    pages_.clear();
    initialize(newest_legacy());
    return true;
}

void HttpSession::listed(const HttpAnswer& answer, const std::optional<Message>& reply) {
    if (answer.status() == 404 && mode_ == Mode::streamable && begin_again()) return;
    if (reply && reply->kind == Message::Kind::result) {
        page(reply->result);
        return;
    }
    if (!reply || reply->kind != Message::Kind::error) {
        fail_with(answer, reply, std::nullopt);
        return;
    }
    const RpcError& error = reply->error;
    if (error.code == kInvalidParams && cursor_) {
        if (const auto step = pages_.restart()) {
            list(step->cursor);
            return;
        }
    }
    if (mode_ == Mode::modern) {
        const json* required = find_member(error.data, "requiredCapabilities");
        if (error.code == kMissingClientCapability && required != nullptr &&
            required->is_object() && !std::exchange(discovered_again_, true)) {
            client_capabilities_ = *required;
            list(cursor_);
            return;
        }
        const bool wrong_era = error.code == kMissingClientCapability ||
                               error.code == kHeaderMismatch ||
                               error.code == kUnsupportedProtocolVersion;
        if (wrong_era && pages_.pages() == 0 && options_.era == Era::automatic) {
            initialize(newest_legacy());
            return;
        }
    }
    if (means_no_tools(error, facts_, cursor_.has_value())) {
        finish_listed();
        return;
    }
    fail_with(answer, reply, std::nullopt);
}

void HttpSession::page(const json& result) {
    if (mode_ == Mode::modern) apply_result_meta(result, listing_);
    if (const json* tools = find_member(result, "tools"); tools != nullptr && tools->is_array()) {
        for (const json& tool : *tools) {
            const json* schema = find_member(tool, "inputSchema");
            if (schema != nullptr && has_bad_x_mcp_header(*schema)) {
                add_flag(listing_, ListingFlag::bad_x_mcp_header);
            }
        }
    }
    const ToolPages::Step step = pages_.add(result);
    switch (step.next) {
        case ToolPages::Next::fetch:
            list(step.cursor);
            break;
        case ToolPages::Next::done:
            list_done();
            break;
        case ToolPages::Next::invalid:
            finish_failed({Outcome::wrong_protocol, step.problem, {}});
            break;
    }
}

void HttpSession::list_done() {
    // Only a stream that stays open may still bring a change.
    const bool hears = mode_ == Mode::sse || is_listening();
    const json* tools = find_member(facts_.capabilities, "tools");
    const bool may_change = hears && tools != nullptr && bool_member(*tools, "listChanged", false);
    if ((tools_changed_ || may_change) && relists_ < options_.limits.relists) {
        step_ = Step::settle;
        set_timer({Tick::settle, 0, 0}, options_.limits.debounce);
    } else {
        finish_listed();
    }
}

void HttpSession::finish_listed() {
    listing_.outcome = Outcome::listed;
    if (mode_ == Mode::modern) {
        listing_.declared_capabilities = canonical_json(client_capabilities_);
    }
    pages_.finish(listing_);
    follow_up(nullptr);
}

void HttpSession::follow_up(const Message* last) {
    step_ = Step::follow_up;
    auto question =
        options_.follow_up == nullptr ? std::nullopt : options_.follow_up->next(listing_, last);
    if (!question) {
        leave();
        return;
    }
    json params = std::move(question->params);
    if (mode_ == Mode::modern) {
        const json meta = with_capabilities(modern_params(modern_version_));
        params["_meta"].update(meta["_meta"]);
    } else {
        question->headers.clear();
    }
    ask(question->method, std::move(params), options_.limits.request, std::move(question->headers));
}

void HttpSession::fail_with(const HttpAnswer& answer,
                            const std::optional<Message>& reply,
                            const std::optional<HttpFailure>& failure) {
    // Hidden before a message is cut, so that no half of a secret escapes.
    std::optional<Message> clean = reply;
    if (clean) {
        clean->error.message = secrets_.hide(clean->error.message);
        secrets_.hide_in(clean->error.data);
    }
    Verdict verdict = judge_failure(step_ == Step::discover     ? "server/discover"
                                    : step_ == Step::initialize ? "initialize"
                                    : step_ == Step::follow_up  ? "a later request"
                                                                : "tools/list",
                                    answer,
                                    clean,
                                    failure,
                                    sends_credentials(url_));
    if (verdict.outcome == Outcome::auth_required) {
        note_refusal(answer);
        if (!no_token_because_.empty()) {
            verdict.why += "; " + no_token_because_;
            if (verdict.remedy.starts_with("pass")) verdict.remedy.insert(0, "or ");
        }
    }
    finish_failed(verdict);
}

void HttpSession::finish_failed(const Verdict& verdict) {
    listing_.outcome = verdict.outcome;
    listing_.failure =
        fmt::format("listing the tools of {}{}: {}",
                    listing_.origin,
                    redirected_to_.empty() ? "" : ", redirected to " + redirected_to_,
                    verdict.why);
    listing_.failure = secrets_.hide(listing_.failure);  // a server may repeat them
    if (!verdict.remedy.empty()) listing_.failure += "; " + verdict.remedy;
    leave();
}

bool HttpSession::truncate() {
    if (pages_.pages() == 0 || step_ != Step::list) return false;
    add_flag(listing_, ListingFlag::truncated);
    finish_listed();
    return true;
}

void HttpSession::leave() {
    abort_all();
    const bool gone =
        listing_.outcome == Outcome::unreachable || listing_.outcome == Outcome::timed_out;
    if (session_id_.empty() || gone) {
        done();
        return;
    }
    step_ = Step::leave;
    HttpRequest farewell = request("DELETE", url_);
    farewell.last_on_connection = true;
    set_timer({Tick::leave, 0, 0}, std::min(kGoodbye, options_.limits.grace));
    send(Purpose::leave, std::move(farewell));
}

void HttpSession::done() {
    if (step_ == Step::done) return;
    abort_all();
    step_ = Step::done;
    actions_.emplace_back(Finish{});
}

HttpSession::Actions HttpSession::give_up(const std::string& why) {
    if (step_ == Step::done) return {};
    pages_.clear();
    actions_.clear();
    finish_failed({Outcome::server_error, why, {}});
    return flush();
}

Listing HttpSession::take_listing() {
    secrets_.hide_in(listing_);
    return std::move(listing_);
}

HttpSession::Actions HttpSession::on_deadline() {
    if (step_ == Step::leave) {
        done();
    } else if (step_ == Step::settle) {
        finish_listed();
        done();
    } else if (step_ != Step::done && !truncate()) {
        finish_failed({Outcome::timed_out,
                       fmt::format("no list of tools within {}", in_seconds(options_.limits.total)),
                       {}});
    }
    return flush();
}

}  // namespace mcprisk::crawler

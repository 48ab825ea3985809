#include "crawler/mcp/stdio_session.h"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "crawler/process/start_failure.h"
#include "crawler/redact.h"
#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr int kRequestsAnswered = 1000;  // of the server; more is a flood

std::string one_line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
    return repair_utf8(text);
}

}  // namespace

StdioSession::StdioSession(SessionContext context, const Limits& limits)
    : context_(std::move(context)), limits_(limits), reader_(limits) {}

StdioSession::Actions StdioSession::flush() { return std::exchange(actions_, {}); }

// What to do next -------------------------------------------------------------------------------

void StdioSession::send(const json& message) {
    actions_.emplace_back(
        Send{message.dump(-1, ' ', false, json::error_handler_t::replace) + '\n'});
}

void StdioSession::request(std::string_view method, json params, milliseconds patience) {
    answered_ = false;
    send(make_request(++last_id_, method, std::move(params)));
    actions_.emplace_back(SetTimer{Timer::answer, patience});
}

void StdioSession::initialize(std::string_view version, milliseconds patience) {
    state_ = State::initializing;
    tried_initialize_ = true;
    modern_.clear();
    request("initialize", initialize_params(version), patience);
}

void StdioSession::discover(std::string_view version, milliseconds patience) {
    state_ = State::discovering;
    tried_discover_ = true;
    modern_ = version;
    request("server/discover", modern_params(version), patience);
}

void StdioSession::begin_listing() {
    state_ = State::listing;
    changed_ = false;
    pages_.emplace(limits_);
    list(std::nullopt);
}

void StdioSession::list(const std::optional<std::string>& cursor) {
    cursor_sent_ = cursor.has_value();
    request("tools/list", list_params(cursor, modern_), limits_.request);
}

void StdioSession::list_complete() {
    actions_.emplace_back(CancelTimer{Timer::answer});
    complete_ = listing_;
    pages_->finish(*complete_);
    pages_.reset();
    if (!changed_) return finish();
    if (relists_ >= limits_.relists) {
        flag(ListingFlag::list_unstable);
        return finish();
    }
    ++relists_;
    state_ = State::waiting;
    actions_.emplace_back(SetTimer{Timer::debounce, limits_.debounce});
}

// Events ----------------------------------------------------------------------------------------

StdioSession::Actions StdioSession::started() {
    if (finished()) return {};
    if (!std::exchange(total_set_, true)) {
        actions_.emplace_back(SetTimer{Timer::total, limits_.total});
    }
    if (context_.era == Era::modern || tried_initialize_) {
        discover(newest_modern(), limits_.start);
    } else {
        initialize(newest_legacy(), limits_.start);
    }
    return flush();
}

StdioSession::Actions StdioSession::received(std::size_t bytes) {
    received_ += bytes;
    if (!finished() && received_ > limits_.total_bytes) {
        stop({Outcome::wrong_protocol,
              fmt::format("it wrote more than {} bytes to stdout", limits_.total_bytes),
              "start it by hand to see what it prints"});
    }
    return flush();
}

StdioSession::Actions StdioSession::line(std::string_view text) {
    if (finished()) return {};
    for (const Message& message : reader_.add(text)) {
        if (finished()) break;
        on_message(message);
    }
    if (!finished() && reader_.noise_bytes() > limits_.noise_bytes) {
        stop({Outcome::wrong_protocol,
              fmt::format("it wrote more than {} bytes that are not MCP to stdout",
                          limits_.noise_bytes),
              "check that it has a stdio mode, and that its log goes to stderr"});
    }
    return flush();
}

StdioSession::Actions StdioSession::line_dropped() {
    line_dropped_ = true;
    flag(ListingFlag::overlong_line);
    return {};
}

StdioSession::Actions StdioSession::exited(const ExitStatus& status, std::string_view last_words) {
    if (finished()) return {};
    reader_.end();
    Failure failure = ended(status, last_words);
    // A server that says what it lacks will say it again.
    if (state_ == State::initializing && failure.outcome == Outcome::exited) {
        note(failure);
        if (fall_forward(true)) return flush();
    }
    stop(std::move(failure));
    return flush();
}

StdioSession::Actions StdioSession::closed(std::string_view last_words) {
    if (finished()) return {};
    stop({Outcome::exited,
          fmt::format("it closed its stdout before it answered {}, {}", step(), quote(last_words)),
          "start it by hand to see why"});
    return flush();
}

StdioSession::Actions StdioSession::timed_out(Timer timer, std::string_view last_words) {
    if (finished()) return {};
    if (timer == Timer::debounce) {
        if (state_ == State::waiting) begin_listing();
        return flush();
    }
    if (timer == Timer::answer && answered_) return {};
    Failure failure = too_late(timer, last_words);
    if (timer == Timer::answer && state_ == State::initializing) {
        note(failure);
        if (fall_forward(true)) return flush();
    }
    stop(std::move(failure));
    return flush();
}

// Messages --------------------------------------------------------------------------------------

bool StdioSession::is_answer(const Message& message) {
    if (answered_) return false;
    if (message.id.is_number()) return message.id == last_id_;
    // Some servers turn every id into a string.
    if (message.id.is_string() &&
        message.id.get_ref<const std::string&>() == std::to_string(last_id_)) {
        flag(ListingFlag::wrong_id_type);
        return true;
    }
    return false;
}

void StdioSession::on_message(const Message& message) {
    switch (message.kind) {
        case Message::Kind::request:
            return on_request(message);
        case Message::Kind::notification:
            // Before `initialized` a list is not ours yet; modern servers send it only to
            // subscribers.
            if (modern_.empty() && is_list_changed(message) &&
                (state_ == State::listing || state_ == State::waiting)) {
                changed_ = true;
            }
            return;
        case Message::Kind::other:
            flag(ListingFlag::stray_messages);
            return;
        case Message::Kind::result:
        case Message::Kind::error:
            break;
    }
    if (!is_answer(message)) {
        if (message.kind == Message::Kind::error && message.id.is_null() && !answered_) {
            RpcError clean{
                message.error.code, context_.secrets.hide(message.error.message), nullptr};
            stray_error_ = describe(clean);
        }
        flag(ListingFlag::stray_messages);
        return;
    }
    answered_ = true;
    switch (state_) {
        case State::initializing:
            return on_initialize(message);
        case State::discovering:
            return on_discover(message);
        case State::listing:
            return on_list(message);
        default:
            return;
    }
}

void StdioSession::on_request(const Message& message) {
    if (!modern_.empty()) {
        // Neither side may do this any more; an answer would break the rules a second time.
        flag(ListingFlag::stray_messages);
        return;
    }
    if (requests_answered_ >= kRequestsAnswered) {
        flag(ListingFlag::request_flood);
        return;
    }
    ++requests_answered_;
    send(answer_to(message));
}

void StdioSession::on_initialize(const Message& message) {
    if (message.kind == Message::Kind::error) {
        if (message.error.code == kUnsupportedProtocolVersion && !retried_version_) {
            const auto version = mutual_version(message.error);
            if (version && is_legacy(*version)) {
                retried_version_ = true;
                return initialize(*version, limits_.request);
            }
        }
        Failure failure = refused("initialize", message.error);
        note(failure);
        if (!fall_forward(false)) stop(std::move(failure));
        return;
    }
    const auto facts = read_initialize_result(message.result);
    if (!facts) {
        Failure failure{Outcome::wrong_protocol, facts.error().message, "report it to its author"};
        note(failure);
        if (!fall_forward(false)) stop(std::move(failure));
        return;
    }
    listing_.declared_capabilities = canonical_json(declared_capabilities());
    apply(*facts, listing_);
    facts_ = *facts;
    send(make_notification("notifications/initialized"));
    begin_listing();
}

void StdioSession::on_discover(const Message& message) {
    if (message.kind == Message::Kind::error) {
        if (message.error.code == kUnsupportedProtocolVersion && !retried_version_) {
            const auto version = mutual_version(message.error);
            if (version && is_modern(*version)) {
                retried_version_ = true;
                return discover(*version, limits_.request);
            }
            if (version && context_.era == Era::automatic) {
                retried_version_ = true;
                return initialize(*version, limits_.request);
            }
        }
        return stop(refused("server/discover", message.error));
    }
    const auto facts = read_discover_result(message.result);
    if (!facts) {
        return stop({Outcome::wrong_protocol, facts.error().message, "report it to its author"});
    }
    listing_.declared_capabilities = "{}";
    apply(*facts, listing_);
    const auto& versions = facts->supported_versions;
    if (const auto best = newest_among(versions, Opening::each_request); !best.empty()) {
        modern_ = best;
    } else {
        flag(ListingFlag::unknown_protocol_version);
    }
    listing_.protocol_version = modern_;
    facts_ = *facts;
    begin_listing();
}

void StdioSession::on_list(const Message& message) {
    if (message.kind == Message::Kind::error) {
        if (cursor_sent_ && message.error.code == kInvalidParams) {
            if (const auto again = pages_->restart()) return list(again->cursor);
        }
        if (means_no_tools(message.error, facts_, cursor_sent_)) return list_complete();
        return stop(refused("tools/list", message.error));
    }
    if (!modern_.empty()) apply_result_meta(message.result, listing_);
    const ToolPages::Step next = pages_->add(message.result);
    switch (next.next) {
        case ToolPages::Next::fetch:
            return list(next.cursor);
        case ToolPages::Next::done:
            return list_complete();
        case ToolPages::Next::invalid:
            return stop({Outcome::wrong_protocol, next.problem, "report it to its author"});
    }
}

// Ends ------------------------------------------------------------------------------------------

void StdioSession::note(Failure failure) {
    // The first failure tells most, since it is the answer to what most servers understand; a
    // timeout tells nothing.
    if (!failure_ ||
        (failure_->outcome == Outcome::timed_out && failure.outcome != Outcome::timed_out)) {
        failure_ = std::move(failure);
    }
}

bool StdioSession::fall_forward(bool restart) {
    if (context_.era != Era::automatic || tried_discover_) return false;
    actions_.emplace_back(CancelTimer{Timer::answer});
    answered_ = true;
    if (!restart) {
        discover(newest_modern(), limits_.request);
        return true;
    }
    state_ = State::idle;
    actions_.emplace_back(Restart{});
    return true;
}

void StdioSession::stop(Failure failure) {
    if (complete_) return finish();
    if (pages_ && pages_->pages() > 0) {
        // What was read is worth more than nothing.
        complete_ = listing_;
        pages_->finish(*complete_);
        add_flag(*complete_, ListingFlag::truncated);
        return finish();
    }
    note(std::move(failure));
    listing_.outcome = failure_->outcome;
    listing_.failure = one_line(fmt::format(
        "asking {} for its tools: {}; {}", context_.command, failure_->why, failure_->next));
    finish();
}

void StdioSession::finish() {
    if (reader_.noise_lines() > 0) flag(ListingFlag::stdout_noise);
    if (reader_.joined()) flag(ListingFlag::multiline_json);
    if (reader_.repaired()) flag(ListingFlag::json_repaired);
    if (!reader_.refused().empty()) flag(ListingFlag::refused_json);
    if (complete_) {
        complete_->flags = union_of(complete_->flags, listing_.flags);
        listing_ = std::move(*complete_);
        listing_.outcome = Outcome::listed;
    }
    listing_.bytes_received = static_cast<std::int64_t>(received_);
    state_ = State::done;
    for (const Timer timer : {Timer::answer, Timer::total, Timer::debounce}) {
        actions_.emplace_back(CancelTimer{timer});
    }
    actions_.emplace_back(Finish{});
}

Listing StdioSession::take() { return std::move(listing_); }

}  // namespace mcprisk::crawler

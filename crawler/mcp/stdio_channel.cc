#include "crawler/mcp/stdio_channel.h"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

using nlohmann::json;

constexpr Manners kPipes{
    .first = Opening::handshake, .one_channel = true, .keeps_half = true, .replies = 1000};

// Every failure here ends it: nothing is said of the era, and what was read is kept.
constexpr Conversation::Loss kEnd{.other_era = false, .keep = true};

std::string one_line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
    return repair_utf8(text);
}

}  // namespace

StdioChannel::StdioChannel(StdioContext context, const Limits& limits)
    : context_(std::move(context)),
      limits_(limits),
      talk_(context_.era, limits, kPipes, {}, context_.revisions),
      reader_(limits) {}

// What to do next -------------------------------------------------------------------------------

void StdioChannel::perform(Conversation::Actions actions) {
    for (const Conversation::Action& action : actions) {
        if (const auto* what = std::get_if<Conversation::Ask>(&action)) {
            ask(*what);
        } else if (const auto* answer = std::get_if<Conversation::Tell>(&action)) {
            send(answer->message);
        } else if (const auto* notice = std::get_if<Conversation::Announce>(&action)) {
            send(notice->message);
            perform(talk_.announced());
        } else if (const auto* pause = std::get_if<Conversation::Settle>(&action)) {
            actions_.emplace_back(CancelTimer{Timer::answer});
            actions_.emplace_back(SetTimer{Timer::debounce, pause->delay});
        } else if (std::holds_alternative<Conversation::Reopen>(action)) {
            actions_.emplace_back(CancelTimer{Timer::answer});
            answered_ = true;
            actions_.emplace_back(Restart{});
        } else {
            finish();
        }
    }
}

void StdioChannel::send(const json& message) {
    actions_.emplace_back(
        Send{message.dump(-1, ' ', false, json::error_handler_t::replace) + '\n'});
}

void StdioChannel::ask(const Conversation::Ask& what) {
    answered_ = false;
    send(make_request(++last_id_, what.method, what.params));
    actions_.emplace_back(SetTimer{Timer::answer, what.patience});
}

// Events ----------------------------------------------------------------------------------------

StdioChannel::Actions StdioChannel::started() {
    if (finished()) return {};
    if (!std::exchange(total_set_, true)) {
        actions_.emplace_back(SetTimer{Timer::total, limits_.total});
    }
    perform(talk_.opened());
    return flush();
}

StdioChannel::Actions StdioChannel::received(std::size_t bytes) {
    received_ += bytes;
    if (!finished() && received_ > limits_.total_bytes) {
        perform(talk_.unanswered(
            {Outcome::wrong_protocol,
             fmt::format("it wrote more than {} bytes to stdout", limits_.total_bytes),
             "start it by hand to see what it prints"},
            kEnd));
    }
    return flush();
}

StdioChannel::Actions StdioChannel::line(std::string_view text) {
    if (finished()) return {};
    for (const Message& message : reader_.add(text)) {
        if (finished()) break;
        on_message(message);
    }
    if (!finished() && reader_.noise_bytes() > limits_.noise_bytes) {
        perform(
            talk_.unanswered({Outcome::wrong_protocol,
                              fmt::format("it wrote more than {} bytes that are not MCP to stdout",
                                          limits_.noise_bytes),
                              "check that it has a stdio mode, and that its log goes to stderr"},
                             kEnd));
    }
    return flush();
}

StdioChannel::Actions StdioChannel::line_dropped() {
    line_dropped_ = true;
    flag(ListingFlag::overlong_line);
    return {};
}

StdioChannel::Actions StdioChannel::exited(const ExitStatus& status, std::string_view last_words) {
    if (finished()) return {};
    reader_.end();
    Failure failure = ended(status, last_words);
    // A server that says what it lacks will say it again.
    const bool other_era =
        talk_.step() == Step::initialize && failure.outcome == Outcome::exited;
    perform(talk_.unanswered(std::move(failure), {.other_era = other_era, .keep = true}));
    return flush();
}

StdioChannel::Actions StdioChannel::closed(std::string_view last_words) {
    if (finished()) return {};
    perform(talk_.unanswered(
        {Outcome::exited,
         fmt::format(
             "it closed its stdout before it answered {}, {}", talk_.method(), quote(last_words)),
         "start it by hand to see why"},
        kEnd));
    return flush();
}

StdioChannel::Actions StdioChannel::timed_out(Timer timer, std::string_view last_words) {
    if (finished()) return {};
    if (timer == Timer::debounce) {
        perform(talk_.settled());
        return flush();
    }
    if (timer == Timer::answer && answered_) return {};
    const bool other_era = timer == Timer::answer && talk_.step() == Step::initialize;
    perform(talk_.unanswered(too_late(timer, last_words), {.other_era = other_era, .keep = true}));
    return flush();
}

// Messages --------------------------------------------------------------------------------------

bool StdioChannel::is_answer(const Message& message) {
    if (answered_) return false;
    const IdMatch match = match_id(message.id, last_id_);
    if (match == IdMatch::as_text) flag(ListingFlag::wrong_id_type);
    return match != IdMatch::none;
}

void StdioChannel::on_message(const Message& message) {
    if (message.kind == Message::Kind::request || message.kind == Message::Kind::notification) {
        return perform(talk_.heard(message));
    }
    const bool other = message.kind == Message::Kind::other;
    if (!other && is_answer(message)) {
        answered_ = true;
        return perform(talk_.answered(&message, Standing::fine, [&](std::string_view method) {
            return refused(method, message);
        }));
    }
    if (message.kind == Message::Kind::error && message.id.is_null() && !answered_) {
        const RpcError clean{
            message.error.code, context_.secrets.hide(message.error.message), nullptr};
        stray_error_ = describe(clean);
    }
    flag(ListingFlag::stray_messages);
}

// The end ---------------------------------------------------------------------------------------

void StdioChannel::finish() {
    if (reader_.noise_lines() > 0) flag(ListingFlag::stdout_noise);
    if (reader_.joined()) flag(ListingFlag::multiline_json);
    if (reader_.repaired()) flag(ListingFlag::json_repaired);
    if (!reader_.refused().empty()) flag(ListingFlag::refused_json);
    Listing& listing = talk_.listing();
    if (const auto& failure = talk_.failure()) {
        listing.failure = one_line(fmt::format(
            "asking {} for its tools: {}; {}", context_.command, failure->why, failure->remedy));
    }
    listing.bytes_received = static_cast<std::int64_t>(received_);
    for (const Timer timer : {Timer::answer, Timer::total, Timer::debounce}) {
        actions_.emplace_back(CancelTimer{timer});
    }
    actions_.emplace_back(Finish{});
}

Listing StdioChannel::take() { return std::move(talk_.listing()); }

}  // namespace mcprisk::crawler

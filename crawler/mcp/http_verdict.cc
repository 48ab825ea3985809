#include "crawler/mcp/http_verdict.h"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>

#include "crawler/mcp/protocol.h"
#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

constexpr int kLongestWaitSeconds = 5;

Outcome outcome_of(HttpFailure::Kind kind) {
    switch (kind) {
        case HttpFailure::Kind::refused:
            return Outcome::refused;
        case HttpFailure::Kind::unreachable:
        case HttpFailure::Kind::interrupted:
            return Outcome::unreachable;
        case HttpFailure::Kind::timed_out:
            return Outcome::timed_out;
        case HttpFailure::Kind::not_http:
        case HttpFailure::Kind::too_large:
            return Outcome::wrong_protocol;
    }
    return Outcome::unreachable;
}

}  // namespace

Standing standing_of(int status) {
    if (status >= 500) return Standing::broken;
    return status >= 300 ? Standing::refused : Standing::fine;
}

bool suggests_http_sse(int status, const std::optional<Message>& reply, bool hinted) {
    if (reply && reply->kind == Message::Kind::error && is_modern_error(reply->error)) return false;
    if (hinted && status >= 400 && status < 500) return true;
    return status == 400 || status == 404 || status == 405;
}

Failure judge_failure(const std::string& method,
                      const HttpAnswer& answer,
                      const std::optional<Message>& reply,
                      const std::optional<HttpFailure>& failure,
                      bool had_credentials) {
    if (failure) return {outcome_of(failure->kind), failure->message, {}};
    const int status = answer.status();
    if (status == 401 || status == 403) {
        if (answer.head().credentials_dropped) {
            return {Outcome::auth_required,
                    fmt::format("it redirects to another origin, which answers {} and was not sent "
                                "the credential",
                                describe_status(status)),
                    "give the address it redirects to"};
        }
        return had_credentials
                   ? Failure{Outcome::auth_required,
                             fmt::format("it answers {} to the credential that was sent",
                                         describe_status(status)),
                             "check that the credential is valid for this server"}
                   : Failure{Outcome::auth_required,
                             fmt::format("it answers {}", describe_status(status)),
                             "pass a credential: --header 'Authorization: Bearer $TOKEN'"};
    }
    if (reply && reply->kind == Message::Kind::error) {
        if (reply->error.code == kUnsupportedProtocolVersion && names_versions(reply->error)) {
            return {Outcome::wrong_protocol,
                    fmt::format("it speaks other versions of MCP than were tried: {}",
                                truncate_utf8(canonical_json(reply->error.data["supported"]), 200)),
                    {}};
        }
        return {Outcome::server_error,
                fmt::format("it answers {} with {}", method, describe(reply->error)),
                {}};
    }
    if (reply) {
        return {
            Outcome::wrong_protocol, fmt::format("its answer to {} makes no sense", method), {}};
    }
    if (status == 402) {
        return {Outcome::auth_required,
                fmt::format("it answers {}", describe_status(status)),
                "it serves paid accounts: pass the credential of one with --header"};
    }
    if (status == 407 || status == 408 || status == 429 || status >= 500) {
        return {Outcome::server_error, answer.describe(), "try again later"};
    }
    Failure failed{Outcome::wrong_protocol, answer.describe(), {}};
    if (status == 405) {
        failed.why += " to a request of MCP and has no event stream of the older transport";
    } else if (status == 410) {
        failed.why += ": it is no longer there";
    }
    if (status >= 400 || answer.is_html()) failed.remedy = kWrongAddress;
    if (status == 410) failed.remedy = fmt::format("look up where it went; {}", kWrongAddress);
    return failed;
}

std::optional<std::chrono::milliseconds> worthwhile_wait(const HttpHead& head) {
    if (head.status != 429 && head.status != 503) return std::nullopt;
    const std::string_view text = head.header("Retry-After");
    int seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc{} || end != text.data() + text.size() || seconds < 0 ||
        seconds > kLongestWaitSeconds) {
        return std::nullopt;
    }
    return std::chrono::seconds{seconds};
}

}  // namespace mcprisk::crawler

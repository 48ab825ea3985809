// HttpChannel and tokens: when to ask for one, and how to go on with it.
#include <algorithm>
#include <utility>

#include "crawler/mcp/http_channel.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

constexpr std::size_t kChallengeBytes = 1024;
constexpr int kMostAuthorizations = 3;  // a server may refuse every token for ever

bool is_authorization(const std::pair<std::string, std::string>& header) {
    return equals_ignoring_case(header.first, "authorization");
}

}  // namespace

bool HttpChannel::sends_credentials(const std::string& url) const {
    if ((credentials_.empty() && access_token_.empty()) || !first_url_) return false;
    const auto parsed = parse_http_url(url);
    return parsed && parsed->origin() == first_url_->origin();
}

bool HttpChannel::has_own_authorization() const {
    return std::any_of(credentials_.begin(), credentials_.end(), is_authorization);
}

void HttpChannel::use_token(std::string access_token) {
    if (has_own_authorization()) return;
    access_token_ = std::move(access_token);
    secrets_.add(access_token_);
    talk_.listing().credential_class = "configured";
}

HttpHeaders HttpChannel::credentials() const {
    HttpHeaders headers = credentials_;
    if (!access_token_.empty()) headers.emplace_back("Authorization", "Bearer " + access_token_);
    return headers;
}

void HttpChannel::note_refusal(const HttpAnswer& answer) {
    const std::string all = joined_challenges(answer.head());
    talk_.listing().challenge = truncate_utf8(secrets_.hide(repair_utf8(all)), kChallengeBytes);
    const auto here = parse_http_url(answer.head().url);
    if (here && first_url_ && here->origin() == first_url_->origin()) {
        refused_ = Refusal{answer.status(), read_bearer_challenge(all)};
        refused_->challenge.from_public = public_server_;
    }
}

bool HttpChannel::wants_authorization(const HttpAnswer& answer, const std::optional<Ask>& ask) {
    if (answer.status() != 401 && answer.status() != 403) return false;
    note_refusal(answer);
    if (options_.authorizer == nullptr || has_own_authorization() || !refused_ ||
        answer.head().credentials_dropped || authorizations_ >= kMostAuthorizations) {
        return false;
    }
    if (answer.status() == 403 && refused_->challenge.error != "insufficient_scope") return false;
    ++authorizations_;
    authorizing_ = true;
    refused_ask_ = ask;
    refused_answer_.emplace(answer);
    actions_.emplace_back(Authorize{first_url_->text, refused_->challenge, access_token_});
    return true;
}

HttpChannel::Actions HttpChannel::on_authorized(Result<std::string> access_token) {
    if (!std::exchange(authorizing_, false) || phase_ == Phase::leave || phase_ == Phase::done) {
        return {};
    }
    if (access_token) {
        use_token(std::move(*access_token));
        go_on();
    } else {
        no_token_because_ = access_token.error().message;
        const HttpAnswer answer = *refused_answer_;
        fail_with(answer, std::nullopt, std::nullopt);
    }
    return flush();
}

void HttpChannel::go_on() {
    if (at(Step::announce)) {
        announce();
    } else if (phase_ == Phase::open_stream) {
        open_stream();
    } else if (refused_ask_) {
        const Ask again = *std::exchange(refused_ask_, std::nullopt);
        ask(again.method, again.params, again.patience, again.headers);
    }
}

}  // namespace mcprisk::crawler

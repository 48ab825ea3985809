#include "crawler/auth/oauth_lookup.h"

#include <utility>

namespace mcprisk::crawler {

OAuthLookup::OAuthLookup(Loop& loop,
                         HttpClient& client,
                         const HttpUrl& server,
                         const BearerChallenge& challenge,
                         const OAuthRules& rules,
                         Done done)
    : loop_(loop), client_(client), discovery_(server, challenge, rules), done_(std::move(done)) {}

OAuthLookup::~OAuthLookup() {
    loop_.cancel(timer_);
    client_.abort(transfer_);
}

void OAuthLookup::start(std::chrono::milliseconds longest) {
    timer_ = loop_.after(longest, [this] { finish(); });
    next();
}

void OAuthLookup::next() {
    auto request = discovery_.next();
    if (!request) {
        loop_.cancel(timer_);
        timer_ = loop_.after(std::chrono::milliseconds{0}, [this] { finish(); });
        return;
    }
    reply_ = {};
    HttpCallbacks callbacks;
    callbacks.on_head = [this](const HttpHead& head) { reply_.status = head.status; };
    callbacks.on_body = [this](std::string_view bytes) { reply_.body += bytes; };
    callbacks.on_done = [this](std::optional<HttpFailure> failure) {
        transfer_ = 0;
        reply_.failure = std::move(failure);
        discovery_.take(reply_);
        next();
    };
    transfer_ = client_.start(std::move(*request), std::move(callbacks));
}

void OAuthLookup::finish() {
    client_.abort(std::exchange(transfer_, 0));
    loop_.cancel(std::exchange(timer_, 0));
    const Done done = std::move(done_);
    done(discovery_.facts());
}

}  // namespace mcprisk::crawler

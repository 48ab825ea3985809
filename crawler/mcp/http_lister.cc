// The thin shell around HttpChannel: its actions become transfers and timers.
#include <fmt/format.h>
#include <algorithm>
#include <functional>
#include <map>
#include <new>
#include <nlohmann/json.hpp>
#include <set>
#include <type_traits>
#include <utility>

#include "crawler/auth/authorizer.h"
#include "crawler/auth/oauth_lookup.h"
#include "crawler/mcp/http_channel.h"
#include "crawler/mcp/lister.h"
#include "crawler/net/http_client.h"
#include "crawler/redact.h"
#include "crawler/start/other_places.h"
#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

constexpr std::chrono::milliseconds kLongestLookup{10000};

class HttpLister final : public Lister {
  public:
    HttpLister(
        Loop& loop, HttpClient& client, const Target& target, const HttpOptions& options, Done done)
        : loop_(loop),
          client_(client),
          target_(target),
          session_(target, options),
          options_(options),
          total_(options.limits.total),
          done_(std::move(done)) {}

    ~HttpLister() override { stop(); }

    void start() override {
        started_ = Loop::Clock::now();
        if (options_.authorizer != nullptr && session_.url()) {
            if (auto token = options_.authorizer->token_for(session_.url()->text)) {
                session_.use_token(std::move(*token));
            }
        }
        deadline_ = loop_.after(total_, [this] { run(session_.on_deadline()); });
        run(session_.start());
    }

  private:
    void run(HttpChannel::Actions actions) {
        bool finished = false;
        for (HttpChannel::Action& action : actions) {
            std::visit(
                [&](auto& what) {
                    using What = std::decay_t<decltype(what)>;
                    if constexpr (std::is_same_v<What, HttpChannel::Send>) {
                        send(what);
                    } else if constexpr (std::is_same_v<What, HttpChannel::Abort>) {
                        abort(what.exchange);
                    } else if constexpr (std::is_same_v<What, HttpChannel::SetTimer>) {
                        set_timer(what);
                    } else if constexpr (std::is_same_v<What, HttpChannel::Authorize>) {
                        authorize(what);
                    } else {
                        finished = true;
                    }
                },
                action);
        }
        if (finished) finish();
    }

    void send(HttpChannel::Send& what) {
        const HttpChannel::Exchange exchange = what.exchange;
        HttpCallbacks callbacks;
        callbacks.on_head = [this, exchange](const HttpHead& head) {
            run(session_.on_head(exchange, head));
        };
        callbacks.on_body = [this, exchange](std::string_view bytes) {
            guarded([&] { return session_.on_body(exchange, bytes); });
        };
        callbacks.on_done = [this, exchange](const std::optional<HttpFailure>& failure) {
            transfers_.erase(exchange);
            guarded([&] { return session_.on_end(exchange, failure); });
        };
        transfers_[exchange] = client_.start(std::move(what.request), std::move(callbacks));
    }

    // What one server sends may be more than there is memory for: that ends it and no other.
    void guarded(const std::function<HttpChannel::Actions()>& step) {
        HttpChannel::Actions actions;
        try {
            actions = step();
        } catch (const std::bad_alloc&) {
            actions = session_.give_up("there is not enough memory for what it sends");
        }
        run(std::move(actions));
    }

    void abort(HttpChannel::Exchange exchange) {
        const auto found = transfers_.find(exchange);
        if (found == transfers_.end()) return;
        client_.abort(found->second);
        transfers_.erase(found);
    }

    void set_timer(const HttpChannel::SetTimer& what) {
        timers_[what.timer] = loop_.after(what.delay, [this, timer = what.timer] {
            timers_.erase(timer);
            run(session_.on_timer(timer));
        });
    }

    void authorize(const HttpChannel::Authorize& what) {
        ticket_ = options_.authorizer->authorize(
            what.url, what.challenge, what.refused_token, [this](Authorizer::Outcome outcome) {
                ticket_ = 0;
                if (outcome.facts) facts_ = std::move(outcome.facts);
                run(session_.on_authorized(std::move(outcome.access_token)));
            });
    }

    void stop() {
        if (ticket_ != 0) options_.authorizer->abandon(std::exchange(ticket_, 0));
        loop_.cancel(deadline_);
        for (const auto& [own, timer] : timers_) loop_.cancel(timer);
        timers_.clear();
        for (const auto& [own, transfer] : transfers_) client_.abort(transfer);
        transfers_.clear();
    }

    // The receiver may destroy us, and must not be called from within start(): hence a timer, which
    // our destructor can cancel.
    void finish() {
        stop();
        listing_ = session_.take_listing();
        listing_.elapsed_ms =
            std::chrono::duration_cast<std::chrono::milliseconds>(Loop::Clock::now() - started_)
                .count();
        const bool unknown = session_.refusal() && !facts_ &&
                             listing_.outcome == Outcome::auth_required &&
                             options_.look_up_authorization;
        if (!unknown) {
            deadline_ = loop_.after(std::chrono::milliseconds{0}, [this] { hand_over(); });
            return;
        }
        OAuthRules rules;
        rules.allow_private = options_.allow_private;
        rules.user_agent = options_.user_agent;
        lookup_ = std::make_unique<OAuthLookup>(loop_,
                                                client_,
                                                *session_.url(),
                                                session_.refusal()->challenge,
                                                rules,
                                                [this](OAuthFacts facts) {
                                                    facts_ = std::move(facts);
                                                    hand_over();
                                                });
        lookup_->start(std::min(kLongestLookup, total_));
    }

    void hand_over() {
        if (options_.other_places && is_wrong_address(listing_)) {
            elsewhere_ = make_asking_lister(
                loop_, client_, target_, options_, std::move(listing_), [this](Listing listing) {
                    const Done done = std::move(done_);
                    done(std::move(listing));
                });
            return elsewhere_->start();
        }
        if (const auto& refusal = session_.refusal(); refusal && facts_) {
            listing_.authorization = canonical_json(
                describe_authorization(refusal->status, refusal->challenge, *facts_));
            // Where nobody was asked for a token yet.
            const auto& giver = facts_->auth_server;
            if (refusal->status == 401 && giver && !giver->assumed &&
                options_.authorizer == nullptr) {
                listing_.failure += fmt::format("; or get a token of {}: mcprisk login {}",
                                                printable(redact_url(giver->issuer)),
                                                redact_url(session_.url()->text));
            }
            session_.secrets().hide_in(listing_);
        }
        const Done done = std::move(done_);
        done(std::move(listing_));
    }

    Loop& loop_;
    HttpClient& client_;
    const Target target_;
    HttpChannel session_;
    const HttpOptions options_;
    std::chrono::milliseconds total_;
    Done done_;
    Loop::Clock::time_point started_;
    TimerId deadline_ = 0;
    Authorizer::Ticket ticket_ = 0;
    std::optional<OAuthFacts> facts_;  // who gives tokens for this server
    std::unique_ptr<OAuthLookup> lookup_;
    Listing listing_;
    std::unique_ptr<Lister> elsewhere_;
    std::map<HttpChannel::Exchange, HttpClient::Id> transfers_;
    std::map<HttpChannel::Timer, TimerId> timers_;
};

}  // namespace

std::unique_ptr<Lister> make_http_lister(
    Loop& loop, HttpClient& client, Target target, const HttpOptions& options, Lister::Done done) {
    return std::make_unique<HttpLister>(loop, client, target, options, std::move(done));
}

}  // namespace mcprisk::crawler

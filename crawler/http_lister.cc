// The thin shell around HttpSession: its actions become transfers and timers.
#include <map>
#include <set>
#include <type_traits>
#include <utility>

#include "crawler/http_client.h"
#include "crawler/http_session.h"
#include "crawler/lister.h"

namespace mcprisk::crawler {
namespace {

class HttpLister final : public Lister {
  public:
    HttpLister(
        Loop& loop, HttpClient& client, const Target& target, const HttpOptions& options, Done done)
        : loop_(loop),
          client_(client),
          session_(target, options),
          total_(options.limits.total),
          done_(std::move(done)) {}

    ~HttpLister() override { stop(); }

    void start() override {
        started_ = Loop::Clock::now();
        deadline_ = loop_.after(total_, [this] { run(session_.on_deadline()); });
        run(session_.start());
    }

  private:
    void run(HttpSession::Actions actions) {
        bool finished = false;
        for (HttpSession::Action& action : actions) {
            std::visit(
                [&](auto& what) {
                    using What = std::decay_t<decltype(what)>;
                    if constexpr (std::is_same_v<What, HttpSession::Send>) {
                        send(what);
                    } else if constexpr (std::is_same_v<What, HttpSession::Abort>) {
                        abort(what.exchange);
                    } else if constexpr (std::is_same_v<What, HttpSession::SetTimer>) {
                        set_timer(what);
                    } else {
                        finished = true;
                    }
                },
                action);
        }
        if (finished) finish();
    }

    void send(HttpSession::Send& what) {
        const HttpSession::Exchange exchange = what.exchange;
        HttpCallbacks callbacks;
        callbacks.on_head = [this, exchange](const HttpHead& head) {
            run(session_.on_head(exchange, head));
        };
        callbacks.on_body = [this, exchange](std::string_view bytes) {
            run(session_.on_body(exchange, bytes));
        };
        callbacks.on_done = [this, exchange](const std::optional<HttpFailure>& failure) {
            transfers_.erase(exchange);
            run(session_.on_end(exchange, failure));
        };
        transfers_[exchange] = client_.start(std::move(what.request), std::move(callbacks));
    }

    void abort(HttpSession::Exchange exchange) {
        const auto found = transfers_.find(exchange);
        if (found == transfers_.end()) return;
        client_.abort(found->second);
        transfers_.erase(found);
    }

    void set_timer(const HttpSession::SetTimer& what) {
        timers_[what.timer] = loop_.after(what.delay, [this, timer = what.timer] {
            timers_.erase(timer);
            run(session_.on_timer(timer));
        });
    }

    void stop() {
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
        const auto elapsed = Loop::Clock::now() - started_;
        deadline_ = loop_.after(std::chrono::milliseconds{0}, [this, elapsed] {
            Listing listing = session_.take_listing();
            listing.elapsed_ms =
                std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count();
            const Done done = std::move(done_);
            done(std::move(listing));
        });
    }

    Loop& loop_;
    HttpClient& client_;
    HttpSession session_;
    std::chrono::milliseconds total_;
    Done done_;
    Loop::Clock::time_point started_;
    TimerId deadline_ = 0;
    std::map<HttpSession::Exchange, HttpClient::Id> transfers_;
    std::map<HttpSession::Timer, TimerId> timers_;
};

}  // namespace

std::unique_ptr<Lister> make_http_lister(
    Loop& loop, HttpClient& client, Target target, const HttpOptions& options, Lister::Done done) {
    return std::make_unique<HttpLister>(loop, client, target, options, std::move(done));
}

}  // namespace mcprisk::crawler

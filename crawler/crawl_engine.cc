#include "crawler/crawl_engine.h"

#include <fmt/format.h>
#include <unordered_map>
#include <utility>

#include "crawler/mcp/tool_pages.h"
#include "crawler/net/http_url.h"

namespace mcprisk::crawler {
namespace {

using std::chrono::milliseconds;

class Crawl {
  public:
    Crawl(Loop& loop,
          std::vector<Target> targets,
          const CrawlRules& rules,
          HostMemory& memory,
          const CrawlHooks& hooks)
        : loop_(loop),
          targets_(std::move(targets)),
          rules_(rules),
          memory_(memory),
          hooks_(hooks),
          queue_(rules.pace),
          items_(targets_.size()) {}

    ~Crawl() {
        for (const auto& [item, timer] : pauses_) loop_.cancel(timer);
    }
    Crawl(const Crawl&) = delete;
    Crawl& operator=(const Crawl&) = delete;

    void run() {
        for (std::size_t item = 0; item < targets_.size(); ++item) {
            std::string host;
            if (const auto* http = std::get_if<HttpTarget>(&targets_[item].how)) {
                const auto url = parse_http_url(http->url);
                if (!url) {
                    early_.emplace_back(item, url.error().message);
                    continue;
                }
                items_[item].origin = url->origin();
                host = url->host;
            }
            items_[item].host = host;
            queue_.add(item, host);
        }
        for (auto& [item, why] : early_) {
            end(item, failed_listing(targets_[item], Outcome::refused, std::move(why)));
        }
        start_more();
        while (done_ < targets_.size()) {
            const bool stopping = stopped();
            if (stopping && running_.empty()) return;
            loop_.run_once(std::exchange(more_, false) ? milliseconds{1} : milliseconds{250});
            if (!stopping) start_more();
            clear_finished();
            if (hooks_.tick) hooks_.tick();
        }
        clear_finished();
    }

  private:
    struct Item {
        std::string origin;  // empty: a program
        std::string host;
        int attempts = 0;
    };

    bool stopped() {
        stopping_ = stopping_ || (hooks_.stop && hooks_.stop());
        return stopping_;
    }

    // Listers are destroyed outside of their own callbacks.
    void clear_finished() {
        for (const std::size_t item : finished_) running_.erase(item);
        finished_.clear();
    }

    void start_more() {
        clear_finished();
        // Thousands of handshakes begun at one moment would all be late.
        constexpr int kAtOnce = 64;
        for (int i = 0; i < kAtOnce; ++i) {
            const auto item = queue_.take();
            if (!item) break;
            start(*item);
            more_ = i + 1 == kAtOnce;
        }
    }

    void start(std::size_t item) {
        Item& what = items_[item];
        if (!what.origin.empty()) {
            if (const std::string why = memory_.dead(what.origin); !why.empty()) {
                queue_.done(item);
                Listing listing = failed_listing(
                    targets_[item],
                    Outcome::unreachable,
                    fmt::format("{}: {}, as another server of this host has shown; it is asked "
                                "again in the next crawl",
                                describe_origin(targets_[item]),
                                why));
                add_flag(listing, ListingFlag::host_remembered);
                end(item, std::move(listing));
                return;
            }
            const auto not_before = memory_.not_before(what.origin);
            const auto now = Loop::Clock::now();
            if (not_before && *not_before > now) {
                const auto wait = std::chrono::ceil<milliseconds>(*not_before - now);
                if (wait <= rules_.longest_wait) {
                    queue_.done(item);
                    pause(item, wait);
                    return;
                }
            }
        }
        ++what.attempts;
        Target target = what.attempts > rules_.retries ? std::move(targets_[item]) : targets_[item];
        auto lister = hooks_.make(std::move(target), [this, item](Listing listing) {
            finished_.push_back(item);
            queue_.done(item);
            ended(item, std::move(listing));
        });
        lister->start();
        running_.insert_or_assign(item, std::move(lister));
    }

    void ended(std::size_t item, Listing listing) {
        const Item& what = items_[item];
        const auto trouble = what.origin.empty() ? std::nullopt : memory_.take_trouble(what.origin);
        const bool again = trouble && listing.outcome != Outcome::listed &&
                           what.attempts <= rules_.retries && !stopping_ &&
                           trouble->retry_after.value_or(milliseconds{0}) <= rules_.longest_wait;
        if (!again) {
            end(item, std::move(listing));
            return;
        }
        const double jitter = hooks_.random ? hooks_.random() : 0.5;
        pause(item, retry_delay(what.attempts, trouble->retry_after, jitter));
    }

    void pause(std::size_t item, milliseconds wait) {
        pauses_[item] = loop_.after(wait, [this, item] {
            pauses_.erase(item);
            queue_.add(item, items_[item].host);
        });
    }

    void end(std::size_t item, Listing listing) {
        ++done_;
        hooks_.listed(item, std::move(listing));
    }

    Loop& loop_;
    std::vector<Target> targets_;
    const CrawlRules& rules_;
    HostMemory& memory_;
    const CrawlHooks& hooks_;
    CrawlQueue queue_;
    std::vector<Item> items_;
    std::vector<std::pair<std::size_t, std::string>> early_;
    std::unordered_map<std::size_t, std::unique_ptr<Lister>> running_;
    std::unordered_map<std::size_t, TimerId> pauses_;
    std::vector<std::size_t> finished_;
    std::size_t done_ = 0;
    bool stopping_ = false;
    bool more_ = false;  // could start at once
};

}  // namespace

void crawl_servers(Loop& loop,
                   std::vector<Target> targets,
                   const CrawlRules& rules,
                   HostMemory& memory,
                   const CrawlHooks& hooks) {
    Crawl(loop, std::move(targets), rules, memory, hooks).run();
}

Listing failed_listing(const Target& target, Outcome outcome, std::string why) {
    Listing listing;
    listing.document.server = target.id;
    listing.document.title = target.title;
    listing.document.description = target.description;
    listing.document.source = target.source;
    listing.document.version = target.version;
    listing.transport =
        std::holds_alternative<HttpTarget>(target.how) ? "streamable-http" : "stdio";
    listing.origin = describe_origin(target);
    listing.credential_class = target.credential_class;
    listing.outcome = outcome;
    listing.failure = std::move(why);
    return listing;
}

}  // namespace mcprisk::crawler

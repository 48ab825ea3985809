#include "crawler/start/other_places.h"

#include <fmt/format.h>
#include <algorithm>
#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

#include "crawler/mcp/http_verdict.h"
#include "crawler/net/http_client.h"
#include "crawler/net/http_url.h"
#include "crawler/redact.h"
#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr std::size_t kLongestBody = std::size_t{64} << 10;

// Texts under names that such documents have for an address, wherever they stand.
void read_addresses(const json& value, int depth, std::vector<std::string>& out) {
    constexpr std::size_t kMost = 8;
    if (depth > 4 || !value.is_structured() || out.size() >= kMost) return;
    for (const char* name : {"endpoint", "url", "mcp_endpoint", "mcpEndpoint", "server_url"}) {
        const std::string text = string_member(value, name);
        if (!text.empty()) out.push_back(text);
    }
    for (const json& inner : value) {
        if (inner.is_structured()) read_addresses(inner, depth + 1, out);
    }
}

class AskingLister final : public Lister {
  public:
    AskingLister(Loop& loop,
                 HttpClient& client,
                 Target target,
                 const HttpOptions& options,
                 Listing first,
                 Done done)
        : loop_(loop),
          client_(client),
          target_(std::move(target)),
          options_(options),
          first_(std::move(first)),
          done_(std::move(done)) {
        quick_ = options_;
        constexpr milliseconds kSoon{10000};
        quick_.limits.start = std::min(quick_.limits.start, kSoon);
        quick_.other_places = false;
    }
    ~AskingLister() override {
        loop_.cancel(entry_);
        client_.abort(transfer_);
    }

    void start() override {
        begun_ = Loop::Clock::now();
        const std::string& given = std::get<HttpTarget>(target_.how).url;
        const auto url = parse_http_url(given);
        if (!url) {
            entry_ = loop_.after(milliseconds{0}, [this] { deliver(std::move(first_)); });
            return;
        }
        HttpRequest request;
        request.url = url->origin() + "/.well-known/mcp";
        request.headers = {{"Accept", "application/json"}};
        if (!options_.user_agent.empty()) {
            request.headers.emplace_back("User-Agent", options_.user_agent);
        }
        request.limits.body_bytes = kLongestBody;
        request.limits.answer = quick_.limits.start;
        request.limits.total = quick_.limits.start;
        request.allow_private = options_.allow_private;
        request.private_redirects = options_.private_redirects;
        transfer_ = client_.start(
            std::move(request),
            {.on_head = [this](const HttpHead& head) { status_ = head.status; },
             .on_body = [this](std::string_view piece) { body_ += piece; },
             .on_done =
                 [this, given](const std::optional<HttpFailure>& failure) {
                     constexpr int kOk = 200;
                     const bool good = !failure && status_ == kOk;
                     places_ = other_places(given, good ? std::string_view(body_) : "");
                     entry_ = loop_.after(milliseconds{0}, [this] { ask_next(); });
                 }});
    }

  private:
    void ask_next() {
        if (at_ == places_.size()) return deliver(std::move(first_));
        Target target = target_;
        auto& how = std::get<HttpTarget>(target.how);
        how.url = places_[at_];
        lister_ = make_http_lister(
            loop_, client_, std::move(target), quick_, [this](Listing listing) {
                asked(std::move(listing));
            });
        lister_->start();
    }

    void asked(Listing listing) {
        const std::string& place = places_[at_++];
        const bool there =
            listing.outcome == Outcome::listed || listing.outcome == Outcome::auth_required;
        if (there) {
            listing.started_with = "asked at " + redact_url(place);
            listing.origin = first_.origin;
            entry_ = loop_.after(milliseconds{0}, [this, listing = std::move(listing)]() mutable {
                deliver(std::move(listing));
            });
            return;
        }
        entry_ = loop_.after(milliseconds{0}, [this] { ask_next(); });
    }

    void deliver(Listing listing) {
        const auto spent =
            std::chrono::duration_cast<milliseconds>(Loop::Clock::now() - begun_).count();
        listing.elapsed_ms = first_.elapsed_ms + spent;
        const Done done = std::move(done_);
        done(std::move(listing));
    }

    Loop& loop_;
    HttpClient& client_;
    Target target_;
    const HttpOptions& options_;
    HttpOptions quick_;
    Listing first_;
    Done done_;
    Loop::Clock::time_point begun_;
    TimerId entry_ = 0;
    HttpClient::Id transfer_ = 0;
    int status_ = 0;
    std::string body_;
    std::vector<std::string> places_;
    std::size_t at_ = 0;
    std::unique_ptr<Lister> lister_;
};

}  // namespace

std::vector<std::string> other_places(std::string_view url, std::string_view well_known) {
    std::vector<std::string> places;
    const auto base = parse_http_url(url);
    if (!base) return places;
    const auto add = [&](const std::string& reference) {
        const auto place = resolve_http_url(*base, reference);
        if (!place || place->origin() != base->origin() || places.size() >= kOtherPlaces) return;
        if (place->text == base->text || place->path == base->path) return;
        if (std::find(places.begin(), places.end(), place->text) == places.end()) {
            places.push_back(place->text);
        }
    };
    if (const auto document = parse_json(well_known); document && document->is_structured()) {
        std::vector<std::string> addresses;
        read_addresses(*document, 0, addresses);
        for (const std::string& address : addresses) add(address);
    }
    std::string path = base->path.substr(0, base->path.find_first_of("?#"));
    while (path.ends_with('/')) path.pop_back();
    // "/x/sse" moved to "/x/mcp" with the newer transport.
    for (const std::string_view ending : {std::string_view("/sse"), std::string_view("/mcp")}) {
        if (path.ends_with(ending)) path.resize(path.size() - ending.size());
    }
    add(path + "/mcp");
    add("/mcp");
    add(path + "/sse");
    add("/sse");
    return places;
}

bool is_wrong_address(const Listing& listing) {
    return listing.outcome == Outcome::wrong_protocol &&
           listing.failure.find(kWrongAddress) != std::string::npos;
}

std::unique_ptr<Lister> make_asking_lister(Loop& loop,
                                           HttpClient& client,
                                           Target target,
                                           const HttpOptions& options,
                                           Listing first,
                                           Lister::Done done) {
    return std::make_unique<AskingLister>(
        loop, client, std::move(target), options, std::move(first), std::move(done));
}

}  // namespace mcprisk::crawler

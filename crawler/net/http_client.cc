#include "crawler/net/http_client.h"

#include <fmt/format.h>
#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "crawler/mcp/protocol.h"
#include "crawler/net/http_transfer.h"

namespace mcprisk::crawler {
struct HttpClient::Impl {
    // A transfer of ours and where it is.
    struct Lane;
    struct Running {
        std::shared_ptr<HttpTransfer> transfer;
        Lane* lane = nullptr;  // null before it starts and after it ended
        std::optional<CURLcode> code;
        TimerId answer_timer = 0;
        TimerId total_timer = 0;
    };
    struct Lane {
        explicit Lane(Impl& impl) : owner(impl) {}
        Impl& owner;
        TimerId timer = 0;
        std::size_t transfers = 0;
        std::size_t bound = 0;  // of its connections
        MultiHandle multi;      // last: its destruction calls back
    };

    Impl(Loop& loop, HttpClientOptions options);
    ~Impl();

    Id start(HttpRequest request, HttpCallbacks callbacks);
    void launch(Running& running);
    void bound_idle(Lane& lane);
    void detach(Running& running);
    void remove(Id id);
    void expire(Id id, std::string message);
    void drive(Lane& lane, curl_socket_t socket, int ready);
    void collect(Lane& lane);
    void make_room();
    void tell(Id id);
    void end(Id id, std::optional<HttpFailure> failure);
    Lane& lane_of(const HttpTransfer& transfer);

    static int on_socket(CURL*, curl_socket_t socket, int what, void* user, void* known) noexcept;
    static int on_timer(CURLM*, long milliseconds, void* user) noexcept;

    Loop& loop_;
    std::string user_agent_;
    HttpWatch watch_;
    std::size_t room_;
    std::size_t held_ = 0;  // bytes of bodies of those in running_
    bool (*is_private_)(const sockaddr&);
    TrustStore trust_;
    std::size_t idle_per_lane_;
    std::vector<EasyHandle> idle_;  // ready for another transfer
    std::vector<std::unique_ptr<Lane>> lanes_;
    std::map<Id, Running> running_;
    std::vector<Id> ready_;  // have something to tell
    std::exception_ptr caught_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    Id next_id_ = 0;
};

HttpClient::Impl::Impl(Loop& loop, HttpClientOptions options)
    : loop_(loop),
      user_agent_(std::move(options.user_agent)),
      watch_(std::move(options.watch)),
      room_(options.room),
      is_private_(options.is_private),
      trust_(options.ca_file),
      idle_per_lane_((options.idle_connections + options.lanes - 1) /
                     std::max<std::size_t>(options.lanes, 1)) {
    if (user_agent_.empty()) user_agent_ = fmt::format("mcprisk/{}", client_version());
    // Two of each: a connection that was opened under allow_private serves no other request.
    for (std::size_t i = 0; i < std::max<std::size_t>(options.lanes, 1) * 2; ++i) {
        lanes_.push_back(std::make_unique<Lane>(*this));
        Lane& lane = *lanes_.back();
        lane.multi.set_callback(CURLMOPT_SOCKETFUNCTION, &Impl::on_socket);
        lane.multi.set_pointer(CURLMOPT_SOCKETDATA, &lane);
        lane.multi.set_callback(CURLMOPT_TIMERFUNCTION, &Impl::on_timer);
        lane.multi.set_pointer(CURLMOPT_TIMERDATA, &lane);
    }
}

HttpClient::Impl::~Impl() {
    *alive_ = false;
    while (!running_.empty()) remove(running_.begin()->first);
    for (const auto& lane : lanes_) {
        curl_multi_setopt(lane->multi.get(), CURLMOPT_TIMERFUNCTION, nullptr);
        loop_.cancel(lane->timer);
    }
}

HttpClient::Impl::Lane& HttpClient::Impl::lane_of(const HttpTransfer& transfer) {
    const std::size_t hash = std::hash<std::string>{}(transfer.url().origin());
    const std::size_t pair = hash % (lanes_.size() / 2);
    return *lanes_[pair * 2 + (transfer.request.allow_private ? 1 : 0)];
}

HttpClient::Id HttpClient::Impl::start(HttpRequest request, HttpCallbacks callbacks) {
    const Id id = ++next_id_;
    Running& running = running_[id];
    running.transfer =
        std::make_shared<HttpTransfer>(id, std::move(request), std::move(callbacks), is_private_, held_, ready_);
    HttpTransfer& transfer = *running.transfer;
    // Making and ending a handle costs more than a request.
    if (!idle_.empty()) {
        transfer.easy = std::move(idle_.back());
        idle_.pop_back();
    } else {
        transfer.easy = EasyHandle::make();
    }
    if (auto ready = transfer.prepare(); !ready) {
        loop_.post([this, id, alive = alive_, message = ready.error().message] {
            if (*alive) end(id, HttpFailure{HttpFailure::Kind::refused, message});
        });
        return id;
    }
    const HttpLimits& limits = transfer.request.limits;
    running.answer_timer = loop_.after(
        limits.answer, [this, id, message = "no answer within " + in_seconds(limits.answer)] {
            expire(id, message);
        });
    running.total_timer = loop_.after(
        limits.total, [this, id, message = "not finished within " + in_seconds(limits.total)] {
            expire(id, message);
        });
    launch(running);
    return id;
}

void HttpClient::Impl::launch(Running& running) {
    running.transfer->configure(user_agent_, trust_);
    Lane& lane = lane_of(*running.transfer);
    MultiHandle::check(curl_multi_add_handle(lane.multi.get(), running.transfer->easy.get()),
                       "a transfer");
    running.lane = &lane;
    ++lane.transfers;
    bound_idle(lane);
}

// libcurl counts connections in use as well, so that the bound moves with these.
void HttpClient::Impl::bound_idle(Lane& lane) {
    if (idle_per_lane_ == 0) return;
    constexpr std::size_t kStep = 16;
    const std::size_t bound = (lane.transfers / kStep + 1) * kStep + idle_per_lane_;
    if (bound == lane.bound) return;
    lane.bound = bound;
    lane.multi.set(CURLMOPT_MAXCONNECTS, static_cast<long>(bound));
}

void HttpClient::Impl::detach(Running& running) {
    if (running.lane == nullptr) return;
    curl_multi_remove_handle(running.lane->multi.get(), running.transfer->easy.get());
    --running.lane->transfers;
    running.lane = nullptr;
}

void HttpClient::Impl::remove(Id id) {
    const auto found = running_.find(id);
    if (found == running_.end()) return;
    loop_.cancel(found->second.answer_timer);
    loop_.cancel(found->second.total_timer);
    detach(found->second);
    held_ -= found->second.transfer->body_bytes();
    constexpr std::size_t kMostIdle = 4096;
    if (idle_.size() < kMostIdle && found->second.transfer->easy) {
        found->second.transfer->easy.reset();
        idle_.push_back(std::move(found->second.transfer->easy));
    }
    running_.erase(found);
}

void HttpClient::Impl::expire(Id id, std::string message) {
    end(id, HttpFailure{HttpFailure::Kind::timed_out, std::move(message)});
}

void HttpClient::Impl::end(Id id, std::optional<HttpFailure> failure) {
    const auto found = running_.find(id);
    if (found == running_.end()) return;
    const std::shared_ptr<HttpTransfer> transfer = found->second.transfer;
    if (failure && watch_.failed) watch_.failed(transfer->url(), *failure);
    remove(id);
    if (transfer->callbacks.on_done) transfer->callbacks.on_done(std::move(failure));
}

void HttpClient::Impl::drive(Lane& lane, curl_socket_t socket, int ready) {
    int still_running = 0;
    curl_multi_socket_action(lane.multi.get(), socket, ready, &still_running);
    collect(lane);
    if (caught_) std::rethrow_exception(std::exchange(caught_, nullptr));
    // Callbacks may start and abort others, hence by id and from a list of its own.
    const std::vector<Id> ids = std::exchange(ready_, {});
    for (const Id id : ids) tell(id);
    make_room();
}

// Whoever holds most gives way, so that one greedy server costs no other its answer.
void HttpClient::Impl::make_room() {
    if (room_ == 0) return;
    while (held_ > room_) {
        const auto largest =
            std::max_element(running_.begin(), running_.end(), [](const auto& a, const auto& b) {
                return a.second.transfer->body_bytes() < b.second.transfer->body_bytes();
            });
        if (largest == running_.end() || largest->second.transfer->body_bytes() == 0) return;
        end(largest->first,
            HttpFailure{HttpFailure::Kind::interrupted,
                        fmt::format("given up after {} KiB, the most of all answers under way, "
                                    "which together are larger than {} MiB",
                                    largest->second.transfer->body_bytes() >> 10,
                                    room_ >> 20)});
    }
}

void HttpClient::Impl::collect(Lane& lane) {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(lane.multi.get(), &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        HttpTransfer* transfer = nullptr;
        const CURLcode code = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        const auto found = transfer == nullptr ? running_.end() : running_.find(transfer->id);
        if (found == running_.end()) continue;
        found->second.code = code;
        transfer->announce();
    }
}

void HttpClient::Impl::tell(Id id) {
    const auto find = [&] { return running_.find(id); };
    auto found = find();
    if (found == running_.end()) return;
    const std::shared_ptr<HttpTransfer> transfer = found->second.transfer;
    transfer->announced = false;
    if (transfer->caught) std::rethrow_exception(std::exchange(transfer->caught, nullptr));
    if (transfer->head_ready() && !transfer->head_told) {
        transfer->head_told = true;
        loop_.cancel(found->second.answer_timer);
        if (watch_.answered) watch_.answered(transfer->url(), transfer->head);
        if (transfer->callbacks.on_head) transfer->callbacks.on_head(transfer->head);
    }
    if (find() == running_.end()) return;
    if (const std::string body = std::exchange(transfer->body, {});
        !body.empty() && transfer->callbacks.on_body) {
        transfer->callbacks.on_body(body);
    }
    found = find();
    if (found == running_.end() || !found->second.code) return;
    const CURLcode code = *std::exchange(found->second.code, std::nullopt);
    if (transfer->follow()) {
        detach(found->second);
        launch(found->second);
        return;
    }
    end(id, transfer->judge(code));
}

int HttpClient::Impl::on_socket(
    CURL*, curl_socket_t socket, int what, void* user, void* known) noexcept {
    Lane& lane = *static_cast<Lane*>(user);
    Loop& loop = lane.owner.loop_;
    if (what == CURL_POLL_REMOVE) {
        loop.unwatch(socket);
        curl_multi_assign(lane.multi.get(), socket, nullptr);
        return 0;
    }
    const Interest interest = what == CURL_POLL_IN    ? Interest::read
                              : what == CURL_POLL_OUT ? Interest::write
                                                      : Interest::both;
    if (known != nullptr) {
        loop.change(socket, interest);
        return 0;
    }
    try {
        loop.watch(socket, interest, [&lane, socket](Ready ready) {
            lane.owner.drive(
                lane,
                socket,
                (ready.read ? CURL_CSELECT_IN : 0) | (ready.write ? CURL_CSELECT_OUT : 0));
        });
        curl_multi_assign(lane.multi.get(), socket, &lane);
        return 0;
    } catch (...) {
        lane.owner.caught_ = std::current_exception();
        return -1;
    }
}

int HttpClient::Impl::on_timer(CURLM*, long milliseconds, void* user) noexcept {
    Lane& lane = *static_cast<Lane*>(user);
    Loop& loop = lane.owner.loop_;
    try {
        loop.cancel(std::exchange(lane.timer, 0));
        if (milliseconds < 0) return 0;
        lane.timer = loop.after(std::chrono::milliseconds{milliseconds}, [&lane] {
            lane.timer = 0;
            lane.owner.drive(lane, CURL_SOCKET_TIMEOUT, 0);
        });
        return 0;
    } catch (...) {
        lane.owner.caught_ = std::current_exception();
        return -1;
    }
}

HttpClient::HttpClient(Loop& loop, HttpClientOptions options)
    : impl_(std::make_unique<Impl>(loop, std::move(options))) {}

HttpClient::~HttpClient() = default;

HttpClient::Id HttpClient::start(HttpRequest request, HttpCallbacks callbacks) {
    return impl_->start(std::move(request), std::move(callbacks));
}

void HttpClient::abort(Id id) { impl_->remove(id); }

}  // namespace mcprisk::crawler

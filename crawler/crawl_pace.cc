#include "crawler/crawl_pace.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "model/base/text.h"

namespace mcprisk::crawler {

using std::chrono::milliseconds;

milliseconds retry_delay(int attempt, std::optional<milliseconds> retry_after, double jitter) {
    constexpr milliseconds kFirst{1000};
    constexpr milliseconds kLongest{60000};
    constexpr int kMostDoublings = 6;
    milliseconds full = kFirst * (1 << std::clamp(attempt - 1, 0, kMostDoublings));
    full = std::min(full, kLongest);
    const double part = 0.5 + 0.5 * std::clamp(jitter, 0.0, 1.0);
    const milliseconds wait(
        static_cast<milliseconds::rep>(static_cast<double>(full.count()) * part));
    return std::max(wait, retry_after.value_or(milliseconds{0}));
}

std::optional<milliseconds> read_retry_after(std::string_view text) {
    constexpr int kDay = 86400;
    int seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    if (seconds < 0 || seconds > kDay) return std::nullopt;
    return std::chrono::seconds{seconds};
}

std::string registrable_domain(std::string_view host) {
    const std::string name = lower_ascii(host);
    const bool address =
        name.starts_with('[') || name.find_first_not_of("0123456789.") == std::string::npos;
    if (address) return name;
    const auto labels = split(name, '.');
    if (labels.size() <= 2) return name;
    constexpr std::array<std::string_view, 11> kSecond{
        "co", "com", "org", "net", "gov", "edu", "ac", "or", "ne", "go", "gob"};
    const std::string_view second = labels[labels.size() - 2];
    const bool three = labels.back().size() == 2 &&
                       std::find(kSecond.begin(), kSecond.end(), second) != kSecond.end();
    const std::size_t keep = three ? 3 : 2;
    std::string domain;
    for (std::size_t i = labels.size() - keep; i < labels.size(); ++i) {
        domain += (domain.empty() ? "" : ".") + std::string(labels[i]);
    }
    return domain;
}

void CrawlQueue::add(std::size_t item, std::string_view host) {
    ++waiting_;
    if (host.empty()) {
        places_[item] = {};
        programs_.push_back(item);
        return;
    }
    // A host and a domain of the same name are two groups.
    places_[item] = {&groups_["h:" + std::string(host)], &groups_["d:" + registrable_domain(host)]};
    remotes_.push_back(item);
}

std::optional<std::size_t> CrawlQueue::take_remote() {
    while (!remotes_.empty()) {
        const std::size_t item = remotes_.front();
        remotes_.pop_front();
        const Place& place = places_.at(item);
        if (place.domain->running >= limits_.per_domain) {
            place.domain->parked.push_back(item);
        } else if (place.host->running >= limits_.per_host) {
            place.host->parked.push_back(item);
        } else {
            ++place.domain->running;
            ++place.host->running;
            ++connections_;
            --waiting_;
            return item;
        }
    }
    return std::nullopt;
}

std::optional<std::size_t> CrawlQueue::take() {
    if (connections_ < limits_.connections) {
        if (const auto item = take_remote()) return item;
    }
    if (processes_ >= limits_.processes || programs_.empty()) return std::nullopt;
    const std::size_t item = programs_.front();
    programs_.pop_front();
    ++processes_;
    --waiting_;
    return item;
}

void CrawlQueue::leave(Group& group) {
    --group.running;
    if (group.parked.empty()) return;
    remotes_.push_front(group.parked.front());
    group.parked.pop_front();
}

void CrawlQueue::done(std::size_t item) {
    const auto found = places_.find(item);
    if (found == places_.end()) return;
    const Place place = found->second;
    places_.erase(found);
    if (place.host == nullptr) {
        --processes_;
        return;
    }
    --connections_;
    leave(*place.domain);
    leave(*place.host);
}

}  // namespace mcprisk::crawler

#include "crawler/net/host_memory.h"

#include "crawler/crawl_pace.h"

namespace mcprisk::crawler {

void HostMemory::answered(const HttpUrl& url, const HttpHead& head, Time now) {
    Host& host = hosts_[url.origin()];
    host.has_answered = true;
    const int status = head.status;
    if (status == 429 || status == 502 || status == 503 || status == 504) {
        const auto wait = read_retry_after(head.header("Retry-After"));
        host.trouble = Trouble{wait};
        if (wait) host.not_before = now + *wait;
    }
}

void HostMemory::failed(const HttpUrl& url, const HttpFailure& failure) {
    Host& host = hosts_[url.origin()];
    if (failure.kind == HttpFailure::Kind::unreachable && !host.has_answered) {
        host.dead = failure.message;
    } else if (failure.kind == HttpFailure::Kind::interrupted) {
        host.trouble = Trouble{};
    }
}

std::string HostMemory::dead(const std::string& origin) const {
    const auto found = hosts_.find(origin);
    return found == hosts_.end() ? std::string() : found->second.dead;
}

std::optional<HostMemory::Trouble> HostMemory::take_trouble(const std::string& origin) {
    const auto found = hosts_.find(origin);
    if (found == hosts_.end()) return std::nullopt;
    return std::exchange(found->second.trouble, std::nullopt);
}

std::optional<HostMemory::Time> HostMemory::not_before(const std::string& origin) const {
    const auto found = hosts_.find(origin);
    return found == hosts_.end() ? std::nullopt : found->second.not_before;
}

}  // namespace mcprisk::crawler

#include "engine/crawl_judge.h"

#include <fmt/format.h>
#include <algorithm>
#include <fstream>
#include <new>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "model/base/json.h"

namespace mcprisk::engine {

CrawlStrikes::CrawlStrikes(std::filesystem::path file, Put put)
    : file_(std::move(file)), put_(std::move(put)) {
    if (file_.empty()) return;
    std::ifstream in(file_, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    const auto value = parse_json(text.str());
    if (!value) return;
    if (const auto* ends = find_member(*value, "ended"); ends != nullptr && ends->is_object()) {
        for (const auto& [server, count] : ends->items()) {
            if (count.is_number_integer()) ends_[server] = count.get<int>();
        }
    }
    if (const std::string left = string_member(*value, "at_work"); !left.empty()) {
        ++ends_[left];
        write();
    }
}

int CrawlStrikes::of(const std::string& server) const {
    const std::lock_guard lock(mutex_);
    const auto found = ends_.find(server);
    return found == ends_.end() ? 0 : found->second;
}

void CrawlStrikes::begin(const std::string& server, std::size_t bytes) {
    if (bytes < kNoted) return;
    const std::lock_guard lock(mutex_);
    at_work_ = server;
    write();
}

void CrawlStrikes::end(const std::string& server) {
    const std::lock_guard lock(mutex_);
    const bool known = ends_.erase(server) > 0;
    if (at_work_ != server && !known) return;
    if (at_work_ == server) at_work_.clear();
    write();
}

void CrawlStrikes::write() const {
    if (file_.empty()) return;
    std::error_code error;
    if (ends_.empty() && at_work_.empty()) {
        std::filesystem::remove(file_, error);
        return;
    }
    nlohmann::json value = {{"ended", ends_}};
    if (!at_work_.empty()) value["at_work"] = at_work_;
    put_(file_, canonical_json(value) + "\n");
}

std::size_t bytes_of(const Listing& listing) {
    std::size_t bytes = sizeof(Listing) + listing.document.instructions.size();
    for (const Tool& tool : listing.document.tools) {
        bytes += sizeof(Tool) + tool.definition.size() + tool.description.size();
        for (const Parameter& one : tool.parameters) {
            bytes += sizeof(Parameter) + one.path.size() + one.description.size() +
                     one.default_value.size();
            for (const std::string& choice : one.choices) bytes += sizeof choice + choice.size();
        }
    }
    return bytes;
}

CrawlJudge::CrawlJudge(const classifier::Classifier& classifier, Begins begins, Judged judged)
    : classifier_(classifier),
      begins_(std::move(begins)),
      judged_(std::move(judged)),
      thread_([this] { work(); }) {}

CrawlJudge::~CrawlJudge() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void CrawlJudge::give(std::size_t index, Listing listing) {
    const std::size_t bytes = bytes_of(listing);
    std::unique_lock lock(mutex_);
    while (bytes_ > 0 && bytes_ + bytes > kRoom) {
        if (done_.empty()) changed_.wait(lock, [&] { return !done_.empty(); });
        deliver(lock);
    }
    bytes_ += bytes;
    ++unfinished_;
    waiting_.push_back({index, bytes, std::move(listing), {}, {}});
    changed_.notify_all();
}

void CrawlJudge::collect() {
    std::unique_lock lock(mutex_);
    deliver(lock);
}

void CrawlJudge::finish() {
    std::unique_lock lock(mutex_);
    while (unfinished_ > 0 || !done_.empty()) {
        if (done_.empty()) changed_.wait(lock, [&] { return !done_.empty(); });
        deliver(lock);
    }
}

void CrawlJudge::deliver(std::unique_lock<std::mutex>& lock) {
    while (!done_.empty()) {
        Item item = std::move(done_.front());
        done_.pop_front();
        lock.unlock();
        judged_(
            item.index, std::move(item.listing), std::move(item.verdicts), std::move(item.problem));
        lock.lock();
        bytes_ -= item.bytes;
    }
}

void CrawlJudge::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
        if (stopping_) return;
        Item item = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        try {
            if (begins_) begins_(item.listing, item.bytes);
            item.verdicts = classifier_.classify(item.listing.document);
        } catch (const std::exception& error) {
            item.verdicts.clear();
            item.problem = error.what();
        }
        lock.lock();
        done_.push_back(std::move(item));
        --unfinished_;
        changed_.notify_all();
    }
}

}  // namespace mcprisk::engine

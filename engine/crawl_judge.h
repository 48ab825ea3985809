// Classifying beside the loop of a crawl: one long list must not keep a thousand others waiting for
// their answers, and a list that ends the program must not end it at every resume.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "classifier/classifier.h"
#include "model/listing.h"

namespace mcprisk::engine {

// Which servers were being classified when the program ended without a word: a file beside the
// catalogue. Only large lists are noted, since small ones end nobody. Safe for several threads.
class CrawlStrikes {
  public:
    static constexpr int kMost = 2;  // after so many ends a server is left out

    // Puts the text in the place of the file's; may throw.
    using Put = std::function<void(const std::filesystem::path&, std::string_view)>;

    // An empty path keeps nothing. Reads what an earlier run left and counts it.
    CrawlStrikes(std::filesystem::path file, Put put);

    [[nodiscard]] int of(const std::string& server) const;
    // Written before it returns, if the listing is large.
    void begin(const std::string& server, std::size_t bytes);
    void end(const std::string& server);  // classified and stored: earlier ends are forgotten

  private:
    void write() const;

    static constexpr std::size_t kNoted = std::size_t{256} << 10;  // bytes of a listing

    std::filesystem::path file_;
    Put put_;
    mutable std::mutex mutex_;
    std::map<std::string, int> ends_;
    std::string at_work_;
};

// Takes listings, in the order in which they come, on a thread of its own.
class CrawlJudge {
  public:
    // What `judged` is called with, by collect() and finish() alone. `problem`: why there are no
    // verdicts, if there are none though it was listed.
    using Judged = std::function<void(
        std::size_t index, Listing listing, std::vector<Verdict> verdicts, std::string problem)>;

    // `begins` is called on the thread of its own, before each.
    using Begins = std::function<void(const Listing&, std::size_t bytes)>;

    CrawlJudge(const classifier::Classifier& classifier, Begins begins, Judged judged);
    ~CrawlJudge();  // drops what has not been collected
    CrawlJudge(const CrawlJudge&) = delete;
    CrawlJudge& operator=(const CrawlJudge&) = delete;

    // Waits while more than kRoom bytes of listings are held, so that memory has a bound.
    void give(std::size_t index, Listing listing);
    void collect();  // what is done so far
    void finish();   // all that was given

    static constexpr std::size_t kRoom = std::size_t{96} << 20;

  private:
    struct Item {
        std::size_t index = 0;
        std::size_t bytes = 0;
        Listing listing;
        std::vector<Verdict> verdicts;
        std::string problem;
    };
    void work();
    void deliver(std::unique_lock<std::mutex>& lock);

    const classifier::Classifier& classifier_;
    Begins begins_;
    Judged judged_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Item> waiting_;
    std::deque<Item> done_;
    std::size_t bytes_ = 0;       // of all that is held
    std::size_t unfinished_ = 0;  // given and not yet done
    bool stopping_ = false;
    std::thread thread_;
};

// About what a listing holds in memory.
std::size_t bytes_of(const Listing& listing);

}  // namespace mcprisk::engine

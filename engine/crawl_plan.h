// From the servers of indexes to those that are asked now.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crawler/index/index_merge.h"
#include "store/catalogue.h"

namespace mcprisk::engine {

// Which of them are wanted.
struct CrawlChoice {
    std::vector<std::string> only_servers;
    crawler::OnlyWays only = crawler::OnlyWays::all;
    std::optional<std::int64_t> refresh;  // seconds; without: what was asked is not asked again
    std::size_t limit = 0;                // 0: all
    std::size_t shard = 1;                // of `shards`, from 1
    std::size_t shards = 1;
};

// A server of the crawl: to be asked, or certain beforehand.
struct CrawlServer {
    std::unique_ptr<crawler::Target> target;
    std::unique_ptr<Listing> certain;
    std::unique_ptr<Listing> told;  // by the index itself
    std::vector<Alias> aliases;
};

struct CrawlPlan {
    std::vector<CrawlServer> servers;
    std::size_t entries = 0;
    std::size_t named = 0;        // distinct servers in the indexes
    std::size_t without_way = 0;  // of these: the index does not say how to reach them
    std::size_t known = 0;        // asked before and not due
    std::size_t elsewhere = 0;    // of other shards, beyond --limit, or not --only
};

// "90", "90s", "15m", "12h", "7d", "2w" in seconds.
Result<std::int64_t> parse_age(std::string_view text);

// "2/5": the second of five.
Result<std::pair<std::size_t, std::size_t>> parse_shard(std::string_view text);

// Which of `shards` (from 1) an id belongs to: the same on every machine.
std::size_t shard_of(std::string_view id, std::size_t shards);

// Whose operators do not want to be crawled: a line is a domain (with all below it), an id, or the
// beginning of a URL. `#` begins a comment.
class OptOuts {
  public:
    explicit OptOuts(std::string_view text);
    [[nodiscard]] bool covers(std::string_view id, const std::vector<Alias>& aliases) const;

  private:
    [[nodiscard]] bool covers_url(std::string_view url) const;
    std::set<std::string, std::less<>> words_;
    std::vector<std::string> urls_;
};

struct CrawlWorld {
    std::map<std::string, store::LastAttempt, std::less<>> attempts;  // what is known, by server
    std::int64_t now = 0;                                             // seconds since 1970
    OptOuts opt_outs{""};
    std::string no_sandbox;  // why programs that an index names are not started; empty: they may be
    std::function<bool()> all_programs;  // whether whoever runs this consented to every one
    std::function<bool(const crawler::Target&)> consents;
    std::function<bool(const crawler::StdioTarget&)> is_container;  // it brings walls of its own
};

// `entries` of the plan is left to whoever read them. Asks nobody but the world's functions.
CrawlPlan plan_crawl(std::vector<crawler::IndexedServer> servers,
                     const CrawlChoice& choice,
                     const CrawlWorld& world);

}  // namespace mcprisk::engine

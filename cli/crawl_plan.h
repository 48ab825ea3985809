// From the words of a crawl's command line to the servers that are asked now.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/commands/consent.h"
#include "cli/session.h"
#include "crawler/index/index_merge.h"
#include "crawler/index/index_source.h"

namespace mcprisk::cli {

struct CrawlWords {
    std::vector<std::string> indexes;
    std::vector<std::string> headers;  // for indexes that are addresses
    std::vector<std::string> only_servers;
    std::string opt_out;  // a file
    crawler::OnlyWays only = crawler::OnlyWays::all;
    std::optional<std::int64_t> refresh;  // seconds; without: what was asked is not asked again
    std::size_t limit = 0;                // 0: all
    std::size_t shard = 1;                // of `shards`, from 1
    std::size_t shards = 1;
    bool all_versions = false;
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

struct CrawlConsent {
    Consent& consent;
    std::string no_sandbox;  // why programs that an index names are not started; empty: they may be
};

// Reads the indexes and the catalogue. Throws CommandFailure if an index cannot be used.
CrawlPlan plan_crawl(const CrawlWords& words,
                     const store::Catalogue* catalogue,
                     CrawlConsent consent,
                     crawler::Loop& loop,
                     crawler::HttpClient& client,
                     Session& session);

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

}  // namespace mcprisk::cli

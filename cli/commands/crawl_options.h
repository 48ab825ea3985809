// What `crawl` may be told.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "cli/commands/start_options.h"
#include "cli/crawl_indexes.h"

namespace mcprisk::cli {

struct CrawlOptions {
    CrawlWords words;
    std::string refresh;
    std::string shard;
    std::string only = "all";
    std::size_t jobs = 0;
    std::size_t process_jobs = 0;
    std::size_t per_host = 8;
    std::size_t per_domain = 32;
    StartOptions start{60};
    bool yes = false;
    bool no_store = false;
    bool strict = false;
    std::string contact;
    std::string preset = "recommended";
    std::string policy_folder;
    std::string format = "table";
};

// `options` must outlive the parsing.
void add_crawl_options(CLI::App& command, CrawlOptions& options);

// Reads the words that need more than a look (--refresh, --shard, --only). Throws CommandFailure.
void check_crawl_options(CrawlOptions& options);

}  // namespace mcprisk::cli

// From the words of a crawl's command line to the servers that are asked now.
#pragma once

#include <string>
#include <vector>

#include "cli/commands/consent.h"
#include "cli/session.h"
#include "crawler/index/index_source.h"
#include "engine/crawl_plan.h"

namespace mcprisk::cli {

struct CrawlWords {
    std::vector<std::string> indexes;
    std::vector<std::string> headers;  // for indexes that are addresses
    std::string opt_out;               // a file
    bool all_versions = false;
    engine::CrawlChoice choice;
};

struct CrawlConsent {
    Consent& consent;
    std::string no_sandbox;  // why programs that an index names are not started; empty: they may be
};

// Reads the indexes and the catalogue. Throws CommandFailure if an index cannot be used.
engine::CrawlPlan read_crawl_plan(const CrawlWords& words,
                                  const store::Catalogue* catalogue,
                                  CrawlConsent consent,
                                  crawler::Loop& loop,
                                  crawler::HttpClient& client,
                                  Session& session);

}  // namespace mcprisk::cli

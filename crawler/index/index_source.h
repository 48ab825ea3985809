// Indexes from where they are: files, folders of files, and addresses with pages.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "crawler/crawl_pace.h"
#include "crawler/index/index_reader.h"
#include "crawler/net/http_client.h"

namespace mcprisk::crawler {

struct IndexSourceOptions {
    IndexOptions read;    // `source` is set from the word
    HttpHeaders headers;  // for addresses: keys that an index asks for; sent to its origin alone
    std::size_t max_pages = 20000;
    std::size_t max_files = 200000;
    std::size_t max_bytes = std::size_t{1} << 30;  // of one file
};

struct IndexTotals {
    std::string kind;
    std::size_t pages = 0;
    std::size_t entries = 0;
    std::size_t left_out = 0;
};

// `word` is a path or an http(s) URL. Every page goes to `take` as it comes; a folder is read with
// all JSON and YAML files below it, in order of their paths. Runs the loop until it is done. Fails
// if nothing could be read; what comes after a page that fails is missing, and said in
// `diagnostics`.
Result<IndexTotals> read_index_source(const std::string& word,
                                      const IndexSourceOptions& options,
                                      Loop& loop,
                                      HttpClient& client,
                                      Diagnostics& diagnostics,
                                      const std::function<void(IndexPage)>& take);

// `url` with the parameter set to `value` in its query. Pure.
std::string with_parameter(const std::string& url,
                           const std::string& name,
                           const std::string& value);

}  // namespace mcprisk::crawler

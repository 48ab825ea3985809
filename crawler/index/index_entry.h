// One server as an index describes it, and a page of such entries.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crawler/target.h"
#include "model/alias.h"
#include "model/base/diagnostics.h"
#include "model/listing.h"

namespace mcprisk::crawler {

// How to reach a server. Which of several is taken is the crawler's choice (choose_way).
struct IndexWay {
    Target target;
    bool remote = false;
};

struct IndexEntry {
    std::string name;  // in the index
    std::string title;
    std::string description;
    std::string version;
    std::vector<Alias> aliases;   // the first one that identifies() gives the id
    std::vector<IndexWay> ways;   // none: the index only says that the server exists
    std::optional<Listing> told;  // definitions that the index itself carries
    std::string no_way;           // why there is none, if the index says more than nothing
};

struct IndexPage {
    std::string_view kind;  // "official registry", "Docker catalogue" …
    std::vector<IndexEntry> entries;
    std::size_t left_out = 0;  // older versions, deleted ones
    // How to ask for the next page: a parameter of the query and its value.
    std::optional<std::pair<std::string, std::string>> next;
};

// Whether two servers that share this name are one: packages, endpoints, registry names, and
// repositories with a subfolder. A bare repository may hold many servers.
bool identifies(const Alias& alias);

// The id of docs/cli.md: package, else URL, else the name in the index.
std::string entry_id(const IndexEntry& entry);

// "github.com/o/r" or "github.com/o/r#sub": without scheme, user, ".git" and trailing slashes, host
// in lower case. Empty for what is no URL.
std::string repository_value(std::string_view url, std::string_view subfolder);

// Adds a name unless it is empty or there.
void add_alias(IndexEntry& entry, std::string kind, std::string value, std::string evidence);

}  // namespace mcprisk::crawler

// What the readers of the single indexes share.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "crawler/index/index_entry.h"

namespace mcprisk::crawler {

using BraceLookup = std::function<std::optional<std::string>(const std::string& name)>;

// "{name}" replaced by what `find` gives; braces it knows nothing of stay. One pass.
std::string fill_braces(std::string_view text, const BraceLookup& find);

// The same for "${NAME}".
std::string fill_dollar_braces(std::string_view text, const BraceLookup& find);

// Title, description, source and the like go into the target; an address that is none is dropped.
void add_way(IndexEntry& entry, IndexWay way, std::string_view source);

IndexWay http_way(std::string url, std::string_view type);

// Whether a header may be sent because an index says so: a name of an ordinary header, a value that
// is neither a template nor where credentials stand.
bool is_plain_header(std::string_view name, std::string_view value);

// Definitions that an index carries: full ones as in tools/list. Empty if none of them is one.
std::optional<Listing> told_listing(const IndexEntry& entry,
                                    const nlohmann::json& tools,
                                    std::string_view source);

// Sets id, name and source of `told` and of every way once all aliases are known.
void finish_entry(IndexEntry& entry);

}  // namespace mcprisk::crawler

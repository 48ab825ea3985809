#include "crawler/mcp/tool_pages.h"

#include <fmt/format.h>
#include <algorithm>

#include "model/base/hash.h"
#include "model/base/json.h"
#include "model/base/text.h"
#include "model/read_document.h"

namespace mcprisk::crawler {

using nlohmann::json;

ToolPages::Step ToolPages::add(const json& result) {
    const json* list = find_member(result, "tools");
    if (list == nullptr || !list->is_array()) {
        return {Next::invalid, std::nullopt, "the answer to tools/list has no \"tools\" list"};
    }
    if (const json* type = find_member(result, "resultType");
        type != nullptr && *type != "complete") {
        return {Next::invalid, std::nullopt, "the answer to tools/list is not a complete result"};
    }
    ++pages_;
    ToolList page;
    std::string hashes;
    bool full = false;
    for (const json& item : *list) {
        if (tools_.size() + page.size() >= limits_.tools) {
            full = true;
            break;
        }
        auto tool = read_tool(item);
        if (tool) {
            hashes += tool->definition_hash;
            page.add(std::move(*tool));
        } else {
            flags_.insert(ListingFlag::unreadable_tool);
        }
    }
    if (page.size() > 0 && !page_hashes_.insert(sha256_hex(hashes)).second) {
        flags_.insert(ListingFlag::repeated_page);
        return {};
    }
    for (Tool& tool : page.take()) {
        if (!names_.insert(tool.name).second) flags_.insert(ListingFlag::duplicate_tool_names);
        tools_.add(std::move(tool));
    }
    if (const json* ttl = find_member(result, "ttlMs"); ttl && ttl->is_number()) {
        const double value = ttl->get<double>();
        const auto bounded = static_cast<std::int64_t>(std::clamp(value, 0.0, 1e15));
        ttl_ms_ = ttl_ms_ ? std::min(*ttl_ms_, bounded) : bounded;
    }
    if (const std::string scope = string_member(result, "cacheScope"); !scope.empty()) {
        // The narrower one holds for the whole list.
        if (cache_scope_.empty() || scope == "private") cache_scope_ = truncate_utf8(scope, 32);
    }
    const json* next = find_member(result, "nextCursor");
    if (next == nullptr || next->is_null()) {
        if (full) flags_.insert(ListingFlag::truncated);
        return {};
    }
    if (!next->is_string()) {
        flags_.insert(ListingFlag::bad_cursor);
        flags_.insert(ListingFlag::truncated);
        return {};
    }
    const auto cursor = next->get<std::string>();
    if (full || pages_ >= limits_.pages || !cursors_.insert(cursor).second) {
        flags_.insert(ListingFlag::truncated);
        return {};
    }
    return {Next::fetch, cursor, {}};
}

std::optional<ToolPages::Step> ToolPages::restart() {
    if (restarted_ || pages_ == 0) return std::nullopt;
    clear();
    restarted_ = true;
    return Step{Next::fetch, std::nullopt, {}};
}

void ToolPages::clear() {
    tools_.take();
    names_.clear();
    cursors_.clear();
    page_hashes_.clear();
    flags_.clear();
    ttl_ms_.reset();
    cache_scope_.clear();
    pages_ = 0;
}

void ToolPages::finish(Listing& listing) {
    listing.document.tools = tools_.take();
    listing.pages = static_cast<std::int64_t>(pages_);
    listing.ttl_ms = ttl_ms_;
    listing.cache_scope = cache_scope_;
    for (const ListingFlag flag : flags_) add_flag(listing, flag);
    clear();
}

}  // namespace mcprisk::crawler

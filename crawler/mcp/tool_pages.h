// Collecting the pages of tools/list. Pure: results in, the next step out.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "crawler/mcp/limits.h"
#include "model/definition_bounds.h"
#include "model/listing.h"
#include "model/listing_flag.h"

namespace mcprisk::crawler {

// Stops for good on a repeated cursor, a page equal to one already seen, too many pages or tools;
// what was read is kept and the listing flagged `truncated` or `repeated_page`.
class ToolPages {
  public:
    enum class Next {
        fetch,    // ask for `cursor` (empty optional: from the beginning)
        done,     // the list is complete, or as complete as it will be
        invalid,  // the result is no tools/list answer; `problem` says why
    };
    struct Step {
        Next next = Next::done;
        std::optional<std::string> cursor;
        std::string problem;
    };

    explicit ToolPages(const Limits& limits) : limits_(limits) {}

    Step add(const nlohmann::json& result);

    // -32602 on a cursor: from the beginning, once. Empty if that was tried or no cursor was sent.
    std::optional<Step> restart();

    // Forgets everything, for listing again after list_changed.
    void clear();

    [[nodiscard]] std::size_t pages() const { return pages_; }

    // Moves tools, page count, ttl, cacheScope and flags into `listing`.
    void finish(Listing& listing);

  private:
    const Limits& limits_;
    ToolList tools_;
    std::set<std::string> names_;
    std::set<std::string> cursors_;
    std::set<std::string> page_hashes_;
    std::set<ListingFlag> flags_;
    std::optional<std::int64_t> ttl_ms_;
    std::string cache_scope_;
    std::size_t pages_ = 0;
    bool restarted_ = false;
};

}  // namespace mcprisk::crawler

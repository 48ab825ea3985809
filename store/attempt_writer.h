// One attempt into the tables of servers, listings, tools and observations. What follows from these
// (the description of the server, its current tools, the search index) is left to the caller.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/listing.h"
#include "store/catalogue.h"
#include "store/sqlite.h"
#include "store/verdict_writer.h"

namespace mcprisk::store {

// Within the caller's transaction; `database` and `listing` must outlive the writer. Functions are
// called in the order in which they stand here. They throw SqliteError, and std::invalid_argument
// for a listing that contradicts itself.
class AttemptWriter {
  public:
    using RowId = std::int64_t;

    AttemptWriter(Database& database, const Listing& listing, Timestamp at)
        : database_(database), listing_(listing), at_(at) {}

    RowId find_or_add_server();
    // With its tools, for an attempt that listed.
    RowId find_or_add_listing();
    // `listing` is empty for an attempt that failed.
    void add_observation(std::optional<RowId> listing);
    // The same unless just this observation is there; tells whether it was not.
    bool add_new_observation(std::optional<RowId> listing);

    [[nodiscard]] const std::string& server_name() const { return name_; }
    [[nodiscard]] const ListingTools& tools() const { return tools_; }
    // What was new: server, listing and tool versions.
    [[nodiscard]] const Recorded& recorded() const { return recorded_; }
    // The first tool version that was added; all later ones are new too.
    [[nodiscard]] std::optional<RowId> first_new_tool() const { return first_new_tool_; }

  private:
    RowId find_or_add_tool(const Tool& tool);
    void put_observation(std::string_view sql, std::optional<RowId> listing);

    Database& database_;
    const Listing& listing_;
    Timestamp at_;
    std::string name_;
    RowId server_ = 0;
    ListingTools tools_;
    std::optional<RowId> first_new_tool_;
    Recorded recorded_;
};

// Puts the tool versions from this one on into the search index. The write lock must have been ours
// since they were added.
void index_tools(Database& database, std::int64_t first);

}  // namespace mcprisk::store

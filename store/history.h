// What a server said at which time.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "store/catalogue.h"
#include "store/sqlite.h"

namespace mcprisk::store {

std::vector<ObservationRow> read_history(Database& database,
                                         std::string_view server_id,
                                         std::size_t limit);

// The last observation at or before `at` that listed.
std::optional<Snapshot> read_snapshot(Database& database,
                                      std::string_view server_id,
                                      std::optional<Timestamp> at);

// The document that was classified, from its rows.
ServerDocument read_listing_document(Database& database, ListingId listing);

std::vector<ListingId> find_listings_to_judge(Database& database,
                                              std::string_view rules_version,
                                              bool every_listing);

}  // namespace mcprisk::store

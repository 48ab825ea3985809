// Writing one listing with its verdicts into the tables.
#pragma once

#include <cstdint>
#include <span>

#include "store/catalogue.h"
#include "store/sqlite.h"

namespace mcprisk::store {

// What Catalogue::record promises. Throws SqliteError, with nothing written.
Recorded record_listing(Database& database,
                        const Listing& listing,
                        std::span<const Verdict> verdicts,
                        Timestamp now,
                        std::span<const Alias> aliases = {});

// What Catalogue::judge promises.
std::size_t record_verdicts(Database& database,
                            std::int64_t listing,
                            std::span<const Verdict> verdicts,
                            Timestamp now);

}  // namespace mcprisk::store

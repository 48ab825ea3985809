// Other catalogues into one.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "store/catalogue.h"
#include "store/sqlite.h"

namespace mcprisk::store {

// What Catalogue::merge promises. Each of `from` is read under one snapshot.
std::vector<MergeReport> merge_catalogues(Database& into,
                                          std::span<Database* const> from,
                                          const MergeProgress& progress);

}  // namespace mcprisk::store

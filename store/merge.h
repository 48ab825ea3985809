// One catalogue into another.
#pragma once

#include "store/catalogue.h"
#include "store/sqlite.h"

namespace mcprisk::store {

// What Catalogue::merge promises. `from` is read under one snapshot.
Merged merge_catalogue(Database& into, Database& from);

}  // namespace mcprisk::store

// Whether a database has the tables that this program makes, and nothing else.
#pragma once

#include <span>

#include "model/base/embedded.h"
#include "model/base/result.h"
#include "store/sqlite.h"

namespace mcprisk::store {

// Compares every table, index, view and trigger with what the first `version` of `migrations` make,
// before anything is read from them. invalid_input names the first that differs. What SQLite writes
// by itself (statistics) may be there.
Result<void> expect_own_schema(Database& database,
                               std::span<const EmbeddedFile> migrations,
                               int version);

}  // namespace mcprisk::store

// The table current_tools: the newest listing of each server with its newest verdicts.
#pragma once

#include <cstdint>

#include "store/catalogue.h"
#include "store/sqlite.h"

namespace mcprisk::store {

// Brings the rows of one server up to date, within the caller's transaction. Writes nothing if
// neither listing nor judgement is another than before, unless `verdicts_changed`. A tool version
// that was not in force before is marked as changed at `now`.
void refresh_current_tools(Database& database,
                           std::int64_t server,
                           Timestamp now,
                           bool verdicts_changed);

}  // namespace mcprisk::store

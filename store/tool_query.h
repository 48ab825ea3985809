// Catalogue::query and Catalogue::similar_tools as SQL.
#pragma once

#include "store/catalogue.h"
#include "store/sqlite.h"

namespace mcprisk::store {

QueryAnswer run_query(Database& database, const Query& query);

std::vector<ToolRow> find_similar_tools(Database& database,
                                        std::string_view server_id,
                                        std::string_view tool,
                                        std::size_t limit);

}  // namespace mcprisk::store

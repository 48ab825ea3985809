// The table of aliases.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/alias.h"
#include "store/catalogue.h"
#include "store/sqlite.h"

namespace mcprisk::store {

// What is known stays as it was first stated. To be called within a transaction.
void add_aliases(Database& database,
                 std::int64_t server,
                 std::span<const Alias> aliases,
                 Timestamp now);

// The same for one that was first stated at `first_seen` elsewhere: the earlier statement stays,
// whichever comes first. Tells whether that changed anything.
bool merge_alias(Database& database, std::int64_t server, const Alias& alias, Timestamp first_seen);

// In order of kind and value.
std::vector<Alias> read_aliases(Database& database, std::string_view server_id);

// The server that was the first to go by that name.
std::optional<std::string> find_by_alias(Database& database,
                                         std::string_view kind,
                                         std::string_view value);

}  // namespace mcprisk::store

// Keeping the file whole: finding damage, making derived tables anew, copying.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "model/base/result.h"
#include "store/sqlite.h"

namespace mcprisk::store {

// What Catalogue::check promises: SQLite's own check, foreign keys, the hashes of definitions and
// verdicts, and whether the derived tables fit the others. At most a hundred lines.
std::vector<std::string> find_damage(Database& database);

// What Catalogue::rebuild promises, in one transaction.
void rebuild_derived(Database& database);

// Complete and on the disk when it returns; nothing is left at `file` if it fails. Mode 0600.
Result<void> copy_database(Database& database, const std::filesystem::path& file);

}  // namespace mcprisk::store

// The versions of the schema, one numbered SQL file each (docs/store.md).
#pragma once

#include <span>

#include "model/base/embedded.h"
#include "model/base/result.h"
#include "store/sqlite.h"

namespace mcprisk::embedded {
std::span<const EmbeddedFile> store_migrations();
}

namespace mcprisk::store {

// What a file is, by SQLite's application_id and user_version.
struct SchemaState {
    bool empty = false;  // no tables at all: a new file
    bool ours = false;
    int version = 0;
};
SchemaState read_schema_state(Database& database);

// The version that the last of `migrations` leads to.
int newest_version(std::span<const EmbeddedFile> migrations);

// Runs what is missing, each step in a transaction of its own that also stores the new number:
// after a failure the file is as the last complete step left it. Steps are numbered 0001, 0002 … by
// the start of their names. Safe when several processes try at once. Throws SqliteError.
void migrate(Database& database, std::span<const EmbeddedFile> migrations);

}  // namespace mcprisk::store

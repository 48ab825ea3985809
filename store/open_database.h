// Which file may be opened as a catalogue, and what to say about the others.
#pragma once

#include <chrono>
#include <filesystem>

#include "model/base/result.h"
#include "store/catalogue.h"
#include "store/sqlite.h"

namespace mcprisk::store {

// Opens `file` at the newest schema version, in WAL mode when it may be written. Errors: not_found
// (read_only and no file), invalid_input (not a catalogue), unsupported (another schema version),
// conflict (locked), io.
Result<Database> open_database(const std::filesystem::path& file,
                               OpenMode mode,
                               std::chrono::milliseconds busy);

}  // namespace mcprisk::store
